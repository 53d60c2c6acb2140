//! A client and its metadata, by the names of RFC 7591 and OpenID Connect Registration.

use credenza_validator::algorithm::Algorithm;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::client_auth::AuthMethod;
use crate::ids::ClientId;
use crate::response_mode::ResponseMode;
use crate::scope::Scope;
use crate::time::Seconds;

/// The scopes that a client made without a list of its own may ask for.
pub const DEFAULT_SCOPE: &str = "openid profile email address phone offline_access";

/// A registered client. Its secret is not here: only storage holds what is kept of that.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// `client_id`.
    pub client_id: ClientId,
    /// The name people see.
    pub client_name: String,
    /// Where answers may go; compared as raw strings.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Where a person may be sent after signing out; compared as raw strings.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// What it may do at the token endpoint.
    pub grant_types: Vec<GrantType>,
    /// The ways in which it may ask for its answers.
    #[serde(default = "ResponseMode::all")]
    pub response_modes: Vec<ResponseMode>,
    /// Whether it runs on a person's device.
    #[serde(default)]
    pub application_type: ApplicationType,
    /// The one way in which it proves itself.
    pub token_endpoint_auth_method: AuthMethod,
    /// The one algorithm of its assertions; without it, any that fits the method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_signing_alg: Option<Algorithm>,
    /// Its public keys, a JWK set, for `private_key_jwt`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks: Option<serde_json::Value>,
    /// What it may ask for.
    pub scope: Scope,
    /// The resources it may ask tokens for (RFC 8707).
    #[serde(default)]
    pub resources: Vec<String>,
    /// The resources that it is: it may introspect the tokens meant for them (RFC 7662 4).
    #[serde(default)]
    pub serves: Vec<String>,
    /// The algorithm of its ID tokens.
    #[serde(default = "rs256")]
    pub id_token_signed_response_alg: Algorithm,
    /// The algorithm of its access tokens.
    #[serde(default = "es256")]
    pub access_token_signed_response_alg: Algorithm,
    /// The form of its access tokens.
    #[serde(default)]
    pub access_token_format: AccessTokenFormat,
    /// Whether it must use PKCE; a public client always must.
    #[serde(default)]
    pub require_pkce: bool,
    /// Whether the person is asked.
    #[serde(default)]
    pub consent: ConsentPolicy,
    /// Signs people in again after this many seconds, unless the request says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_max_age: Option<Seconds>,
    /// Whether its ID tokens always carry `auth_time`.
    #[serde(default)]
    pub require_auth_time: bool,
    /// How it treats people's data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<String>,
    /// What it asks people to agree to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tos_uri: Option<String>,
}

impl Client {
    /// Whether it cannot keep a secret (RFC 6749 2.1).
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.token_endpoint_auth_method == AuthMethod::None
    }

    /// Whether it may use that grant.
    #[must_use]
    pub fn may(&self, grant_type: GrantType) -> bool {
        self.grant_types.contains(&grant_type)
    }

    /// Whether its authorization requests need a `code_challenge` (RFC 7636, RFC 9700 2.1.1).
    #[must_use]
    pub fn needs_pkce(&self) -> bool {
        self.require_pkce || self.is_public()
    }
}

/// `grant_type` (RFC 6749 4.1.3, 4.4.2, 6).
#[derive(Copy, Clone, Debug, Eq, PartialEq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// RFC 6749 4.1.
    AuthorizationCode,
    /// RFC 6749 6.
    RefreshToken,
    /// RFC 6749 4.4.
    ClientCredentials,
}

impl GrantType {
    /// Every grant that this provider knows.
    pub const ALL: [Self; 3] = [Self::AuthorizationCode, Self::RefreshToken, Self::ClientCredentials];

    /// Its name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
        }
    }

    /// Reads the wire name; `None` for a grant that is not known here.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grant_type| grant_type.as_str() == name)
    }
}

/// `application_type` (OpenID Connect Registration 2).
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationType {
    /// Runs on a server or in a browser.
    #[default]
    Web,
    /// Runs on a person's device (RFC 8252): custom schemes and loopback ports are allowed.
    Native,
}

/// The form of an access token.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccessTokenFormat {
    /// A JWT by RFC 9068.
    #[default]
    Jwt,
    /// A random string, to be introspected.
    Opaque,
}

/// Whether a person is asked before a client gets anything.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsentPolicy {
    /// Asked once for each scope, then remembered.
    #[default]
    Required,
    /// Never asked: the operator vouches for the client.
    Implicit,
}

const fn rs256() -> Algorithm {
    Algorithm::RS256
}

const fn es256() -> Algorithm {
    Algorithm::ES256
}
