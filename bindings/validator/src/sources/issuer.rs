//! The issuer's metadata and keys.

use std::sync::{Arc, PoisonError, RwLock};

use super::metadata::{self, Metadata};
use super::{Attempts, Halt, body};
use crate::fetch::{Fetch, FetchFailure, Response};
use crate::settings::{KeyCacheSettings, Settings};
use crate::{JwkSet, Rule, SettingsError};

const METADATA: &str = "metadata";
const KEYS: &str = "keys";
/// How long metadata is cached, in seconds.
const METADATA_MAX_AGE: i64 = 24 * 60 * 60;

/// The issuer, as far as it is known.
pub(crate) struct Issuer {
    issuer: String,
    allow_http: bool,
    /// The settings, and not the metadata, say where the key set is.
    jwks_uri: Option<String>,
    /// Nothing is fetched: the keys are given.
    pinned: bool,
    rules: KeyCacheSettings,
    state: RwLock<State>,
}

#[derive(Default)]
struct State {
    metadata: Option<(Metadata, i64)>,
    /// Which of the places of the metadata is tried next.
    place: usize,
    keys: Option<Kept>,
    attempts: Attempts,
}

#[derive(Clone)]
struct Kept {
    set: Arc<JwkSet>,
    /// Counts the sets; another set has another number.
    revision: u64,
    at: i64,
    /// The age from which it is fetched again in the background.
    refresh_after: i64,
}

/// The keys to verify with.
pub(crate) struct KeysNow {
    pub(crate) set: Arc<JwkSet>,
    pub(crate) revision: u64,
    /// To be fetched in the background.
    pub(crate) background: Option<Fetch>,
}

/// An endpoint that the metadata may name.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(crate) enum Which {
    Introspection,
    Revocations,
}

impl Issuer {
    pub(crate) fn new(settings: &Settings) -> Result<Self, SettingsError> {
        let pinned = settings.keys.as_ref().map(pinned).transpose()?;
        let is_pinned = pinned.is_some() || settings.secret.is_some();
        let set = pinned.or_else(|| is_pinned.then(JwkSet::default));
        let keys = set.map(|set| Kept { set: Arc::new(set), revision: 0, at: 0, refresh_after: 0 });
        Ok(Self {
            issuer: settings.issuer.clone(),
            allow_http: settings.allow_http,
            jwks_uri: settings.jwks_uri.clone(),
            pinned: is_pinned,
            rules: settings.key_cache.clone(),
            state: RwLock::new(State { keys, ..State::default() }),
        })
    }

