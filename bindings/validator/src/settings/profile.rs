//! What the access tokens of well-known servers look like where RFC 9068 does not say, or they do not follow it: one
//! row for each. Settings of their own override a row.

use serde::{Deserialize, Serialize};

use super::TokenType;

/// The server that issues the tokens, or the specification that they follow.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// RFC 9068, to the letter: Credenza's own tokens.
    #[default]
    Rfc9068,
    /// JWTs of a server that is not listed here.
    Generic,
    /// Keycloak.
    Keycloak,
    /// Microsoft Entra ID.
    Entra,
    /// Okta, a custom authorization server.
    Okta,
    /// Auth0.
    Auth0,
    /// Amazon Cognito user pools.
    Cognito,
    /// Google: ID tokens, as its access tokens are opaque.
    Google,
    /// Ory Hydra, with the access token strategy `jwt`.
    Hydra,
    /// Dex.
    Dex,
    /// Spring Authorization Server.
    Spring,
}

/// What a profile bundles.
pub(crate) struct Bundle {
    /// The values of `typ` that are accepted.
    pub(crate) token_types: &'static [TokenType],
    /// The claims that must be there beside `iss`, `aud` and `exp`.
    pub(crate) required: &'static [&'static str],
    /// Where the scopes stand.
    pub(crate) scopes: &'static [&'static str],
    /// Whether they may be a list of texts.
    pub(crate) scope_lists: bool,
    /// Where the client stands.
    pub(crate) client: &'static [&'static str],
    /// A claim by which the server tells its kinds of token apart, and its values in access tokens.
    pub(crate) mark: Option<(&'static str, &'static [&'static str])>,
    /// Further spellings of the issuer in tokens, the first being that of the metadata.
    pub(crate) spellings: &'static [&'static str],
    /// Whether `client_ids` may stand in for an audience that the tokens do not have.
    pub(crate) by_client: bool,
    /// Whether the issuer may be a template with the tenant in it.
    pub(crate) tenants: bool,
}

const STRICT: &[TokenType] = &[TokenType::AccessToken];
const PLAIN: &[TokenType] = &[TokenType::Plain];
const BOTH: &[TokenType] = &[TokenType::AccessToken, TokenType::Plain];

const GENERIC: Bundle = Bundle {
    token_types: BOTH,
    required: &["sub"],
    scopes: &["scope", "scp"],
    scope_lists: true,
    client: &["client_id", "azp", "cid", "appid"],
    mark: None,
    spellings: &[],
    by_client: false,
    tenants: false,
};

const RFC9068: Bundle = Bundle {
    token_types: STRICT,
    required: &["sub", "client_id", "iat", "jti"],
    scopes: &["scope"],
    scope_lists: false,
    client: &["client_id", "azp"],
    ..GENERIC
};

impl Profile {
    pub(crate) const fn bundle(self) -> Bundle {
        match self {
            Self::Rfc9068 => RFC9068,
            Self::Generic => GENERIC,
            Self::Keycloak => Bundle {
                scopes: &["scope"],
                scope_lists: false,
                client: &["azp", "client_id"],
                mark: Some(("typ", &["Bearer", "DPoP"])),
                ..GENERIC
            },
            Self::Entra => Bundle {
                token_types: PLAIN,
                scopes: &["scp"],
                scope_lists: false,
                client: &["azp", "appid"],
                tenants: true,
                ..GENERIC
            },
            Self::Okta => Bundle { token_types: PLAIN, scopes: &["scp"], client: &["cid"], ..GENERIC },
            Self::Auth0 => {
                Bundle { scopes: &["scope"], scope_lists: false, client: &["azp", "client_id"], ..GENERIC }
            }
            Self::Cognito => Bundle {
                token_types: PLAIN,
                scopes: &["scope"],
                scope_lists: false,
                client: &["client_id"],
                mark: Some(("token_use", &["access"])),
                by_client: true,
                ..GENERIC
            },
            Self::Google => Bundle {
                token_types: PLAIN,
                scopes: &["scope"],
                scope_lists: false,
                client: &["azp"],
                spellings: &["https://accounts.google.com", "accounts.google.com"],
                ..GENERIC
            },
            Self::Hydra => Bundle { scopes: &["scp", "scope"], client: &["client_id"], ..GENERIC },
            Self::Dex => Bundle {
                token_types: PLAIN,
                scopes: &["scope"],
                scope_lists: false,
                client: &["azp"],
                ..GENERIC
            },
            Self::Spring => Bundle { scopes: &["scope"], client: &["client_id", "azp"], ..GENERIC },
        }
    }
}
