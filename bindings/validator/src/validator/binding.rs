//! Sender-constrained tokens: DPoP (RFC 9449 section 7) and certificates (RFC 8705 section 3).

use super::credentials::{Credentials, Scheme};
use super::rules::Rules;
use crate::claims::Known;
use crate::detail::{Refusal, Trouble};
use crate::dpop::nonce::Nonces;
use crate::dpop::{self, Expected, Proof};
use crate::fetch::{Fetch, FetchFailure, Response};
use crate::replays::Replays;
use crate::settings::{DpopSettings, Settings, SettingsError};
use crate::shared_replays::SharedReplays;
use crate::sources::Halt;
use crate::{Claims, Request, Requirement, Rule};

/// The greatest age of proofs that may be set, in seconds.
const MAX_AGE: i64 = 600;

/// How bindings are checked.
pub(super) struct Bindings {
    dpop: Option<Dpop>,
}

struct Dpop {
    settings: DpopSettings,
    nonces: Option<Nonces>,
    used: Used,
}

/// Where it is known which proofs were used.
enum Used {
    Here(Replays),
    AtHost(SharedReplays),
}

/// A binding that was checked, except for whether its proof was used before.
#[must_use]
#[derive(Default)]
pub(super) struct Bound(Option<Proof>);

impl Bindings {
    pub(super) fn new(settings: &Settings) -> Result<Self, SettingsError> {
        Ok(Self { dpop: settings.dpop.as_ref().map(Dpop::new).transpose()? })
    }

    /// Checks that a token was presented as its binding requires. An unbound one is a bearer token, and nothing else.
    pub(super) fn check(
        &self,
        request: &Request<'_>,
        credentials: &Credentials<'_>,
        claims: &Claims,
        requirement: &Requirement,
        rules: &Rules,
        now: i64,
    ) -> Result<Bound, Refusal> {
        claims.judge([Known::Cnf])?;
        let confirmation = claims.cnf.as_ref();
        if confirmation.is_some_and(|cnf| cnf.jkt.is_none() && cnf.x5t_s256.is_none()) {
            return Err(Rule::BindingUnsupported.into());
        }
        let thumbprint = confirmation.and_then(|cnf| cnf.x5t_s256.as_deref());
        let by_certificate = check_certificate(thumbprint, request)?;
        let jkt = confirmation.and_then(|cnf| cnf.jkt.as_deref());
        let proof = self.check_proof(jkt, request, credentials, rules, now)?;
        if proof.is_none() && !by_certificate && requirement.bound {
            return Err(Rule::BindingMissing.into());
        }
        Ok(Bound(proof))
    }

    fn check_proof(
        &self,
        jkt: Option<&str>,
        request: &Request<'_>,
        credentials: &Credentials<'_>,
        rules: &Rules,
        now: i64,
    ) -> Result<Option<Proof>, Rule> {
        let Some(dpop) = &self.dpop else {
            // RFC 9449 section 7.2: a bound token is not a bearer token, even where DPoP is not supported.
            let unbound = jkt.is_none() && credentials.scheme == Scheme::Bearer;
            return if unbound { Ok(None) } else { Err(Rule::DpopScheme) };
        };
        match (jkt, credentials.scheme) {
            (None, Scheme::Bearer) if dpop.settings.required => Err(Rule::DpopRequired),
            (None, Scheme::Bearer) => Ok(None),
            (Some(_), Scheme::Bearer) | (None, Scheme::Dpop) => Err(Rule::DpopScheme),
            (Some(jkt), Scheme::Dpop) => dpop.check(jkt, request, credentials.token, rules, now).map(Some),
        }
    }

    /// Records what the host's store said; returns what was wrong with it. `None` when it was not asked this.
    pub(super) fn fetched(
        &self,
        fetch: &Fetch,
        response: &Result<Response<'_>, FetchFailure>,
    ) -> Option<Option<Trouble>> {
        match &self.dpop.as_ref()?.used {
            Used::AtHost(replays) => replays.fetched(fetch, response),
            Used::Here(_) => None,
        }
    }

