//! The validator with everything it fetches. What a check cannot do without is fetched first, once for all checks that
//! wait for it; what is merely due is fetched in the background. Nothing is fetched for a request when it is there.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

#[cfg(feature = "reqwest")]
use credenza_validator::SigningKey;
use credenza_validator::fetch::{Fetch, FetchFailure};
use credenza_validator::{
    Cause, Decision, Denied, Detail, IdTokenExpectations, Request, Requirement, Rule, Settings,
    SettingsError, Step, Trouble, Validator as Core,
};
use tokio::runtime::Handle;
use tokio::sync::watch;

use crate::about::About;
#[cfg(feature = "reqwest")]
use crate::introspection::PrivateKeyJwt;
use crate::rarely::Rarely;
use crate::{Clock, Fetcher};

/// How many fetches a check may need: metadata, keys, introspection, revocations, and each once more.
const ROUNDS: usize = 8;

/// Decides whether requests may pass, and fetches what it needs for that. Made once, inside a Tokio
/// runtime or not, and used from tasks of any; clones are the same validator.
#[derive(Clone)]
pub struct Validator(Arc<Shared>);

struct Shared {
    core: Core,
    about: About,
    fetcher: Box<dyn Fetcher>,
    clock: Clock,
    flights: Mutex<HashMap<String, Flight>>,
    told: Rarely,
}

/// A fetch under way: the channel is closed when it has ended, however it did.
type Flight = watch::Receiver<()>;

impl Validator {
    /// A validator that fetches by reqwest. Nothing is fetched yet: see [`Validator::ready`].
    ///
    /// # Errors
    /// [`SettingsError`] names the setting that is missing, empty, contradictory or malformed.
    #[cfg(feature = "reqwest")]
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        Self::with(settings, crate::HttpFetcher::new()?, Clock::system())
    }

    /// A validator with a client and a clock of one's own.
    ///
    /// # Errors
    /// [`SettingsError`] names the setting that is missing, empty, contradictory or malformed.
    pub fn with(settings: Settings, fetcher: impl Fetcher, clock: Clock) -> Result<Self, SettingsError> {
        Ok(Self(Arc::new(Shared {
            about: About::of(&settings),
            core: Core::new(settings)?,
            fetcher: Box::new(fetcher),
            clock,
            flights: Mutex::default(),
            told: Rarely::default(),
        })))
    }

    /// A validator that introspects by `private_key_jwt` (RFC 7523): `settings.introspection` names the client, whose
    /// secret is left empty. Issuers beside the first have secrets of their own.
    ///
    /// # Errors
    /// [`SettingsError`] names the setting that is missing, empty, contradictory or malformed.
    #[cfg(feature = "reqwest")]
    pub fn with_introspection_key(
        mut settings: Settings,
        key: Arc<SigningKey>,
        fetcher: impl Fetcher,
        clock: Clock,
    ) -> Result<Self, SettingsError> {
        let fetcher = PrivateKeyJwt::new(&mut settings, key, fetcher, clock.clone())?;
        Self::with(settings, fetcher, clock)
    }

    /// Decides whether a request may pass.
    pub async fn check(&self, request: &Request<'_>, requirement: &Requirement) -> Decision {
        self.decided(|core, now| core.check(request, requirement, now)).await
    }

    /// Decides about a bearer token alone.
    pub async fn check_token(&self, token: &str, requirement: &Requirement) -> Decision {
        self.decided(|core, now| core.check_token(token, requirement, now)).await
    }

    /// Decides about an ID token (OpenID Connect Core 3.1.3.7).
    pub async fn check_id_token(&self, token: &str, expected: &IdTokenExpectations) -> Decision {
        self.decided(|core, now| core.check_id_token(token, expected, now)).await
    }

    /// Decides about a logout token (OpenID Connect Back-Channel Logout 2.6), which is accepted once.
    pub async fn check_logout_token(&self, token: &str) -> Decision {
        self.decided(|core, now| core.check_logout_token(token, now)).await
    }

    /// Decides about a bearer token with what is there, for code that cannot wait. `None`: something has to be fetched
    /// first; that has begun, where this is called inside a Tokio runtime.
    #[must_use]
    pub fn check_token_now(&self, token: &str, requirement: &Requirement) -> Option<Decision> {
        match self.0.ask(&|core, now| core.check_token(token, requirement, now)) {
            Ok(decided) => Some(self.settle(decided)),
            Err(fetch) => {
                drop(self.flight(*fetch));
                None
            }
        }
    }

    /// Decides about a request with what is there. `None`: something has to be fetched first.
    pub(crate) fn check_now(&self, request: &Request<'_>, requirement: &Requirement) -> Option<Decision> {
        let decided = self.0.ask(&|core, now| core.check(request, requirement, now)).ok()?;
        Some(self.settle(decided))
    }

    /// Fetches what checks need, so that a wrong address shows at the start. A validator whose issuer is away recovers
    /// by itself: an application may log this and go on.
    ///
    /// # Errors
    /// [`Trouble`]: what keeps it from its issuer.
    pub async fn ready(&self) -> Result<(), Trouble> {
        let mut asked = String::new();
        for _ in 0..ROUNDS {
            let readiness = self.0.core.ready(self.0.clock.now());
            if let Some(trouble) = readiness.trouble {
                return Err(trouble);
            }
            let Some(fetch) = readiness.fetch else { return Ok(()) };
            asked.clone_from(&fetch.url);
            self.landed(fetch).await;
        }
        let message = Some("it is asked for again and again".to_owned());
        Err(Trouble { cause: Cause::Other, url: asked, status: None, message, hint: None })
    }

    pub(crate) fn about(&self) -> &About {
        &self.0.about
    }

    async fn decided(&self, ask: impl Fn(&Core, i64) -> Step) -> Decision {
        for _ in 0..ROUNDS {
            match self.0.ask(&ask) {
                Ok(decided) => return self.settle(decided),
                Err(fetch) => self.landed(*fetch).await,
            }
        }
        Decision::Deny(unavailable())
    }

    /// Begins what is due in the background.
    fn settle(&self, (decision, fetch): (Decision, Option<Fetch>)) -> Decision {
        if let Some(fetch) = fetch {
            drop(self.flight(fetch));
        }
        decision
    }

    /// Waits for a fetch. Whoever stops waiting does not stop it: others may wait for it.
    async fn landed(&self, fetch: Fetch) {
        // Nothing is ever sent: what is awaited is that the channel closes.
        let mut flight = self.flight(fetch);
        while flight.changed().await.is_ok() {}
    }

    /// The fetch of this key that is under way, or a new one.
    fn flight(&self, fetch: Fetch) -> Flight {
        let mut flights = self.0.flights.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = flights.get(&fetch.key).filter(|flight| flight.has_changed().is_ok()) {
            return flight.clone();
        }
        let (landing, flight) = watch::channel(());
        let Ok(runtime) = Handle::try_current() else {
            drop(flights);
            self.0.report(&fetch, Err(FetchFailure::new(Cause::Other, "called outside of a Tokio runtime")));
            return flight;
        };
        flights.insert(fetch.key.clone(), flight.clone());
        let shared = Arc::clone(&self.0);
        runtime.spawn(async move {
            shared.make(&fetch).await;
            shared.flights.lock().unwrap_or_else(PoisonError::into_inner).remove(&fetch.key);
            drop(landing);
        });
        flight
    }
}

