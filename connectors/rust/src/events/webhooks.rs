//! Webhooks as Standard Webhooks has them, and Svix before it: `v1` by a shared secret, `v1a` by a key pair.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::HeaderMap;
use ring::hmac;
use ring::signature::{ED25519, UnparsedPublicKey};
use serde_json::Value;

use crate::SettingsError;
use crate::clock::system_ms;

/// By how many seconds a timestamp may differ.
const TOLERANCE: u64 = 300;
/// How many ids are remembered. Senders try again for a day or so.
const REMEMBERED: usize = 100_000;

enum Key {
    Shared(hmac::Key),
    Public(UnparsedPublicKey<Vec<u8>>),
}

/// Receives webhooks. Clones are the same.
#[derive(Clone)]
pub struct Webhooks(Arc<Inner>);

struct Inner {
    keys: Vec<Key>,
    seen: Mutex<Seen>,
}

/// Ids that were handled, or are being handled; the oldest are forgotten.
#[derive(Default)]
struct Seen {
    ids: HashSet<String>,
    order: VecDeque<String>,
}

/// A message that is signed.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its id: the same whenever it is sent again.
    pub id: String,
    /// When it was sent, in seconds since 1970.
    pub timestamp: i64,
    /// The body.
    pub body: Value,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Received {
    /// It was handled: answer 204.
    Handled,
    /// It was handled before: answer 200.
    Before,
}

/// The message is not signed by a key that is known, is too old or too new, or is no JSON: answer 400.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct InvalidSignature;

impl fmt::Display for InvalidSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the message is not signed as it should be")
    }
}

impl std::error::Error for InvalidSignature {}

impl Webhooks {
    /// With secrets (`whsec_…`) and public keys (`whpk_…`), separated by commas: several while one is replaced.
    ///
    /// # Errors
    /// [`SettingsError`] names `webhook_secrets` when one of them is none, or there are none.
    pub fn new(secrets: &str) -> Result<Self, SettingsError> {
        let keys: Option<Vec<Key>> = secrets.split(',').map(|text| key(text.trim())).collect();
        let keys = keys.ok_or_else(|| SettingsError {
            setting: "webhook_secrets".into(),
            reason: "one is neither whsec_ nor whpk_ with its bytes in base64".to_owned(),
        })?;
        Ok(Self(Arc::new(Inner { keys, seen: Mutex::default() })))
    }

    /// The message, when it is signed. The body is the bytes that came.
    ///
    /// # Errors
    /// [`InvalidSignature`]
    pub fn verify(&self, headers: &HeaderMap, body: &[u8]) -> Result<Message, InvalidSignature> {
        let now = system_ms().div_euclid(1000);
        let message = self.0.verified(headers, body, now);
        message.ok_or_else(|| {
            tracing::warn!(target: "credenza", reason = "signature, timestamp or body", "a webhook is refused");
            InvalidSignature
        })
    }

    /// Verifies a message, and has it handled unless it was before. One whose handler fails is handled when it comes
    /// again. This process alone remembers ids; where several receive, the handler has to be one that may run twice.
    ///
    /// # Errors
    /// [`InvalidSignature`] without anything handled; in it, whatever the handler returns.
    pub async fn receive<E>(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        handler: impl AsyncFnOnce(Message) -> Result<(), E>,
    ) -> Result<Result<Received, E>, InvalidSignature> {
        let message = self.verify(headers, body)?;
        let id = message.id.clone();
        if !self.0.seen().is_new(&id) {
            return Ok(Ok(Received::Before));
        }
        // Given back when the handler fails, panics, or is dropped.
        let mut claim = Claim { inner: &self.0, id: Some(id) };
        let handled = handler(message).await;
        if handled.is_ok() {
            claim.id = None;
        }
        Ok(handled.map(|()| Received::Handled))
    }
}

struct Claim<'a> {
    inner: &'a Inner,
    id: Option<String>,
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        if let Some(id) = self.id.take() {
            self.inner.seen().ids.remove(&id);
        }
    }
}

impl Seen {
    fn is_new(&mut self, id: &str) -> bool {
        if !self.ids.insert(id.to_owned()) {
            return false;
        }
        self.order.push_back(id.to_owned());
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        true
    }
}