    /// The nonce to answer a request without a valid one; `None` where none is required.
    pub(super) fn nonce(&self, now: i64) -> Option<String> {
        Some(self.dpop.as_ref()?.nonces.as_ref()?.make(now))
    }
}

impl Dpop {
    fn new(settings: &DpopSettings) -> Result<Self, SettingsError> {
        let refused = |name: &'static str, reason: &str| Err(SettingsError::new(name, reason).within("dpop"));
        if settings.algorithms.is_empty() || settings.algorithms.iter().any(|alg| alg.is_symmetric()) {
            return refused("algorithms", "has to name asymmetric ones");
        }
        if !(1..=MAX_AGE).contains(&settings.max_age) {
            return refused("max_age", "has to be 1 to 600 seconds");
        }
        if settings.replays == 0 {
            return refused("replays", "has to be 1 at least");
        }
        let secret = settings.nonce_secret.as_deref();
        let nonces = settings.nonce.then(|| Nonces::new(secret, settings.max_age)).transpose()?;
        let used = if settings.shared_replays {
            Used::AtHost(SharedReplays::new(settings.replays))
        } else {
            Used::Here(Replays::new(settings.replays))
        };
        Ok(Self { settings: settings.clone(), nonces, used })
    }

    fn check(
        &self,
        jkt: &str,
        request: &Request<'_>,
        access_token: &str,
        rules: &Rules,
        now: i64,
    ) -> Result<Proof, Rule> {
        let proof = match request.dpop {
            [] => return Err(Rule::DpopMissing),
            [proof] => proof,
            _ => return Err(Rule::DpopMany),
        };
        let expected = Expected {
            algorithms: &self.settings.algorithms,
            method: request.method,
            url: request.url,
            access_token,
            max_age: self.settings.max_age,
            leeway: rules.leeway,
            now,
        };
        let proof = dpop::check(proof, &expected)?;
        if proof.thumbprint != jkt {
            return Err(Rule::DpopBinding);
        }
        if let Some(nonces) = &self.nonces {
            let nonce = proof.nonce.as_deref().unwrap_or_default();
            nonces.age(nonce, rules.leeway, now).ok_or(Rule::DpopNonce)?;
        }
        Ok(proof)
    }

    /// A new nonce when that of the proof is more than half expired (RFC 9449 section 8.2).
    fn next_nonce(&self, proof: &Proof, now: i64) -> Option<String> {
        let nonces = self.nonces.as_ref()?;
        let age = nonces.age(proof.nonce.as_deref()?, 0, now);
        age.is_none_or(|age| age > self.settings.max_age / 2).then(|| nonces.make(now))
    }
}

impl Bound {
    /// Records that the proof was used, so that it is accepted once, and returns the nonce for the next one.
    pub(super) fn spend(self, bindings: &Bindings, now: i64) -> Result<Option<String>, Halt> {
        let (Some(proof), Some(dpop)) = (self.0, &bindings.dpop) else { return Ok(None) };
        match &dpop.used {
            Used::Here(replays) if !replays.first_use(proof.name, proof.until, now) => {
                return Err(Rule::DpopReplay.into());
            }
            Used::Here(_) => {}
            Used::AtHost(replays) => replays.first_use(proof.name, proof.until)?,
        }
        Ok(dpop.next_nonce(&proof, now))
    }
}

/// Whether the token is bound to the certificate of the connection.
fn check_certificate(bound_to: Option<&str>, request: &Request<'_>) -> Result<bool, Rule> {
    match (bound_to, request.certificate_thumbprint) {
        (None, _) => Ok(false),
        (Some(_), None) => Err(Rule::CertificateMissing),
        (Some(bound_to), Some(own)) if bound_to == own && !own.is_empty() => Ok(true),
        (Some(_), Some(_)) => Err(Rule::CertificateBinding),
    }
}