impl Shared {
    /// The decision, with what is due in the background; or what has to be fetched before there is one.
    fn ask(&self, ask: &impl Fn(&Core, i64) -> Step) -> Result<(Decision, Option<Fetch>), Box<Fetch>> {
        match ask(&self.core, self.clock.now()) {
            Step { decision: Some(decision), fetch } => Ok((decision, fetch)),
            Step { decision: None, fetch: Some(fetch) } => Err(Box::new(fetch)),
            Step { decision: None, fetch: None } => Ok((Decision::Deny(unavailable()), None)),
        }
    }

    async fn make(&self, fetch: &Fetch) {
        let limit = Duration::from_millis(fetch.timeout_ms);
        let late = || FetchFailure::new(Cause::Timeout, format!("no answer within {} ms", fetch.timeout_ms));
        let answer = tokio::time::timeout(limit, self.fetcher.fetch(fetch)).await;
        let answer = answer.map_err(|_| late()).and_then(|answer| answer);
        self.report(fetch, answer.as_ref().map(crate::Answer::response).map_err(Clone::clone));
    }

    fn report(&self, fetch: &Fetch, response: Result<credenza_validator::Response<'_>, FetchFailure>) {
        let now = self.clock.now();
        let Some(trouble) = self.core.fetched(fetch, response, now) else { return };
        if self.told.is_due(format!("{} {}", trouble.cause.as_str(), trouble.url), now) {
            tracing::warn!(target: "credenza", issuer = self.about.first().issuer, %trouble, "trouble with the issuer");
        }
    }
}

/// The answer when fetches lead nowhere.
fn unavailable() -> Denied {
    let reason = "no decision after as many fetches as a check may need".to_owned();
    Denied {
        status: 503,
        www_authenticate: None,
        dpop_nonce: None,
        rule: Rule::KeysUnavailable,
        error: None,
        detail: Box::new(Detail { reason, ..Detail::default() }),
    }
}
