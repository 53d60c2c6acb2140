//! One issuer: what its tokens must look like, and what was fetched from it.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::Passed;
use super::rules::Rules;
use super::token::Tokens;
use crate::detail::Trouble;
use crate::fetch::{Fetch, FetchFailure, Response};
use crate::sources::{Halt, Introspections, Issuer, Revocations};
use crate::verified_tokens::VerifiedTokens;
use crate::{Settings, SettingsError};

/// One issuer of a validator.
pub(super) struct TrustedIssuer {
    /// Which one it is; 0 is the one of the settings themselves.
    pub(super) number: u64,
    pub(super) rules: Rules,
    pub(super) issuer: Issuer,
    pub(super) tokens: Tokens,
    pub(super) introspections: Option<Introspections>,
    pub(super) revocations: Option<Revocations>,
}

/// What the issuers of a validator share.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) verified: Option<Arc<VerifiedTokens>>,
    /// Counts the key sets of all issuers.
    revisions: Arc<AtomicU64>,
}

impl Shared {
    pub(super) fn new(settings: &Settings) -> Self {
        let verified = VerifiedTokens::new(settings.cache_size).map(Arc::new);
        Self { verified, revisions: Arc::default() }
    }
}

impl TrustedIssuer {
    pub(super) fn new(
        number: u64,
        settings: &Settings,
        rules: Rules,
        shared: &Shared,
    ) -> Result<Self, SettingsError> {
        Ok(Self {
            number,
            issuer: Issuer::new(settings, Arc::clone(&shared.revisions))?,
            tokens: Tokens::new(settings, &rules, shared.verified.clone())?,
            introspections: Introspections::new(settings, rules.places.clone())?,
            revocations: Revocations::new(settings)?,
            rules,
        })
    }

    /// The `iss` of a token, which nothing vouches for.
    pub(super) fn iss_unverified(&self, token: &str) -> Option<Box<str>> {
        self.tokens.iss_unverified(token, self.rules.max_token_bytes)
    }

    /// Whether the issuer's documents are there, and of use.
    pub(super) fn ready(&self, now: i64) -> Result<(), Halt> {
        self.documents_ready(now).map_err(|halt| self.named_halt(halt))
    }

    fn documents_ready(&self, now: i64) -> Result<(), Halt> {
        self.issuer.ready(now)?;
        if let Some(introspections) = &self.introspections {
            introspections.ready(&self.issuer, now)?;
        }
        if let Some(revocations) = &self.revocations {
            revocations.feed(&self.issuer, now)?;
        }
        Ok(())
    }

    /// Records what was fetched for this issuer, under its name among these sources; returns what was wrong with it.
    pub(super) fn fetched(
        &self,
        fetch: &Fetch,
        response: &Result<Response<'_>, FetchFailure>,
        now: i64,
    ) -> Option<Trouble> {
        let introspected =
            || self.introspections.as_ref().and_then(|it| it.fetched(fetch, response, &self.issuer, now));
        let revoked =
            || self.revocations.as_ref().and_then(|it| it.fetched(fetch, response, &self.issuer, now));
        self.issuer.fetched(fetch, response, now).or_else(introspected).or_else(revoked).flatten()
    }

    /// The outcome of a check, with the name of this issuer in what is to be fetched.
    pub(super) fn named(&self, outcome: Result<Passed, Halt>) -> Result<Passed, Halt> {
        match outcome {
            Ok(passed) => {
                let background = passed.background.map(|fetch| self.named_fetch(fetch));
                Ok(Passed { background, ..passed })
            }
            Err(halt) => Err(self.named_halt(halt)),
        }
    }

    pub(super) fn named_halt(&self, halt: Halt) -> Halt {
        match halt {
            Halt::Need(fetch) => Halt::Need(self.named_fetch(fetch)),
            halt @ Halt::Deny(_) => halt,
        }
    }

    fn named_fetch(&self, fetch: Fetch) -> Fetch {
        if self.number == 0 {
            return fetch;
        }
        Fetch { key: format!("{} {}", self.number, fetch.key), ..fetch }
    }
}

/// The number of the issuer for which something was fetched, and the name of that among its sources.
pub(super) fn named_by(key: &str) -> (u64, &str) {
    let numbered = key.split_once(' ').and_then(|(number, key)| Some((number.parse().ok()?, key)));
    numbered.unwrap_or((0, key))
}
