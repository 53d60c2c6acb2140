//! An issuer in memory, for the tests of applications: nothing goes over a network.
//!
//! ```
//! use credenza_connectors::testing::TestIssuer;
//!
//! let issuer = TestIssuer::new("https://id.example", "https://api.example");
//! let guard = issuer.guard()?;
//! // … the application with this guard …
//! let request = http::Request::get("/orders").header("authorization", issuer.bearer("orders:read"));
//! # Ok::<(), credenza_connectors::SettingsError>(())
//! ```

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use credenza_validator::fetch::{Fetch, FetchFailure};
use credenza_validator::{Cause, MintOptions, Settings, SettingsError, TestIssuer as Core};
use serde_json::{Map, Value, json};

use crate::{Answer, Clock, Fetched, Fetcher, Guard, Validator};

/// An issuer, and the service that its tokens are for. Clones are the same issuer.
#[derive(Clone)]
pub struct TestIssuer(Arc<Inner>);

struct Inner {
    core: Core,
    audience: String,
    is_away: AtomicBool,
    /// By how many seconds its clock, which is that of its validators too, is ahead.
    ahead: AtomicI64,
}

impl TestIssuer {
    /// An issuer of that name, for the service of that name.
    #[must_use]
    pub fn new(issuer: &str, audience: &str) -> Self {
        let core = Core::new(issuer);
        // Its key is made with its first token, and a validator that asks before would find none.
        drop(core.mint(&MintOptions::default(), 0));
        Self(Arc::new(Inner {
            core,
            audience: audience.to_owned(),
            is_away: AtomicBool::new(false),
            ahead: AtomicI64::new(0),
        }))
    }

    /// A guard that trusts this issuer.
    ///
    /// # Errors
    /// [`SettingsError`] for names that are none.
    pub fn guard(&self) -> Result<Guard, SettingsError> {
        let settings = Settings::new(self.0.core.issuer(), &self.0.audience);
        Guard::with(settings, self.clone(), self.clock())
    }

    /// A validator that fetches from this issuer and goes by its clock, with settings of one's own.
    ///
    /// # Errors
    /// [`SettingsError`] as for any validator.
    pub fn validator(&self, settings: Settings) -> Result<Validator, SettingsError> {
        Validator::with(settings, self.clone(), self.clock())
    }

    /// The `Authorization` of a user with these scopes, separated by spaces.
    #[must_use]
    pub fn bearer(&self, scope: &str) -> String {
        self.bearer_with(json!({ "scope": scope }))
    }

    /// The `Authorization` of a token with these claims beside the usual ones, or in their place; `null` removes one. One
    /// that is given no object has the usual claims.
    #[must_use]
    pub fn bearer_with(&self, claims: Value) -> String {
        format!("Bearer {}", self.token(claims))
    }

    /// The same token without its scheme.
    #[must_use]
    pub fn token(&self, claims: Value) -> String {
        let claims = if let Value::Object(claims) = claims { claims } else { Map::new() };
        let audience = Some(self.0.audience.clone());
        let options = MintOptions { claims, audience, ..MintOptions::default() };
        // It fails for algorithms alone that are not asked for here.
        self.0.core.mint(&options, self.clock().now()).unwrap_or_default()
    }

    /// The issuer itself, for tokens of other kinds, new keys and revocations.
    #[must_use]
    pub fn core(&self) -> &Core {
        &self.0.core
    }

    /// Whether it cannot be reached.
    pub fn set_away(&self, is_away: bool) {
        self.0.is_away.store(is_away, Ordering::Relaxed);
    }

    /// Lets seconds pass, for it and for its validators.
    pub fn advance(&self, seconds: i64) {
        self.0.ahead.fetch_add(seconds, Ordering::Relaxed);
    }

    /// Its clock.
    #[must_use]
    pub fn clock(&self) -> Clock {
        let (system, own) = (Clock::system(), self.clone());
        Clock::new(move || system.now().saturating_add(own.0.ahead.load(Ordering::Relaxed)))
    }
}

impl Fetcher for TestIssuer {
    fn fetch<'a>(&'a self, fetch: &'a Fetch) -> Fetched<'a> {
        Box::pin(async move {
            if self.0.is_away.load(Ordering::Relaxed) {
                return Err(FetchFailure::new(Cause::Connect, "the issuer is away"));
            }
            let (status, body) = self.0.core.respond(&fetch.url, self.clock().now());
            let content_type = Some("application/json".to_owned());
            Ok(Answer { status, content_type, cache_control: None, body: body.into_bytes() })
        })
    }
}
