//! The validator: its issuers, what their tokens must look like, and what is remembered between checks.

mod access_token;
mod answer;
mod binding;
mod credentials;
mod examine;
mod id_token;
mod issuers;
mod logout_token;
mod needs;
mod resolver;
mod rules;
mod times;
mod token;
mod trusted;

use std::sync::Arc;

use credentials::Credentials;
pub use examine::{Examination, Verdict};
use issuers::Issuers;

use crate::claims::Payload;
use crate::detail::Trouble;
use crate::fetch::{Fetch, FetchFailure, Response};
use crate::replays::Replays;
use crate::sources::Halt;
use crate::{
    Allowed, Decision, IdTokenExpectations, Readiness, Request, Requirement, Rule, Settings, SettingsError,
    Step,
};

/// Decides whether requests may pass. Made once, used from any thread.
pub struct Validator {
    issuers: Issuers,
    bindings: binding::Bindings,
    logouts: Replays,
}

/// What a check has found so far.
struct Passed {
    payload: Arc<Payload>,
    bound: binding::Bound,
    background: Option<Fetch>,
}

impl Validator {
    /// Makes a validator.
    ///
    /// # Errors
    /// [`SettingsError`] names the setting that is missing, empty, contradictory or malformed.
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        Ok(Self {
            issuers: Issuers::new(&settings)?,
            bindings: binding::Bindings::new(&settings)?,
            logouts: Replays::new(logout_token::REMEMBERED),
        })
    }

    /// Decides whether a request may pass (RFC 9068 section 4, RFC 6750, RFC 9449 section 7). `now` is in seconds
    /// since 1970.
    pub fn check(&self, request: &Request<'_>, requirement: &Requirement, now: i64) -> Step {
        self.decide(request, Credentials::read(request), requirement, now)
    }

    /// Like [`Validator::check`], for a host that has extracted a bearer token from its request. The text must be
    /// exactly the token.
    pub fn check_token(&self, token: &str, requirement: &Requirement, now: i64) -> Step {
        self.decide(&Request::default(), Credentials::bearer(token), requirement, now)
    }

    fn decide(
        &self,
        request: &Request<'_>,
        credentials: Result<Credentials<'_>, Rule>,
        requirement: &Requirement,
        now: i64,
    ) -> Step {
        let credentials = match credentials {
            Ok(credentials) => credentials,
            Err(rule) => return self.denied(rule.into(), None, requirement, now),
        };
        match self.check_access_token(request, &credentials, requirement, now) {
            Ok((passed, dpop_nonce)) => allowed(passed, dpop_nonce),
            Err(Halt::Need(fetch)) => Step::need(fetch),
            Err(Halt::Deny(refusal)) => self.denied(refusal, Some(&credentials), requirement, now),
        }
    }

    /// All steps of a check. The one that has an effect (recording the proof as used) comes last, as a check is repeated
    /// after a fetch.
    fn check_access_token(
        &self,
        request: &Request<'_>,
        credentials: &Credentials<'_>,
        requirement: &Requirement,
        now: i64,
    ) -> Result<(Passed, Option<String>), Halt> {
        let issuer = self.issuers.find(credentials.token, now)?;
        let checked = issuer.check_access_token(&self.bindings, request, credentials, requirement, now);
        let mut passed = issuer.named(checked)?;
        let dpop_nonce = std::mem::take(&mut passed.bound).spend(&self.bindings, now)?;
        Ok((passed, dpop_nonce))
    }

    /// Decides whether an ID token is valid for the client of the settings (OpenID Connect Core 3.1.3.7). A denial has
    /// no challenge, as it answers no HTTP request.
    pub fn check_id_token(&self, token: &str, expected: &IdTokenExpectations, now: i64) -> Step {
        let checked =
            self.issuers.find(token, now).and_then(|it| it.named(it.id_token(token, expected, now)));
        self.unasked(checked, token)
    }

    /// Decides whether a logout token is valid for the client of the settings (OpenID Connect Back-Channel Logout
    /// 2.6). It is accepted once.
    pub fn check_logout_token(&self, token: &str, now: i64) -> Step {
        let issuer = self.issuers.find(token, now);
        let checked = issuer.and_then(|it| it.named(it.logout_token(token, &self.logouts, now)));
        self.unasked(checked, token)
    }

    /// Whether the documents of every issuer of the settings are there: metadata, keys, and the feed of revoked tokens where
    /// there is one. A host asks at its start, so that a wrong address shows before the first request does.
    pub fn ready(&self, now: i64) -> Readiness {
        let halt = self.issuers.named().try_for_each(|issuer| issuer.ready(now));
        match halt {
            Ok(()) => Readiness::default(),
            Err(Halt::Need(fetch)) => Readiness { fetch: Some(fetch), ..Readiness::default() },
            Err(Halt::Deny(refusal)) => {
                Readiness { trouble: refusal.detail.and_then(|detail| detail.trouble), fetch: None }
            }
        }
    }

    /// Records what was fetched, or that it could not be. Returns what was wrong with it, for the host's log: a failure
    /// in the background refuses no request yet.
    pub fn fetched(
        &self,
        fetch: &Fetch,
        response: Result<Response<'_>, FetchFailure>,
        now: i64,
    ) -> Option<Trouble> {
        let remembered = self.bindings.fetched(fetch, &response);
        remembered.unwrap_or_else(|| self.issuers.fetched(fetch, &response, now))
    }

    /// The outcome of a check that answers no HTTP request.
    fn unasked(&self, outcome: Result<Passed, Halt>, token: &str) -> Step {
        match outcome {
            Ok(passed) => allowed(passed, None),
            Err(Halt::Need(fetch)) => Step::need(fetch),
            Err(Halt::Deny(refusal)) => {
                Step { decision: Some(Decision::Deny(self.unchallenged(refusal, token))), fetch: None }
            }
        }
    }
}

fn allowed(passed: Passed, dpop_nonce: Option<String>) -> Step {
    let Passed { payload, background, .. } = passed;
    Step { decision: Some(Decision::Allow(Allowed { payload, dpop_nonce })), fetch: background }
}
