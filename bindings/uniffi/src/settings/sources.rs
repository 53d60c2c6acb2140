//! Where keys and revocations come from, and how long they are kept. All spans are in seconds.

use std::fmt;

use serde::Serialize;

/// How long the issuer's keys are kept.
#[derive(Serialize, uniffi::Record)]
pub struct KeyCacheSettings {
    /// Age, in seconds, from which the keys are fetched again in the background; 300 by default.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_after: Option<i64>,
    /// Age, in seconds, from which a check waits for new keys; 600 by default.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_age: Option<i64>,
    /// Seconds between fetches that unknown `kid`s cause; 30 by default.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cooldown: Option<i64>,
    /// Age, in seconds, up to which old keys are used while new ones cannot be fetched; 3600 by default.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_stale: Option<i64>,
}

/// Introspection by the issuer (RFC 7662).
#[derive(Serialize, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct IntrospectionSettings {
    /// The client that introspects.
    pub client_id: String,
    /// The secret of that client, sent by HTTP Basic.
    pub client_secret: String,
    /// The endpoint, if not the one that the issuer's metadata names.
    #[uniffi(default)]
    pub endpoint: Option<String>,
    /// Seconds for which an answer is reused; 10 by default.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_seconds: Option<i64>,
    /// How many answers are kept; 10,000 by default.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_size: Option<i64>,
    /// Whether JWTs are introspected too; otherwise only opaque tokens are.
    #[uniffi(default)]
    pub always: bool,
    /// Whether signed answers are asked for, and no others accepted (RFC 9701).
    #[uniffi(default)]
    pub signed: bool,
}

/// Prints no secret.
impl fmt::Debug for IntrospectionSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntrospectionSettings").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

/// The issuer's feed of revoked tokens.
#[derive(Serialize, uniffi::Record)]
pub struct RevocationSettings {
    /// The feed, if not the `revocations_endpoint` of the issuer's metadata, or else `/revocations` under the issuer.
    #[uniffi(default)]
    pub uri: Option<String>,
    /// Seconds between fetches; 5 by default.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<i64>,
    /// Age, in seconds, up to which an old feed is used while no new one can be fetched; 60 by default.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_stale: Option<i64>,
}
