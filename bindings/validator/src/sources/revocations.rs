//! The issuer's feed of revoked tokens: a JWT of type `revocations+jwt`, signed as its tokens are, whose `revoked`
//! lists revoked tokens by one claim each: `{"gid": "…"}`, or with `before` only those issued until then.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;

use super::{Address, Attempts, Halt, Issuer, Which, body, is_cancelled};
use crate::claims::Known;
use crate::detail::{Refusal, Trouble};
use crate::fetch::{self, Fetch, FetchFailure, Response};
use crate::settings::{RevocationSettings, Settings};
use crate::{
    Algorithm, Cause, Claims, NumericDate, Rejected, Rule, SettingsError, Times, Unverified, present,
};

const KEY: &str = "revocations";
/// RFC 7515 section 4.1.9: also with `application/` in front.
const TYPES: [&str; 2] = ["revocations+jwt", "application/revocations+jwt"];
/// How long a feed may be, in bytes.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// The newest feed.
pub(crate) struct Revocations {
    issuer: Address,
    leeway: i64,
    settings: RevocationSettings,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    feed: Option<(Arc<Feed>, i64)>,
    attempts: Attempts,
}

/// What is revoked.
pub(crate) struct Feed {
    iat: i64,
    /// The greatest `iat` that is revoked, by claim and value; `i64::MAX` for any.
    gid: HashMap<Box<str>, i64>,
    jti: HashMap<Box<str>, i64>,
    sid: HashMap<Box<str>, i64>,
    sub: HashMap<Box<str>, i64>,
    client_id: HashMap<Box<str>, i64>,
}

#[derive(Deserialize)]
struct Document {
    iss: String,
    #[serde(flatten)]
    times: Times,
    revoked: Vec<Entry>,
}

/// One claim with its value. Of several, each counts alone: revoking too much is safer than revoking too little.
#[derive(Deserialize)]
struct Entry {
    #[serde(default, deserialize_with = "present::value")]
    gid: Option<Box<str>>,
    #[serde(default, deserialize_with = "present::value")]
    jti: Option<Box<str>>,
    #[serde(default, deserialize_with = "present::value")]
    sid: Option<Box<str>>,
    #[serde(default, deserialize_with = "present::value")]
    sub: Option<Box<str>>,
    #[serde(default, deserialize_with = "present::value")]
    client_id: Option<Box<str>>,
    #[serde(default, deserialize_with = "present::value")]
    before: Option<NumericDate>,
}

impl Revocations {
    pub(crate) fn new(settings: &Settings) -> Result<Option<Self>, SettingsError> {
        let Some(own) = settings.revocations.clone() else { return Ok(None) };
        let refused =
            |name: &'static str, reason: &str| SettingsError::new(name, reason).within("revocations");
        if own.uri.as_deref().is_some_and(|url| !fetch::acceptable(url, settings.allow_http)) {
            return Err(refused("uri", "has to be an https URL"));
        }
        if own.interval < 1 || own.max_stale < 2 * own.interval {
            return Err(refused("interval", "has to be 1 at least, and `max_stale` twice as much"));
        }
        if settings.has_secret() || (settings.has_pinned_keys() && own.uri.is_none()) {
            return Err(refused(
                "uri",
                "is needed with pinned keys, and a feed needs the issuer's public keys",
            ));
        }
        Ok(Some(Self {
            issuer: Address::new(settings),
            leeway: settings.leeway,
            settings: own,
            state: Mutex::default(),
        }))
    }

