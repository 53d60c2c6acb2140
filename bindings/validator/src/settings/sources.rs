//! Where keys and revocations come from, and how long they are kept. All spans are in seconds.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How long the issuer's keys are kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct KeyCacheSettings {
    /// Age, in seconds, from which the keys are fetched again in the background.
    pub refresh_after: i64,
    /// Age, in seconds, from which a check waits for new keys: a withdrawn key is accepted for this long at most.
    pub max_age: i64,
    /// Seconds between fetches that unknown `kid`s cause.
    pub cooldown: i64,
    /// Age, in seconds, up to which old keys are used while new ones cannot be fetched; then every check is refused.
    pub max_stale: i64,
}

impl Default for KeyCacheSettings {
    fn default() -> Self {
        Self { refresh_after: 300, max_age: 600, cooldown: 30, max_stale: 3600 }
    }
}

/// Introspection by the issuer (RFC 7662). `Debug` leaves the secret out.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct IntrospectionSettings {
    /// The endpoint, if not the one that the issuer's metadata names.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// The client that introspects.
    pub client_id: String,
    /// The secret of that client, sent by HTTP Basic.
    pub client_secret: String,
    /// Seconds for which an answer is reused: a revoked token is accepted for this long at most.
    #[serde(default = "cache_seconds")]
    pub cache_seconds: i64,
    /// How many answers are kept, up to 1,000,000.
    #[serde(default = "cache_size")]
    pub cache_size: usize,
    /// Whether JWTs are introspected too; otherwise only opaque tokens are.
    #[serde(default)]
    pub always: bool,
    /// Whether signed answers are asked for, and no others accepted (RFC 9701).
    #[serde(default)]
    pub signed: bool,
}

const fn cache_seconds() -> i64 {
    10
}

const fn cache_size() -> usize {
    10_000
}

impl fmt::Debug for IntrospectionSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntrospectionSettings").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

/// The issuer's feed of revoked tokens.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct RevocationSettings {
    /// The feed, if not the `revocations_endpoint` of the issuer's metadata, or else `/revocations` under the issuer.
    pub uri: Option<String>,
    /// Seconds between fetches. No check relies on a feed older than twice that while the issuer answers.
    pub interval: i64,
    /// Age, in seconds, up to which an old feed is used while no new one can be fetched; then every check is refused.
    pub max_stale: i64,
}

impl Default for RevocationSettings {
    fn default() -> Self {
        Self { uri: None, interval: 5, max_stale: 60 }
    }
}
