//! A tenant: an issuer of its own, with its own keys, clients, users and settings.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::client::DEFAULT_SCOPE;
use crate::ids::TenantId;
use crate::scope::Scope;
use crate::time::{Seconds, Time};

/// The name of the tenant that stands at the root of the host.
pub const DEFAULT_TENANT: &str = "default";

/// A tenant and its settings.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct Tenant {
    /// Its key in storage; a tenant made again under the same name is another tenant.
    pub tenant_id: TenantId,
    /// Its name in URLs: `/t/{name}`; `default` stands at the root.
    pub name: String,
    /// Lifetimes and the name people see.
    pub settings: TenantSettings,
    /// When it was made.
    pub created_at: Time,
    /// When it was disabled; then nothing of it answers.
    pub disabled_at: Option<Time>,
}

/// What an operator sets per tenant. Lifetimes are in seconds.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct TenantSettings {
    /// The name that people see on the pages.
    pub display_name: String,
    /// How long an authorization code lives; RFC 9700 and ASVS 10.4.3 ask for a minute at most.
    pub code_lifetime: Seconds,
    /// How long an access token lives.
    pub access_token_lifetime: Seconds,
    /// How long an ID token says that it may be taken.
    pub id_token_lifetime: Seconds,
    /// How long a refresh token lives when it is not used.
    pub refresh_token_idle_lifetime: Seconds,
    /// How long a grant lives at most, however often it is refreshed (ASVS 10.4.8).
    pub grant_lifetime: Seconds,
    /// How long a session lives at most.
    pub session_lifetime: Seconds,
    /// How long a session lives when it is not used.
    pub session_idle_lifetime: Seconds,
    /// How long a login may be under way.
    pub login_lifetime: Seconds,
    /// How long a spent refresh token is answered with its own child again, for a lost reply.
    pub refresh_grace: Seconds,
    /// Who may register clients by themselves (RFC 7591).
    pub registration: Registration,
    /// The scopes that clients may have which register themselves.
    pub registration_scope: Scope,
    /// How many clients may register themselves from one address within an hour, where no initial access token is
    /// asked of them.
    pub registration_limit: u32,
    /// How long a client stays that registered itself and was never used; 0 is for ever.
    pub unused_client_lifetime: Seconds,
    /// Whose software statements are taken (RFC 7591 2.3).
    pub software_statement_issuers: Vec<TrustedIssuer>,
    /// Whether clients may have the implicit and hybrid flows: tokens that pass through the browser, which RFC
    /// 9700 2.1.2 advises against.
    pub front_channel_tokens: bool,
    /// Whether request objects without a signature are taken from clients that do not sign theirs.
    pub unsigned_request_objects: bool,
    /// Whether clients may have ID tokens without a signature, from the token endpoint alone.
    pub unsigned_id_tokens: bool,
}

/// Who may register clients by themselves (RFC 7591 3).
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Registration {
    /// Nobody.
    #[default]
    Closed,
    /// Who has an initial access token.
    Token,
    /// Everybody.
    Open,
}

/// Somebody who vouches for clients.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct TrustedIssuer {
    /// `iss` of the statements.
    #[serde(rename = "iss")]
    pub issuer: String,
    /// The public keys that they are signed by, a JWK set.
    pub jwks: serde_json::Value,
}

impl Default for TenantSettings {
    fn default() -> Self {
        Self {
            display_name: "Credenza".to_owned(),
            code_lifetime: Seconds(60),
            access_token_lifetime: Seconds(600),
            id_token_lifetime: Seconds(3600),
            refresh_token_idle_lifetime: Seconds(30 * 86_400),
            grant_lifetime: Seconds(365 * 86_400),
            session_lifetime: Seconds(30 * 86_400),
            session_idle_lifetime: Seconds(86_400),
            login_lifetime: Seconds(1800),
            refresh_grace: Seconds(10),
            registration: Registration::default(),
            registration_scope: Scope::stored(DEFAULT_SCOPE),
            registration_limit: 300,
            unused_client_lifetime: Seconds(30 * 86_400),
            software_statement_issuers: vec![],
            front_channel_tokens: false,
            unsigned_request_objects: false,
            unsigned_id_tokens: false,
        }
    }
}

/// Whether a name may stand in a URL path as a tenant's: 1 to 63 of `a-z 0-9 -`, not at the ends.
#[must_use]
pub fn is_tenant_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    let legal = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
    !bytes.is_empty()
        && bytes.len() <= 63
        && bytes.iter().all(legal)
        && bytes.first() != Some(&b'-')
        && bytes.last() != Some(&b'-')
}

#[cfg(test)]
mod tests {
    use super::is_tenant_name;

    #[test]
    fn tenant_names() {
        for good in ["default", "a", "acme-2", &"x".repeat(63)] {
            assert!(is_tenant_name(good), "{good}");
        }
        for bad in ["", "-a", "a-", "A", "a.b", "a/b", "ä", &"x".repeat(64)] {
            assert!(!is_tenant_name(bad), "{bad}");
        }
    }
}