    /// The current feed, and what to fetch in the background.
    pub(crate) fn feed(&self, issuer: &Issuer, now: i64) -> Result<(Arc<Feed>, Option<Fetch>), Halt> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let age = state.feed.as_ref().map_or(i64::MAX, |(_, at)| now.saturating_sub(*at));
        let just_failed = state.attempts.just_failed(now);
        let feed = state.feed.as_ref().map(|(feed, _)| Arc::clone(feed));
        match feed {
            Some(feed) if age < self.settings.interval => Ok((feed, None)),
            Some(feed) if age < 2 * self.settings.interval => {
                let background = state.attempts.offer(now).then(|| self.fetch(issuer, now)).transpose()?;
                Ok((feed, background))
            }
            _ if !just_failed => Err(Halt::Need(self.fetch(issuer, now)?)),
            Some(feed) if age < self.settings.max_stale => Ok((feed, None)),
            _ => Err(state.attempts.refuse(Rule::RevocationsUnavailable)),
        }
    }

    fn fetch(&self, issuer: &Issuer, now: i64) -> Result<Fetch, Halt> {
        let url = match &self.settings.uri {
            Some(url) => url.clone(),
            None => issuer.endpoint(Which::Revocations, now)?,
        };
        let fetch = Fetch::get(KEY, &url, "application/revocations+jwt");
        Ok(Fetch { max_bytes: MAX_BYTES, ..fetch })
    }

    /// Records what was fetched; returns what was wrong with it. `None` when it was not fetched for this source.
    pub(crate) fn fetched(
        &self,
        fetch: &Fetch,
        response: &Result<Response<'_>, FetchFailure>,
        issuer: &Issuer,
        now: i64,
    ) -> Option<Option<Trouble>> {
        if fetch.key != KEY {
            return None;
        }
        if is_cancelled(response) {
            return Some(None);
        }
        let untrusted = |why| Trouble::new(Cause::Untrusted, &fetch.url).message(why);
        let feed = body(fetch, response).and_then(|body| {
            self.read(body, issuer, now).ok_or_else(|| untrusted("it is no signed feed of this issuer"))
        });
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // A feed older than the current one is ignored: an attacker may hold back the newer one.
        let feed = feed.and_then(|new| {
            let is_newer = state.feed.as_ref().is_none_or(|(old, _)| new.iat >= old.iat);
            if is_newer { Ok(new) } else { Err(untrusted("it is older than the one before")) }
        });
        let trouble = feed.as_ref().err().cloned();
        state.attempts.ended(trouble.clone(), now);
        if let Ok(feed) = feed {
            state.feed = Some((Arc::new(feed), now));
        }
        Some(trouble)
    }

    fn read(&self, body: &[u8], issuer: &Issuer, now: i64) -> Option<Feed> {
        let text = std::str::from_utf8(body).ok()?.trim_ascii();
        let unverified = Unverified::parse_long(text, MAX_BYTES).ok()?;
        let typ = unverified.header().typ.as_deref()?;
        if !TYPES.iter().any(|own| typ.eq_ignore_ascii_case(own)) {
            return None;
        }
        let keys = issuer.keys(now).ok()?;
        // Any of the issuer's keys will do: the algorithms of the settings are those of tokens, and the feed has its
        // own.
        let verified = unverified.verify(&keys.set, &Algorithm::ALL);
        if matches!(verified, Err(Rejected::UnknownKey)) {
            issuer.refresh_soon(now);
        }
        let verified = verified.ok()?;
        let document: Document = verified.claims().ok()?;
        let iat = document.times.iat?;
        let sound = self.issuer.is(&document.iss) && document.times.check(now, self.leeway).is_ok();
        sound.then(|| Feed::of(iat, document.revoked))
    }
}

impl Feed {
    fn of(NumericDate(iat): NumericDate, entries: Vec<Entry>) -> Self {
        let mut feed = Self {
            iat,
            gid: HashMap::new(),
            jti: HashMap::new(),
            sid: HashMap::new(),
            sub: HashMap::new(),
            client_id: HashMap::new(),
        };
        for entry in entries {
            let until = entry.before.map_or(i64::MAX, |NumericDate(before)| before);
            let claims = [
                (entry.gid, &mut feed.gid),
                (entry.jti, &mut feed.jti),
                (entry.sid, &mut feed.sid),
                (entry.sub, &mut feed.sub),
                (entry.client_id, &mut feed.client_id),
            ];
            for (value, revoked) in claims {
                if let Some(value) = value {
                    let known = revoked.entry(value).or_insert(until);
                    *known = until.max(*known);
                }
            }
        }
        feed
    }

    /// Whether a token is revoked. A claim by which it could be is judged.
    pub(crate) fn revokes(&self, claims: &Claims) -> Result<bool, Refusal> {
        claims.judge([Known::Gid, Known::Jti, Known::Sid, Known::Sub, Known::ClientId])?;
        // A token without `iat` counts as issued before any time.
        let iat = claims.times.iat.map_or(0, |NumericDate(iat)| iat);
        let is_in = |revoked: &HashMap<Box<str>, i64>, value: &Option<Box<str>>| {
            value.as_deref().and_then(|value| revoked.get(value)).is_some_and(|until| iat <= *until)
        };
        Ok(is_in(&self.gid, &claims.gid)
            || is_in(&self.jti, &claims.jti)
            || is_in(&self.sid, &claims.sid)
            || is_in(&self.sub, &claims.sub)
            || is_in(&self.client_id, &claims.client_id))
    }
}
