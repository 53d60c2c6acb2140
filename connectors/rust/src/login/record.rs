//! What a session holds.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Claims of an ID token that are about the token, and not about the person.
const OF_THE_TOKEN: [&str; 10] =
    ["iss", "aud", "azp", "exp", "iat", "nbf", "nonce", "at_hash", "c_hash", "jti"];

/// A session, as it is sealed.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Record {
    /// Random; in a store its hash is the key.
    pub(super) id: String,
    /// The claims of the ID token that are about the person.
    pub(super) claims: Map<String, Value>,
    /// What the application keeps beside them.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub(super) data: Value,
    pub(super) id_token: String,
    pub(super) access_token: String,
    /// When the access token expires, in seconds since 1970; never, where the provider does not say.
    pub(super) expires_at: Option<i64>,
    pub(super) refresh_token: Option<String>,
    /// How often tokens were refreshed: of two copies, the one with more is newer.
    pub(super) rotation: u64,
    /// When the person signed in, and when a request last came, in milliseconds since 1970.
    pub(super) created: i64,
    pub(super) seen: i64,
}

impl Record {
    pub(super) fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim)?.as_str()
    }

    pub(super) fn sub(&self) -> &str {
        self.text("sub").unwrap_or_default()
    }

    /// Whether the access token has expired, or will within `ahead` seconds.
    pub(super) fn is_due(&self, now: i64, ahead: i64) -> bool {
        self.expires_at.is_some_and(|at| at.saturating_sub(ahead) <= now)
    }
}

/// The claims that are about the person.
pub(super) fn personal(mut claims: Map<String, Value>) -> Map<String, Value> {
    claims.retain(|name, _| !OF_THE_TOKEN.contains(&&**name));
    claims
}
