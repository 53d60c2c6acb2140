//! Issuers beside the one of the settings.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::tokens::{ClaimNames, TokenType};
use super::{IntrospectionSettings, OneOrMany, Profile, RevocationSettings, Settings};
use crate::{Algorithm, present};

/// An issuer, with whatever is its own. What concerns this service (`dpop`, `leeway`, the sizes of tokens and caches, …) is
/// that of the settings around it. `Debug` prints the name alone.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct IssuerSettings {
    /// The issuer, exactly as in its tokens.
    pub issuer: String,
    /// Names of this service in its tokens; by default those of the settings around it.
    #[serde(default)]
    pub audience: OneOrMany,
    /// The client whose ID tokens and logout tokens are checked.
    #[serde(default)]
    pub client_id: Option<String>,
    /// The server that issues the tokens; `rfc9068` by default.
    #[serde(default)]
    pub profile: Profile,
    /// Clients whose access tokens are accepted, and no others'.
    #[serde(default)]
    pub client_ids: Vec<String>,
    /// Tenants whose tokens are accepted, where the issuer has `{tenantid}` in it (Entra).
    #[serde(default)]
    pub tenants: Vec<String>,
    /// The signature algorithms accepted; every asymmetric one by default, and with a secret HS256 alone.
    #[serde(default, deserialize_with = "present::value")]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "crate::algorithm::schema_of_list"))]
    pub algorithms: Option<Vec<Algorithm>>,
    /// A secret shared with the issuer, base64url.
    #[serde(default)]
    pub secret: Option<String>,
    /// A secret shared with the issuer, as it is.
    #[serde(default)]
    pub secret_text: Option<String>,
    /// A pinned JWK set, or one JWK.
    #[serde(default)]
    pub keys: Option<Map<String, Value>>,
    /// Pinned public keys, or certificates, as PEM.
    #[serde(default)]
    pub keys_pem: Option<String>,
    /// Where the JWK set is, if not where the issuer's metadata says.
    #[serde(default)]
    pub jwks_uri: Option<String>,
    /// The kinds of access token accepted, by `typ`.
    #[serde(default)]
    pub token_types: Option<Vec<TokenType>>,
    /// Claims that may be missing though the profile requires them.
    #[serde(default)]
    pub optional_claims: Vec<String>,
    /// Introspection (RFC 7662) at this issuer.
    #[serde(default)]
    pub introspection: Option<IntrospectionSettings>,
    /// This issuer's feed of revoked tokens.
    #[serde(default)]
    pub revocations: Option<RevocationSettings>,
    /// The names of claims that the specifications leave open.
    #[serde(default)]
    pub claim_names: ClaimNames,
}

impl IssuerSettings {
    /// The settings of a validator for this issuer alone.
    pub(crate) fn within(self, around: &Settings) -> Settings {
        // Where clients stand in for an audience, there is none.
        let by_client = self.profile.bundle().by_client && !self.client_ids.is_empty();
        let audience = match self.audience {
            OneOrMany::None if !by_client => around.audience.clone(),
            own => own,
        };
        Settings {
            issuer: self.issuer,
            audience,
            client_id: self.client_id,
            profile: self.profile,
            client_ids: self.client_ids,
            tenants: self.tenants,
            algorithms: self.algorithms,
            secret: self.secret,
            secret_text: self.secret_text,
            keys: self.keys,
            keys_pem: self.keys_pem,
            jwks_uri: self.jwks_uri,
            token_types: self.token_types,
            optional_claims: self.optional_claims,
            introspection: self.introspection,
            revocations: self.revocations,
            claim_names: self.claim_names,
            issuers: Vec::new(),
            resolve_issuers: false,
            ..around.clone()
        }
    }
}

impl fmt::Debug for IssuerSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuerSettings").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}
