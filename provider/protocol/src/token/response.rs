//! The answer of the token endpoint (RFC 6749 5.1, OpenID Connect Core 3.1.3.3).

use schemars::JsonSchema;
use serde::Serialize;

/// Tokens.
#[derive(Serialize, JsonSchema)]
pub struct TokenResponse {
    /// The access token.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// Seconds until the access token dies.
    pub expires_in: i64,
    /// What the access token allows.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub scope: String,
    /// The refresh token, if the client may have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// The ID token, if `openid` was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
}
