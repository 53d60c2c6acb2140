//! The issuers of a validator, and which of them a token is of.

use std::ops::Deref;
use std::sync::Arc;

use super::resolver::Resolver;
use super::rules::Rules;
use super::token::is_jwt;
use super::trusted::{Shared, TrustedIssuer, named_by};
use crate::detail::{Detail, Trouble};
use crate::fetch::{Fetch, FetchFailure, Response};
use crate::sources::Halt;
use crate::{Rule, Settings, SettingsError};

/// Every issuer whose tokens are accepted.
pub(super) struct Issuers {
    /// The one of the settings themselves.
    pub(super) first: TrustedIssuer,
    others: Vec<TrustedIssuer>,
    /// Asks the host about those that the settings do not name.
    resolver: Option<Resolver>,
}

/// An issuer that was found.
pub(super) enum Found<'a> {
    Named(&'a TrustedIssuer),
    Resolved(Arc<TrustedIssuer>),
}

impl Deref for Found<'_> {
    type Target = TrustedIssuer;

    fn deref(&self) -> &TrustedIssuer {
        match self {
            Self::Named(issuer) => issuer,
            Self::Resolved(issuer) => issuer,
        }
    }
}

impl Issuers {
    pub(super) fn new(settings: &Settings) -> Result<Self, SettingsError> {
        // Before any memory is taken: the size of the cache is one of the settings that are checked.
        let rules = Rules::new(settings)?;
        let shared = Shared::new(settings);
        let first = TrustedIssuer::new(0, settings, rules, &shared)?;
        let mut names = vec![settings.issuer.as_str()];
        let mut others = Vec::new();
        for ((number, place), own) in (1..).zip(0_usize..).zip(&settings.issuers) {
            let within = |error: SettingsError| error.within(&format!("issuers.{place}"));
            if names.contains(&own.issuer.as_str()) {
                return Err(within(SettingsError::new("issuer", "is there twice")));
            }
            names.push(&own.issuer);
            let settings = own.clone().within(settings);
            let rules = Rules::new(&settings).map_err(within)?;
            others.push(TrustedIssuer::new(number, &settings, rules, &shared).map_err(within)?);
        }
        let next = u64::try_from(others.len()).unwrap_or(u64::MAX / 2).saturating_add(1);
        let resolver = settings.resolve_issuers.then(|| Resolver::new(settings, shared, next));
        Ok(Self { first, others, resolver })
    }

    /// The issuer that a token names, which nothing vouches for: it says whose keys and rules the token is checked by,
    /// and those rules compare it again. A text that names none is for the first, or where it is no JWT for the first
    /// that is asked about such.
    pub(super) fn find(&self, token: &str, now: i64) -> Result<Found<'_>, Halt> {
        if self.others.is_empty() && self.resolver.is_none() {
            return Ok(Found::Named(&self.first));
        }
        let Some(iss) = self.first.iss_unverified(token) else {
            let asked = self.named().find(|it| it.introspections.is_some());
            return Ok(Found::Named(asked.filter(|_| !is_jwt(token)).unwrap_or(&self.first)));
        };
        if let Some(issuer) = self.named().find(|it| it.rules.is_issuer(&iss)) {
            return Ok(Found::Named(issuer));
        }
        match &self.resolver {
            Some(resolver) => resolver.find(&iss, now).map(Found::Resolved),
            None => {
                let wanted = self.named().flat_map(|it| it.rules.spellings());
                Err(Rule::Iss.because(Detail::of("iss").found([&iss]).wanted(wanted)).into())
            }
        }
    }

    /// Those that the settings name.
    pub(super) fn named(&self) -> impl Iterator<Item = &TrustedIssuer> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// Records what was fetched for any of them; returns what was wrong with it.
    pub(super) fn fetched(
        &self,
        fetch: &Fetch,
        response: &Result<Response<'_>, FetchFailure>,
        now: i64,
    ) -> Option<Trouble> {
        if let Some(resolved) = self.resolver.as_ref().and_then(|it| it.fetched(fetch, response, now)) {
            return resolved;
        }
        let (number, key) = named_by(&fetch.key);
        if number == 0 {
            return self.first.fetched(fetch, response, now);
        }
        let named = self.named().find(|it| it.number == number).map(Found::Named);
        let resolved = || self.resolver.as_ref()?.numbered(number).map(Found::Resolved);
        // One that is no longer known has nothing to record.
        named.or_else(resolved)?.fetched(&Fetch { key: key.to_owned(), ..fetch.clone() }, response, now)
    }
}