    /// The keys to verify with now.
    pub(crate) fn keys(&self, now: i64) -> Result<KeysNow, Halt> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = &state.keys {
            let age = now.saturating_sub(kept.at);
            if self.pinned || age < kept.refresh_after {
                return Ok(kept.now(None));
            }
        }
        drop(state);
        self.keys_that_age(now)
    }

    fn keys_that_age(&self, now: i64) -> Result<KeysNow, Halt> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let fetch = self.next_fetch(&state, now);
        let just_failed = state.attempts.just_failed(now);
        let Some(kept) = state.keys.clone() else {
            return Err(if just_failed { Rule::KeysUnavailable.into() } else { Halt::Need(fetch) });
        };
        let age = now.saturating_sub(kept.at);
        if age < self.rules.max_age {
            let background = (age >= kept.refresh_after && state.attempts.offer(now)).then_some(fetch);
            return Ok(kept.now(background));
        }
        if !just_failed {
            return Err(Halt::Need(fetch));
        }
        if age < self.rules.max_stale { Ok(kept.now(None)) } else { Err(Rule::KeysUnavailable.into()) }
    }

    /// What to fetch for an unknown key, unless that was done within the cool-down: unknown keys in forged tokens must
    /// not flood the issuer with requests.
    pub(crate) fn again(&self, now: i64) -> Option<Fetch> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let due = !self.pinned && state.attempts.ended_before(now, self.rules.cooldown);
        due.then(|| self.next_fetch(&state, now))
    }

    /// Requests the keys again in the background, unless that was done a moment ago, where something other than a token
    /// was signed by an unknown key.
    pub(crate) fn refresh_soon(&self, now: i64) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let due = state.attempts.ended_before(now, self.rules.cooldown);
        if let Some(kept) = state.keys.as_mut().filter(|_| due) {
            kept.refresh_after = 0;
        }
    }

    /// The URL of an endpoint; `None` when the issuer has none.
    pub(crate) fn endpoint(&self, which: Which, now: i64) -> Result<Option<String>, Halt> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        match &state.metadata {
            Some((metadata, _)) => Ok(match which {
                Which::Introspection => metadata.introspection_endpoint.clone(),
                Which::Revocations => Some(self.feed(metadata)),
            }),
            None if state.attempts.just_failed(now) => Ok(None),
            None => Err(Halt::Need(self.metadata_fetch(&state))),
        }
    }

    /// Where the feed is. Credenza's metadata does not name it, as no specification defines such a member.
    fn feed(&self, metadata: &Metadata) -> String {
        let usual = || format!("{}/revocations", self.issuer.trim_end_matches('/'));
        metadata.revocations_endpoint.clone().unwrap_or_else(usual)
    }

    /// Records what was fetched; returns whether it was fetched for this source.
    pub(crate) fn fetched(
        &self,
        fetch: &Fetch,
        response: &Result<Response<'_>, FetchFailure>,
        now: i64,
    ) -> bool {
        let is_metadata = fetch.key == METADATA;
        if !is_metadata && fetch.key != KEYS {
            return false;
        }
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if is_metadata {
            self.read_metadata(&mut state, body(fetch, response), now);
        } else {
            self.read_keys(&mut state, fetch, response, now);
        }
        true
    }

    fn read_metadata(&self, state: &mut State, body: Option<&[u8]>, now: i64) {
        match body.and_then(|body| Metadata::read(body, &self.issuer, self.allow_http)) {
            // Not an attempt yet: the keys are next.
            Some(metadata) => state.metadata = Some((metadata, now)),
            None => {
                // The other place is tried at once; when neither answers, the attempt has failed.
                state.place = (state.place + 1) % metadata::urls(&self.issuer).len();
                if state.place == 0 {
                    state.attempts.ended(true, now);
                }
            }
        }
    }

    fn read_keys(
        &self,
        state: &mut State,
        fetch: &Fetch,
        response: &Result<Response<'_>, FetchFailure>,
        now: i64,
    ) {
        let set = body(fetch, response).and_then(|body| JwkSet::parse(body).ok());
        state.attempts.ended(set.is_none(), now);
        let Some(set) = set else { return };
        let before = state.keys.as_ref();
        let same = before.is_some_and(|kept| *kept.set == set);
        let revision = before.map_or(0, |kept| kept.revision + u64::from(!same));
        let max_age = response.as_ref().ok().and_then(|it| max_age(it.cache_control?));
        let refresh_after = max_age
            .map_or(self.rules.refresh_after, |age| age.clamp(self.rules.cooldown, self.rules.refresh_after));
        state.keys = Some(Kept { set: Arc::new(set), revision, at: now, refresh_after });
    }

    fn next_fetch(&self, state: &State, now: i64) -> Fetch {
        let known = state.metadata.as_ref().filter(|(_, at)| now.saturating_sub(*at) < METADATA_MAX_AGE);
        match (&self.jwks_uri, known) {
            (Some(url), _) => Fetch::get(KEYS, url, "application/jwk-set+json, application/json"),
            (None, Some((metadata, _))) => {
                Fetch::get(KEYS, &metadata.jwks_uri, "application/jwk-set+json, application/json")
            }
            (None, None) => self.metadata_fetch(state),
        }
    }

    fn metadata_fetch(&self, state: &State) -> Fetch {
        let urls = metadata::urls(&self.issuer);
        let url = urls.get(state.place).map_or("", String::as_str);
        Fetch::get(METADATA, url, "application/json")
    }
}

impl Kept {
    fn now(&self, background: Option<Fetch>) -> KeysNow {
        KeysNow { set: Arc::clone(&self.set), revision: self.revision, background }
    }
}

fn pinned(keys: &serde_json::Map<String, serde_json::Value>) -> Result<JwkSet, SettingsError> {
    let text = serde_json::to_vec(keys).unwrap_or_default();
    let set = JwkSet::parse(&text).map_err(|error| SettingsError::new("keys", error.to_string()))?;
    if set.keys.is_empty() {
        return Err(SettingsError::new("keys", "no key in it can be used"));
    }
    Ok(set)
}

/// `max-age` of `Cache-Control` (RFC 9111 sections 5.2 and 5.2.2.1): directives are case-insensitive, and may be
/// quoted.
fn max_age(cache_control: &str) -> Option<i64> {
    cache_control.split(',').find_map(|directive| {
        let (name, seconds) = directive.trim().split_once('=')?;
        name.eq_ignore_ascii_case("max-age").then(|| seconds.trim_matches('"').parse().ok())?
    })
}
