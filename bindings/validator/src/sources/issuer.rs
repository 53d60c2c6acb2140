//! The issuer's metadata and keys.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use super::metadata::{self, Metadata};
use super::pinned;
use super::{Address, Attempts, Halt, body, is_cancelled, not_the_document};
use crate::detail::{Detail, Refusal, Trouble};
use crate::fetch::{Fetch, FetchFailure, Response};
use crate::settings::{KeyCacheSettings, Settings};
use crate::{Cause, JwkSet, Rule, SettingsError};

const METADATA: &str = "metadata";
const KEYS: &str = "keys";
/// How long metadata is cached, in seconds.
const METADATA_MAX_AGE: i64 = 24 * 60 * 60;

/// The issuer, as far as it is known.
pub(crate) struct Issuer {
    address: Address,
    allow_http: bool,
    /// The settings, and not the metadata, say where the key set is.
    jwks_uri: Option<String>,
    /// Nothing is fetched: the keys are given.
    pinned: bool,
    rules: KeyCacheSettings,
    /// Counts the key sets of all issuers of a validator.
    revisions: Arc<AtomicU64>,
    state: RwLock<State>,
}

#[derive(Default)]
struct State {
    metadata: Option<(Metadata, i64)>,
    /// Which of the places of the metadata is tried next.
    place: usize,
    /// What was wrong at the place before.
    metadata_trouble: Option<Trouble>,
    keys: Option<Kept>,
    attempts: Attempts,
}

#[derive(Clone)]
struct Kept {
    set: Arc<JwkSet>,
    /// The number of the set; another set, or another issuer's, has another one.
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
    pub(crate) fn new(settings: &Settings, revisions: Arc<AtomicU64>) -> Result<Self, SettingsError> {
        let pinned = pinned::keys(settings)?;
        let is_pinned = pinned.is_some() || settings.has_secret();
        let set = pinned.or_else(|| is_pinned.then(JwkSet::default));
        let keys = set.map(|set| {
            let revision = revisions.fetch_add(1, Ordering::Relaxed);
            Kept { set: Arc::new(set), revision, at: 0, refresh_after: 0 }
        });
        Ok(Self {
            address: Address::new(settings),
            allow_http: settings.allow_http,
            jwks_uri: settings.jwks_uri.clone(),
            pinned: is_pinned,
            rules: settings.key_cache.clone(),
            revisions,
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
            let refuse = || state.attempts.refuse(Rule::KeysUnavailable);
            return Err(if just_failed { refuse() } else { Halt::Need(fetch) });
        };
        let age = now.saturating_sub(kept.at);
        if age < self.rules.max_age {
            let background = (age >= kept.refresh_after && state.attempts.offer(now)).then_some(fetch);
            return Ok(kept.now(background));
        }
        if !just_failed {
            return Err(Halt::Need(fetch));
        }
        if age < self.rules.max_stale {
            Ok(kept.now(None))
        } else {
            Err(state.attempts.refuse(Rule::KeysUnavailable))
        }
    }

    /// What to fetch for an unknown key, unless that was done within the cool-down: unknown keys in forged tokens must
    /// not flood the issuer with requests.
    pub(crate) fn again(&self, now: i64) -> Option<Fetch> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let due = !self.pinned && state.attempts.ended_before(now, self.rules.cooldown);
        due.then(|| self.next_fetch(&state, now))
    }

    /// Whether keys are there with which anything could be verified.
    pub(crate) fn ready(&self, now: i64) -> Result<(), Halt> {
        let set = self.keys(now)?.set;
        if self.pinned || !set.keys.is_empty() {
            return Ok(());
        }
        match self.again(now) {
            Some(fetch) => Err(Halt::Need(fetch)),
            None => Err(self.unknown_key(&set, now).into()),
        }
    }

    /// Refuses a token by an unknown key, for which nothing is fetched: says why not.
    pub(crate) fn unknown_key(&self, set: &JwkSet, now: i64) -> Refusal {
        let kids: Vec<_> = set.keys.iter().filter_map(crate::Jwk::kid).collect();
        let detail = Detail::of("kid").wanted(kids);
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let url = match (&self.jwks_uri, &state.metadata) {
            _ if self.pinned => return Rule::Kid.because(detail),
            (Some(url), _) => url.as_str(),
            (None, Some((metadata, _))) => &metadata.jwks_uri,
            (None, None) => return Rule::Kid.because(detail),
        };
        let trouble = if set.keys.is_empty() {
            Trouble::new(Cause::NoKeys, url)
        } else {
            let ago = state.attempts.ended_at.map_or(0, |at| now.saturating_sub(at));
            let seconds =
                format!("fetched {ago} seconds ago, and at most every {} seconds", self.rules.cooldown);
            Trouble::new(Cause::Cooldown, url).message(&seconds)
        };
        Rule::Kid.because(Detail { trouble: Some(trouble), ..detail })
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

    /// The URL of an endpoint.
    pub(crate) fn endpoint(&self, which: Which, now: i64) -> Result<String, Halt> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let rule = match which {
            Which::Introspection => Rule::IntrospectionUnavailable,
            Which::Revocations => Rule::RevocationsUnavailable,
        };
        let metadata = match &state.metadata {
            Some((metadata, _)) => metadata,
            None if state.attempts.just_failed(now) => return Err(state.attempts.refuse(rule)),
            None => return Err(Halt::Need(self.metadata_fetch(&state))),
        };
        let (value, name) = match which {
            Which::Introspection => (metadata.introspection_endpoint.as_ref(), "introspection_endpoint"),
            Which::Revocations => (metadata.revocations_endpoint.as_ref(), "revocations_endpoint"),
        };
        let is_absent = value.is_none_or(serde_json::Value::is_null);
        if which == Which::Revocations && is_absent {
            // Credenza's metadata does not name it, as no specification defines such a member.
            return Ok(format!("{}/revocations", self.address.base.trim_end_matches('/')));
        }
        metadata::endpoint(value, name, &self.address.issuer, self.allow_http)
            .map_err(|trouble| rule.after(Some(trouble)).into())
    }

