//! Issuers that only the host knows, such as those of tenants. It is asked about each, and asked again at the ages at which
//! keys would be fetched again (`key_cache`), so that a tenant that is gone does not stay.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;
use serde_json::{Map, Value};

use super::rules::Rules;
use super::trusted::{Shared, TrustedIssuer};
use crate::detail::{Detail, Trouble};
use crate::fetch::{Fetch, FetchFailure, Method, Response};
use crate::settings::{IssuerSettings, Settings, read};
use crate::sources::{Attempts, Halt, body, is_cancelled};
use crate::{Cause, Rule, base64url, bounded, hash, strict_json};

const KEY: &str = "resolve:";
/// How many issuers are kept, and how many that are none: the ones that were not used for longest make room.
const KEPT: usize = 1000;
/// How long the name of an issuer may be, in bytes.
const MAX_NAME: usize = 512;

/// The issuers that the host named.
pub(super) struct Resolver {
    around: Settings,
    shared: Shared,
    state: Mutex<State>,
}

struct State {
    known: LruCache<Box<str>, Known>,
    unknown: LruCache<Box<str>, Unknown>,
    next: u64,
}

struct Known {
    issuer: Arc<TrustedIssuer>,
    /// What the host said of it.
    settings: [u8; 32],
    at: i64,
    attempts: Attempts,
}

/// One that the host does not know, or could not be asked about.
struct Unknown {
    at: i64,
    attempts: Attempts,
}

impl Resolver {
    pub(super) fn new(around: &Settings, shared: Shared, next: u64) -> Self {
        let kept = NonZeroUsize::new(KEPT).unwrap_or(NonZeroUsize::MIN);
        let (known, unknown) = (bounded::cache(kept), bounded::cache(kept));
        Self { around: around.clone(), shared, state: Mutex::new(State { known, unknown, next }) }
    }

    /// The issuer of that name, as far as the host knows it.
    pub(super) fn find(&self, iss: &str, now: i64) -> Result<Arc<TrustedIssuer>, Halt> {
        let refused = || Err(Rule::Iss.because(Detail::of("iss").found([iss])).into());
        if iss.is_empty() || iss.len() > MAX_NAME || iss.contains(char::is_control) {
            return refused();
        }
        let cache = &self.around.key_cache;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Known { issuer, at, attempts, .. }) = state.known.get(iss) {
            let age = now.saturating_sub(*at);
            let may_stay = age < cache.refresh_after || (attempts.just_failed(now) && age < cache.max_stale);
            return match may_stay {
                true => Ok(Arc::clone(issuer)),
                false if attempts.just_failed(now) => Err(attempts.refuse(Rule::KeysUnavailable)),
                false => Err(Halt::Need(ask(iss))),
            };
        }
        match state.unknown.get(iss) {
            Some(Unknown { attempts, .. }) if attempts.just_failed(now) => {
                Err(attempts.refuse(Rule::KeysUnavailable))
            }
            Some(Unknown { at, attempts })
                if !attempts.failed() && now.saturating_sub(*at) < cache.cooldown =>
            {
                refused()
            }
            _ => Err(Halt::Need(ask(iss))),
        }
    }

    /// The issuer of that number, while it is known.
    pub(super) fn numbered(&self, number: u64) -> Option<Arc<TrustedIssuer>> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.known.iter().find(|(_, it)| it.issuer.number == number).map(|(_, it)| Arc::clone(&it.issuer))
    }

    /// Records what the host said; returns what was wrong with it. `None` when it was not asked this.
    pub(super) fn fetched(
        &self,
        fetch: &Fetch,
        response: &Result<Response<'_>, FetchFailure>,
        now: i64,
    ) -> Option<Option<Trouble>> {
        if !fetch.key.starts_with(KEY) {
            return None;
        }
        if is_cancelled(response) {
            return Some(None);
        }
        let iss = fetch.url.as_str();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if response.as_ref().is_ok_and(|it| it.status == 404) {
            state.known.pop(iss);
            state.unknown.put(iss.into(), Unknown { at: now, attempts: Attempts::default() });
            return Some(None);
        }
        let read = body(fetch, response).and_then(|body| self.read(&mut state, iss, body, now));
        let trouble = read.err();
        if let Some(trouble) = &trouble {
            let failed = |attempts: &mut Attempts| attempts.ended(Some(trouble.clone()), now);
            if let Some(known) = state.known.peek_mut(iss) {
                failed(&mut known.attempts);
            } else {
                let mut attempts = Attempts::default();
                failed(&mut attempts);
                state.unknown.put(iss.into(), Unknown { at: now, attempts });
            }
        }
        Some(trouble)
    }

    /// Takes up what the host said. Where it says what it said before, the issuer stays, with its keys.
    fn read(&self, state: &mut State, iss: &str, body: &[u8], now: i64) -> Result<(), Trouble> {
        let malformed = |why: &str| Trouble::new(Cause::Malformed, iss).message(why);
        let settings = hash::sha256(body);
        if let Some(known) = state.known.get_mut(iss).filter(|known| known.settings == settings) {
            (known.at, known.attempts) = (now, Attempts::default());
            return Ok(());
        }
        let own = own_settings(iss, body).map_err(|why| malformed(&why))?;
        let own = own.within(&self.around);
        let issuer = Rules::new(&own)
            .and_then(|rules| TrustedIssuer::new(state.next, &own, rules, &self.shared))
            .map_err(|error| malformed(&error.to_string()))?;
        state.next = state.next.saturating_add(1);
        state.unknown.pop(iss);
        let known = Known { issuer: Arc::new(issuer), settings, at: now, attempts: Attempts::default() };
        state.known.put(iss.into(), known);
        Ok(())
    }
}

fn ask(iss: &str) -> Fetch {
    let key = format!("{KEY}{}", base64url::encode(hash::sha256(iss.as_bytes())));
    Fetch::of_host(key, Method::Resolve, iss, None)
}

/// The settings of an issuer, who is the one that was asked about.
fn own_settings(iss: &str, body: &[u8]) -> Result<IssuerSettings, String> {
    let mut members: Map<String, Value> =
        strict_json::object_from_slice(body).map_err(|error| error.to_string())?;
    let named = members.insert("issuer".to_owned(), iss.into());
    if named.is_some_and(|named| named != iss) {
        return Err("they are those of another issuer".to_owned());
    }
    read("issuer", &Value::Object(members).to_string()).map_err(|error| error.to_string())
}
