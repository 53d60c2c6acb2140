//! Token introspection (RFC 7662).

use credenza_validator::Audience;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::client::Client;
use crate::confirmation::Confirmation;
use crate::ids::ClientId;
use crate::scope::Scope;
use crate::time::Time;

/// The answer (RFC 7662 2.2). A token that is dead, or that the client may not see, is not active, and
/// nothing more is disclosed.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[expect(missing_docs, reason = "each field is the member of that name in RFC 7662 2.2")]
pub struct Introspection {
    pub active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aud: Option<Audience>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    /// RFC 8705 3.2, RFC 9449 6.2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Confirmation>,
    /// What an access token tells of the person beside that, as it is now.
    #[serde(flatten)]
    pub told: Map<String, Value>,
}

/// Whether a client may see a token: its own, or one that is meant for a resource that the client is
/// (RFC 7662 4).
#[must_use]
pub fn may_see(asker: &Client, owner: &ClientId, audience: &[String]) -> bool {
    asker.client_id == *owner || audience.iter().any(|resource| asker.serves.contains(resource))
}
