//! What a route asks for beyond a good token.

use serde::{Deserialize, Serialize};

use crate::settings::{SettingsError, read};

/// What a route asks for. Empty members ask for nothing; everything else must be fulfilled.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Requirement {
    /// Scopes, all of them (RFC 6750 section 3.1).
    pub scopes: Vec<String>,
    /// Scopes, at least one of them.
    pub any_scope: Vec<String>,
    /// Clients, to one of which the token was issued.
    pub client_ids: Vec<String>,
    /// Tenants, to one of which the token belongs.
    pub tenants: Vec<String>,
    /// Organisations, to one of which the token belongs.
    pub organizations: Vec<String>,
    /// Roles, all of them.
    pub roles: Vec<String>,
    /// Roles, at least one of them.
    pub any_role: Vec<String>,
    /// Permissions, all of them.
    pub permissions: Vec<String>,
    /// Permissions, at least one of them.
    pub any_permission: Vec<String>,
    /// Plans, one of which is subscribed to.
    pub plans: Vec<String>,
    /// Authentication contexts, one of which the sign-in reached (RFC 9470 section 4).
    pub acr_values: Vec<String>,
    /// How long ago the user may have signed in, in seconds (RFC 9470 section 4).
    pub max_age: Option<i64>,
    /// How old the token may be since its `iat`, in seconds.
    pub max_token_age: Option<i64>,
    /// Whether the token must be bound to its sender (RFC 9449, RFC 8705).
    pub bound: bool,
}

/// What an ID token must match (OpenID Connect Core 3.1.3.7).
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct IdTokenExpectations {
    /// The `nonce` of the request.
    pub nonce: Option<String>,
    /// The `max_age` of the request, in seconds: then `auth_time` is required.
    pub max_age: Option<i64>,
    /// Authentication contexts, one of which must be reached.
    pub acr_values: Vec<String>,
    /// The access token issued with it, for `at_hash`.
    pub access_token: Option<String>,
    /// The code issued with it, for `c_hash`.
    pub code: Option<String>,
}

impl Requirement {
    /// Scopes, all of them.
    #[must_use]
    pub fn scopes<const N: usize>(scopes: [&str; N]) -> Self {
        Self { scopes: scopes.map(str::to_owned).to_vec(), ..Self::default() }
    }

    /// Reads a requirement as JSON.
    ///
    /// # Errors
    /// [`SettingsError`] for any other document.
    pub fn from_json(json: &str) -> Result<Self, SettingsError> {
        read("requirement", json)
    }
}

impl IdTokenExpectations {
    /// Reads expectations as JSON.
    ///
    /// # Errors
    /// [`SettingsError`] for any other document.
    pub fn from_json(json: &str) -> Result<Self, SettingsError> {
        read("expectations", json)
    }
}
