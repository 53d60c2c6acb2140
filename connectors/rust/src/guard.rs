//! The guard: what all frameworks' middlewares do with a request. The validator decides; the guard only carries.

use std::sync::Arc;

use credenza_validator::{Decision, Denied, Request, Rule, SettingsError};

use crate::issuers::Choice;
use crate::{
    Asked, Caller, Clock, Config, Fetcher, Incoming, Issuers, Metadata, Protection, Refusal, Validator,
};

type Certificate = Arc<dyn Fn(&dyn Incoming) -> Option<String> + Send + Sync>;

/// Protects routes. Made once; clones are the same guard.
#[derive(Clone)]
pub struct Guard(Arc<Setup>);

#[derive(Clone)]
struct Setup {
    issuers: Issuers,
    origin: Option<String>,
    certificate: Option<Certificate>,
    passes_preflights: bool,
    tells_why: bool,
}

/// What becomes of a request.
#[derive(Debug)]
#[must_use]
pub enum Outcome {
    /// It goes on, as the caller's.
    Allowed(Admitted),
    /// It has no credentials, and goes on, as the route is optional. With the refusal, for a handler that wants a caller
    /// after all.
    Anonymous(Box<Refusal>),
    /// It is a CORS preflight, and goes on to whatever answers it.
    Preflight,
    /// It is answered.
    Refused(Box<Refusal>),
}

/// A request that goes on.
#[derive(Debug)]
pub struct Admitted {
    /// Whom it is from.
    pub caller: Caller,
    /// The value of `DPoP-Nonce` for the answer (RFC 9449 section 8.2).
    pub dpop_nonce: Option<String>,
}

impl Guard {
    /// A guard that fetches by reqwest, for the issuers of its settings.
    ///
    /// # Errors
    /// [`SettingsError`] names the setting that is missing, empty, contradictory or malformed.
    #[cfg(feature = "reqwest")]
    pub fn new(config: impl Into<Config>) -> Result<Self, SettingsError> {
        Self::with(config, crate::HttpFetcher::new()?, Clock::system())
    }

    /// A guard with a client and a clock of one's own.
    ///
    /// # Errors
    /// [`SettingsError`] names the setting that is missing, empty, contradictory or malformed.
    pub fn with(
        config: impl Into<Config>,
        fetcher: impl Fetcher,
        clock: Clock,
    ) -> Result<Self, SettingsError> {
        let Config { settings, origin, preflight, debug } = config.into();
        let validator = Validator::with(settings, fetcher, clock)?;
        let guard = Self::from(validator).preflight(preflight).debug(debug);
        Ok(match origin {
            Some(origin) => guard.origin(origin),
            None => guard,
        })
    }

    /// Scheme, host and prefix that clients see and this program does not, behind a reverse proxy: as in
    /// `https://api.example/v1`. By default the scheme of the connection and the host that was asked for. Forwarded
    /// fields are not read, as anybody can send them. It matters for DPoP alone.
    #[must_use]
    pub fn origin(self, origin: impl Into<String>) -> Self {
        let origin = Some(origin.into());
        self.changed(|setup| setup.origin = origin)
    }

    /// Where the client's certificate is when a proxy ends TLS: its thumbprint. See [`crate::ClientCertificate`].
    #[must_use]
    pub fn certificate(
        self,
        certificate: impl Fn(&dyn Incoming) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        self.changed(|setup| setup.certificate = Some(Arc::new(certificate)))
    }

    /// Whether CORS preflights, which have no credentials, go on to what stands behind the guard. Not needed where the
    /// middleware for CORS stands in front of it; by default they are refused.
    #[must_use]
    pub fn preflight(self, passes: bool) -> Self {
        self.changed(|setup| setup.passes_preflights = passes)
    }

    /// Whether clients are told which rule refused them, and what it found. Not for production.
    #[must_use]
    pub fn debug(self, tells_why: bool) -> Self {
        self.changed(|setup| setup.tells_why = tells_why)
    }

    /// The metadata of the service that it guards (RFC 9728).
    #[must_use]
    pub fn metadata(&self) -> Metadata {
        Metadata::of(&self.0.issuers)
    }

    /// Its validators.
    #[must_use]
    pub fn issuers(&self) -> &Issuers {
        &self.0.issuers
    }

    /// Reads what a decision needs of a request.
    #[must_use]
    pub fn read(&self, request: &dyn Incoming) -> Asked {
        let setup = &self.0;
        let certificate = match &setup.certificate {
            Some(of_proxy) => of_proxy(request),
            None => request.certificate(),
        };
        Asked::read(request, setup.origin.as_deref(), certificate, &setup.issuers)
    }

    /// Decides what becomes of a request, and tells the log of a refusal.
    pub async fn decide(&self, asked: &Asked, protection: &Protection) -> Outcome {
        if self.0.passes_preflights && asked.is_preflight {
            return Outcome::Preflight;
        }
        let validator = match &asked.choice {
            Choice::Validator(validator) => validator,
            Choice::Stranger(denied) => return self.refused(Denied::clone(denied), asked),
        };
        let (authorization, dpop) = (texts(&asked.authorization), texts(&asked.dpop));
        let request = Request {
            authorization: &authorization,
            dpop: &dpop,
            method: &asked.method,
            url: &asked.url,
            certificate_thumbprint: asked.certificate.as_deref(),
        };
        match validator.check(&request, &protection.requirement).await {
            Decision::Allow(allowed) => {
                let dpop_nonce = allowed.dpop_nonce().map(str::to_owned);
                let issuer = validator.about().issuer_of(allowed.claims().iss.as_deref());
                let caller = Caller::new(allowed, Arc::clone(&issuer.claim_names));
                #[cfg(feature = "kit")]
                crate::kit::context::known(&caller);
                Outcome::Allowed(Admitted { caller, dpop_nonce })
            }
            // One with credentials of another scheme, or an empty field, is not anonymous.
            Decision::Deny(denied)
                if protection.is_optional
                    && denied.rule == Rule::TokenMissing
                    && asked.authorization.is_empty() =>
            {
                Outcome::Anonymous(Box::new(Refusal::new(denied, self.0.tells_why)))
            }
            Decision::Deny(denied) => self.refused(denied, asked),
        }
    }

    fn refused(&self, denied: Denied, asked: &Asked) -> Outcome {
        let refusal = Refusal::new(denied, self.0.tells_why);
        refusal.log(asked);
        Outcome::Refused(Box::new(refusal))
    }

    fn changed(self, change: impl FnOnce(&mut Setup)) -> Self {
        let mut setup = Arc::unwrap_or_clone(self.0);
        change(&mut setup);
        Self(Arc::new(setup))
    }
}

fn texts(lines: &[String]) -> Vec<&str> {
    lines.iter().map(String::as_str).collect()
}

impl From<Validator> for Guard {
    fn from(validator: Validator) -> Self {
        Self::from(Issuers::from(validator))
    }
}

impl From<Issuers> for Guard {
    fn from(issuers: Issuers) -> Self {
        Self(Arc::new(Setup {
            issuers,
            origin: None,
            certificate: None,
            passes_preflights: false,
            tells_why: false,
        }))
    }
}
