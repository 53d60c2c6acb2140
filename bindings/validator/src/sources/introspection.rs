//! Answers to introspection (RFC 7662), cached briefly.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use base64::{Engine, engine::general_purpose::STANDARD};
use lru::LruCache;

use super::{Halt, Issuer, Which, body};
use crate::claims::Payload;
use crate::fetch::{self, Fetch, FetchFailure, Method, Response};
use crate::settings::{IntrospectionSettings, MAX_CACHE_SIZE, Settings};
use crate::{Rule, SettingsError, base64url, hash};

const KEY: &str = "introspection:";
/// How long a failure is reported without another attempt, in seconds.
const FAILURE_LASTS: i64 = 1;

/// What the issuer said about tokens, by their SHA-256.
pub(crate) struct Introspections {
    settings: IntrospectionSettings,
    answers: Mutex<LruCache<[u8; 32], Answer>>,
}

struct Answer {
    at: i64,
    outcome: Result<Arc<Payload>, Rule>,
}

impl Introspections {
    pub(crate) fn new(settings: &Settings) -> Result<Option<Self>, SettingsError> {
        let Some(own) = settings.introspection.clone() else { return Ok(None) };
        let refused = |reason: &str| SettingsError::new("introspection", reason);
        if own.client_id.is_empty() || own.client_secret.is_empty() {
            return Err(refused("client_id and client_secret are needed"));
        }
        if own.endpoint.as_deref().is_some_and(|url| !fetch::acceptable(url, settings.allow_http)) {
            return Err(refused("endpoint has to be an https URL"));
        }
        if !(0..=3600).contains(&own.cache_seconds) {
            return Err(refused("cache_seconds has to be 0 to 3600"));
        }
        let size = NonZeroUsize::new(own.cache_size)
            .filter(|size| size.get() <= MAX_CACHE_SIZE)
            .ok_or_else(|| refused("cache_size has to be 1 to 1000000"))?;
        Ok(Some(Self { settings: own, answers: Mutex::new(LruCache::new(size)) }))
    }

    /// Whether JWTs are introspected too.
    pub(crate) const fn always(&self) -> bool {
        self.settings.always
    }

    /// What is known of a token.
    pub(crate) fn find(&self, token: &str, issuer: &Issuer, now: i64) -> Result<Arc<Payload>, Halt> {
        let name = hash::sha256(token.as_bytes());
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = answers.get(&name) {
            let lasts = if matches!(answer.outcome, Err(Rule::IntrospectionUnavailable)) {
                FAILURE_LASTS
            } else {
                self.settings.cache_seconds
            };
            if (0..=lasts).contains(&now.saturating_sub(answer.at)) {
                return answer.outcome.clone().map_err(Halt::Deny);
            }
        }
        drop(answers);
        let url = match &self.settings.endpoint {
            Some(url) => url.clone(),
            None => issuer
                .endpoint(Which::Introspection, now)?
                .ok_or(Halt::Deny(Rule::IntrospectionUnavailable))?,
        };
        Err(Halt::Need(self.fetch(url, token, &name)))
    }

    fn fetch(&self, url: String, token: &str, name: &[u8; 32]) -> Fetch {
        let IntrospectionSettings { client_id, client_secret, .. } = &self.settings;
        let credentials = STANDARD.encode(format!("{}:{}", escaped(client_id), escaped(client_secret)));
        Fetch {
            key: format!("{KEY}{}", base64url::encode(name)),
            method: Method::Post,
            url,
            headers: vec![
                ("Accept".to_owned(), "application/json".to_owned()),
                ("Authorization".to_owned(), format!("Basic {credentials}")),
                ("Content-Type".to_owned(), "application/x-www-form-urlencoded".to_owned()),
            ],
            body: Some(format!("token={}&token_type_hint=access_token", escaped(token))),
            max_bytes: 64 * 1024,
            timeout_ms: fetch::TIMEOUT_MS,
        }
    }

    /// Records what was fetched; returns whether it was fetched for this source.
    pub(crate) fn fetched(
        &self,
        fetch: &Fetch,
        response: &Result<Response<'_>, FetchFailure>,
        now: i64,
    ) -> bool {
        let Some(name) = fetch.key.strip_prefix(KEY).and_then(|name| base64url::decode(name).ok()) else {
            return false;
        };
        if let Ok(name) = <[u8; 32]>::try_from(name) {
            let outcome = body(fetch, response).map_or(Err(Rule::IntrospectionUnavailable), outcome);
            let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
            answers.put(name, Answer { at: now, outcome });
        }
        true
    }
}

fn outcome(body: &[u8]) -> Result<Arc<Payload>, Rule> {
    let payload = Payload::read(body.to_vec()).map_err(|_| Rule::IntrospectionUnavailable)?;
    match payload.claims().active {
        Some(true) => Ok(Arc::new(payload)),
        Some(false) => Err(Rule::Inactive),
        None => Err(Rule::IntrospectionUnavailable),
    }
}

/// `application/x-www-form-urlencoded`, in which RFC 6749 section 2.3.1 encodes the credentials too.
fn escaped(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut escaped, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                escaped.push(char::from(byte))
            }
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
        escaped
    })
}
