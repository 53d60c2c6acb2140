//! Answers to introspection (RFC 7662), cached briefly.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use base64::{Engine, engine::general_purpose::STANDARD};
use lru::LruCache;

use super::signed_answer::SignedAnswers;
use super::{Halt, Issuer, Which, body, is_cancelled, not_the_document};
use crate::claims::{Known, Payload, Places};
use crate::detail::{Refusal, Trouble};
use crate::fetch::{self, Fetch, FetchFailure, Method, Response};
use crate::settings::{IntrospectionSettings, MAX_CACHE_SIZE, Settings};
use crate::{Cause, Rule, SettingsError, base64url, bounded, hash};

const KEY: &str = "introspection:";
/// How long a failure is reported without another attempt, in seconds.
const FAILURE_LASTS: i64 = 1;

/// What the issuer said about tokens, by their SHA-256.
pub(crate) struct Introspections {
    settings: IntrospectionSettings,
    places: Places,
    signed: Option<SignedAnswers>,
    answers: Mutex<LruCache<[u8; 32], Answer>>,
}

struct Answer {
    at: i64,
    outcome: Result<Arc<Payload>, Refusal>,
}

impl Introspections {
    pub(crate) fn new(settings: &Settings, places: Places) -> Result<Option<Self>, SettingsError> {
        let Some(own) = settings.introspection.clone() else { return Ok(None) };
        let refused =
            |name: &'static str, reason: &str| SettingsError::new(name, reason).within("introspection");
        if own.client_id.is_empty() {
            return Err(refused("client_id", "is empty"));
        }
        if own.client_secret.is_empty() {
            return Err(refused("client_secret", "is empty"));
        }
        if own.endpoint.as_deref().is_some_and(|url| !fetch::acceptable(url, settings.allow_http)) {
            return Err(refused("endpoint", "has to be an https URL"));
        }
        if !(0..=3600).contains(&own.cache_seconds) {
            return Err(refused("cache_seconds", "has to be 0 to 3600"));
        }
        let size = NonZeroUsize::new(own.cache_size)
            .filter(|size| size.get() <= MAX_CACHE_SIZE)
            .ok_or_else(|| refused("cache_size", "has to be 1 to 1000000"))?;
        if own.signed && settings.has_secret() {
            return Err(refused("signed", "needs the issuer's public keys"));
        }
        let signed = own.signed.then(|| SignedAnswers::new(settings, &own));
        Ok(Some(Self { settings: own, places, signed, answers: Mutex::new(bounded::cache(size)) }))
    }

    /// Whether JWTs are introspected too.
    pub(crate) const fn always(&self) -> bool {
        self.settings.always
    }

    /// Whether the endpoint is known.
    pub(crate) fn ready(&self, issuer: &Issuer, now: i64) -> Result<(), Halt> {
        if self.settings.endpoint.is_none() {
            issuer.endpoint(Which::Introspection, now)?;
        }
        Ok(())
    }

    /// What is known of a token.
    pub(crate) fn find(&self, token: &str, issuer: &Issuer, now: i64) -> Result<Arc<Payload>, Halt> {
        let name = hash::sha256(token.as_bytes());
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = answers.get(&name) {
            let lasts = if matches!(&answer.outcome, Err(it) if it.rule == Rule::IntrospectionUnavailable) {
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
            None => issuer.endpoint(Which::Introspection, now)?,
        };
        if self.signed.is_some() {
            // The keys come first, so that the answer can be verified when it is there.
            issuer.keys(now)?;
        }
        Err(Halt::Need(self.fetch(url, token, &name)))
    }

    fn fetch(&self, url: String, token: &str, name: &[u8; 32]) -> Fetch {
        let IntrospectionSettings { client_id, client_secret, .. } = &self.settings;
        let accept = if self.signed.is_some() { SignedAnswers::MEDIA_TYPE } else { "application/json" };
        let credentials = STANDARD.encode(format!("{}:{}", escaped(client_id), escaped(client_secret)));
        Fetch {
            key: format!("{KEY}{}", base64url::encode(name)),
            method: Method::Post,
            url,
            headers: vec![
                ("Accept".to_owned(), accept.to_owned()),
                ("Authorization".to_owned(), format!("Basic {credentials}")),
                ("Content-Type".to_owned(), "application/x-www-form-urlencoded".to_owned()),
            ],
            body: Some(format!("token={}&token_type_hint=access_token", escaped(token))),
            max_bytes: 64 * 1024,
            timeout_ms: fetch::TIMEOUT_MS,
        }
    }

    /// Records what was fetched; returns what was wrong with it. `None` when it was not fetched for this source.
    pub(crate) fn fetched(
        &self,
        fetch: &Fetch,
        response: &Result<Response<'_>, FetchFailure>,
        issuer: &Issuer,
        now: i64,
    ) -> Option<Option<Trouble>> {
        let name = fetch.key.strip_prefix(KEY).and_then(|name| base64url::decode(name).ok())?;
        if is_cancelled(response) {
            return Some(None);
        }
        let read = body(fetch, response).and_then(|body| match &self.signed {
            None => Ok(body.to_vec()),
            Some(signed) => signed.open(body, issuer, now).map_err(|(cause, why)| {
                if cause == Cause::Untrusted {
                    Trouble::new(cause, &fetch.url).message(why)
                } else {
                    not_the_document(fetch, response, why)
                }
            }),
        });
        let outcome =
            read.and_then(|json| self.outcome(json).map_err(|why| not_the_document(fetch, response, why)));
        let trouble = outcome.as_ref().err().cloned();
        let outcome =
            outcome.unwrap_or_else(|trouble| Err(Rule::IntrospectionUnavailable.after(Some(trouble))));
        if let Ok(name) = <[u8; 32]>::try_from(name) {
            let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
            answers.put(name, Answer { at: now, outcome });
        }
        Some(trouble)
    }

    /// What an answer says; an error when it is none.
    fn outcome(&self, json: Vec<u8>) -> Result<Result<Arc<Payload>, Refusal>, &'static str> {
        let payload = Payload::introspected(json, &self.places).map_err(|_| "it is no JSON object")?;
        if payload.claims().judge([Known::Exp, Known::Nbf, Known::Iat]).is_err() {
            return Err("a time in it is no number");
        }
        let active = payload.claims().judge([Known::Active]).is_ok().then_some(payload.claims().active);
        match active.flatten() {
            Some(true) => Ok(Ok(Arc::new(payload))),
            Some(false) => Ok(Err(Rule::Inactive.into())),
            None => Err("it does not say whether the token is active"),
        }
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