impl Inner {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn verified(&self, headers: &HeaderMap, body: &[u8], now: i64) -> Option<Message> {
        let prefix =
            ["webhook", "svix"].into_iter().find(|prefix| headers.contains_key(format!("{prefix}-id")))?;
        // One field of each name: of two, somebody else may have meant the other.
        let field = |name: &str| {
            let mut all = headers.get_all(format!("{prefix}-{name}")).iter();
            let first = all.next()?.to_str().ok()?;
            all.next().is_none().then_some(first)
        };
        let (id, sent, signatures) = (field("id")?, field("timestamp")?, field("signature")?);
        // A dot in the id would let it run into what follows.
        if id.is_empty() || id.contains('.') {
            return None;
        }
        let timestamp: i64 = sent.parse().ok()?;
        if timestamp.abs_diff(now) > TOLERANCE {
            return None;
        }
        let content = [id.as_bytes(), b".", sent.as_bytes(), b".", body].concat();
        let is_signed = signatures
            .split(' ')
            .any(|signature| self.keys.iter().any(|key| key.signed(signature, &content)));
        if !is_signed {
            return None;
        }
        let body = serde_json::from_slice(body).ok()?;
        Some(Message { id: id.to_owned(), timestamp, body })
    }
}

impl Key {
    fn signed(&self, signature: &str, content: &[u8]) -> bool {
        let bytes = |version| STANDARD.decode(signature.strip_prefix(version)?).ok();
        match self {
            Self::Shared(key) => bytes("v1,").is_some_and(|tag| hmac::verify(key, content, &tag).is_ok()),
            Self::Public(key) => bytes("v1a,").is_some_and(|bytes| key.verify(content, &bytes).is_ok()),
        }
    }
}

fn key(text: &str) -> Option<Key> {
    if let Some(secret) = text.strip_prefix("whsec_") {
        let secret = STANDARD.decode(secret).ok().filter(|secret| (24..=64).contains(&secret.len()))?;
        return Some(Key::Shared(hmac::Key::new(hmac::HMAC_SHA256, &secret)));
    }
    let public = STANDARD.decode(text.strip_prefix("whpk_")?).ok().filter(|public| public.len() == 32)?;
    Some(Key::Public(UnparsedPublicKey::new(&ED25519, public)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const SENT: i64 = 1_614_265_330;
    const BODY: &[u8] = br#"{"test": 2432232314}"#;

    /// The example that the reference libraries of Standard Webhooks are tested with.
    fn published(prefix: &str) -> HeaderMap {
        let fields = [
            ("id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
            ("timestamp", "1614265330"),
            ("signature", "v1,other v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
        ];
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            let name: http::HeaderName = format!("{prefix}-{name}").parse().unwrap();
            headers.insert(name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn the_published_message_is_accepted_within_five_minutes() {
        let webhooks = Webhooks::new(SECRET).unwrap();
        for prefix in ["webhook", "svix"] {
            let verified = |now, body| webhooks.0.verified(&published(prefix), body, now);
            assert_eq!(verified(SENT, BODY).unwrap().body["test"], 2_432_232_314_u64);
            assert!(verified(SENT + 300, BODY).is_some() && verified(SENT - 300, BODY).is_some());
            assert!(verified(SENT + 301, BODY).is_none() && verified(SENT - 301, BODY).is_none());
            assert!(verified(SENT, b"{\"test\": 2432232315}").is_none());
        }
        let other = Webhooks::new("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").unwrap();
        assert!(other.0.verified(&published("webhook"), BODY, SENT).is_none());
        let mut twice = published("webhook");
        twice.append("webhook-id", "another".parse().unwrap());
        assert!(webhooks.0.verified(&twice, BODY, SENT).is_none());
    }

    #[test]
    fn what_is_no_secret_is_refused() {
        for text in ["", "whsec_", "whsec_AAAA", "whpk_AAAA", "AAAA", &format!("{SECRET},")] {
            assert_eq!(Webhooks::new(text).err().unwrap().setting, "webhook_secrets", "{text}");
        }
    }
}