    /// Records what was fetched; returns what was wrong with it. `None` when it was not fetched for this source.
    pub(crate) fn fetched(
        &self,
        fetch: &Fetch,
        response: &Result<Response<'_>, FetchFailure>,
        now: i64,
    ) -> Option<Option<Trouble>> {
        let is_metadata = fetch.key == METADATA;
        if !is_metadata && fetch.key != KEYS {
            return None;
        }
        if is_cancelled(response) {
            return Some(None);
        }
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let outcome = if is_metadata {
            self.read_metadata(&mut state, fetch, response, now)
        } else {
            self.read_keys(&mut state, fetch, response, now)
        };
        Some(outcome.err())
    }

    fn read_metadata(
        &self,
        state: &mut State,
        fetch: &Fetch,
        response: &Result<Response<'_>, FetchFailure>,
        now: i64,
    ) -> Result<(), Trouble> {
        let not_it = |why: &str| not_the_document(fetch, response, why);
        let read = body(fetch, response)
            .and_then(|body| Metadata::read(body, &self.address.issuer, self.allow_http, not_it, &fetch.url));
        match read {
            Ok(metadata) => {
                // Not an attempt yet: the keys are next.
                state.metadata = Some((metadata, now));
                state.metadata_trouble = None;
                Ok(())
            }
            Err(trouble) => {
                // The other place is tried at once; when neither answers, the attempt has failed, for the reason that
                // says more: an absent document says the least.
                let first = state.metadata_trouble.take().filter(|_| state.place > 0);
                let told = match first {
                    Some(first) if first.status != Some(404) || trouble.status == Some(404) => first,
                    _ => trouble.clone(),
                };
                state.place = (state.place + 1) % metadata::urls(&self.address.base).len();
                if state.place == 0 {
                    state.attempts.ended(Some(told), now);
                } else {
                    state.metadata_trouble = Some(told);
                }
                Err(trouble)
            }
        }
    }

    fn read_keys(
        &self,
        state: &mut State,
        fetch: &Fetch,
        response: &Result<Response<'_>, FetchFailure>,
        now: i64,
    ) -> Result<(), Trouble> {
        let set = body(fetch, response).and_then(|body| {
            JwkSet::parse(body).map_err(|error| not_the_document(fetch, response, &error.to_string()))
        });
        state.attempts.ended(set.as_ref().err().cloned(), now);
        let set = set?;
        let trouble = set.keys.is_empty().then(|| Trouble::new(Cause::NoKeys, &fetch.url));
        let before = state.keys.as_ref();
        let same = before.filter(|kept| *kept.set == set).map(|kept| kept.revision);
        let revision = same.unwrap_or_else(|| self.revisions.fetch_add(1, Ordering::Relaxed));
        let max_age = response.as_ref().ok().and_then(|it| max_age(it.cache_control?));
        let refresh_after = max_age
            .map_or(self.rules.refresh_after, |age| age.clamp(self.rules.cooldown, self.rules.refresh_after));
        state.keys = Some(Kept { set: Arc::new(set), revision, at: now, refresh_after });
        trouble.map_or(Ok(()), Err)
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
        let urls = metadata::urls(&self.address.base);
        let url = urls.get(state.place).map_or("", String::as_str);
        Fetch::get(METADATA, url, "application/json")
    }
}

impl Kept {
    fn now(&self, background: Option<Fetch>) -> KeysNow {
        KeysNow { set: Arc::clone(&self.set), revision: self.revision, background }
    }
}

/// `max-age` of `Cache-Control` (RFC 9111 sections 5.2 and 5.2.2.1): directives are case-insensitive, and may be
/// quoted.
fn max_age(cache_control: &str) -> Option<i64> {
    cache_control.split(',').find_map(|directive| {
        let (name, seconds) = directive.trim().split_once('=')?;
        name.eq_ignore_ascii_case("max-age").then(|| seconds.trim_matches('"').parse().ok())?
    })
}
