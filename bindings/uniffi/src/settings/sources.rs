//! Where keys and revocations come from, and how long they are kept. All spans are in seconds.

use std::fmt;

use serde::Serialize;

/// How long the issuer's keys are kept.
#[derive(Serialize, uniffi::Record)]
pub struct KeyCacheSettings {
    /// From which age on they are fetched again in the background; 300 by default.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_after: Option<i64>,
    /// From which age on a check waits for new ones; 600 by default.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_age: Option<i64>,
    /// How often an unknown `kid` may cause a fetch; every 30 by default.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cooldown: Option<i64>,
    /// Up to which age old keys serve while new ones cannot be had; 3600 by default.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_stale: Option<i64>,
}

/// Introspection by the issuer (RFC 7662).
#[derive(Serialize, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct IntrospectionSettings {
    /// Who asks.
    pub client_id: String,
    /// The secret of that client, sent by HTTP Basic.
    pub client_secret: String,
    /// The endpoint, if not the one that the issuer's metadata names.
    #[uniffi(default)]
    pub endpoint: Option<String>,
    /// For how long an answer serves; 10 by default.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_seconds: Option<i64>,
    /// How many answers are kept; 10,000 by default.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_size: Option<i64>,
    /// Whether JWTs are introspected too; otherwise only tokens that are none.
    #[uniffi(default)]
    pub always: bool,
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
    /// The feed, if not what the issuer's metadata name as `revocations_endpoint`, or else `/revocations` under the issuer.
    #[uniffi(default)]
    pub uri: Option<String>,
    /// How often it is fetched; every 5 by default.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<i64>,
    /// Up to which age an old one serves while no new one can be had; 60 by default.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_stale: Option<i64>,
}
