//! Further issuers.

use std::fmt;

use serde::Serialize;

use super::{Algorithm, ClaimNames, IntrospectionSettings, Profile, RevocationSettings, json};

/// A further issuer, with whatever is its own; what concerns this service is that of the settings around it.
#[derive(Serialize, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct IssuerSettings {
    /// The issuer, exactly as in its tokens.
    pub issuer: String,
    /// Names of this service in its tokens; by default those of the settings around it.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub audience: Vec<String>,
    /// The server that issues the tokens; RFC 9068 by default.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
    /// Clients whose access tokens are accepted, and no others'; for Cognito in place of `audience`.
    #[uniffi(default)]
    pub client_ids: Vec<String>,
    /// Tenants whose tokens are accepted, where the issuer has `{tenantid}` in it (Entra).
    #[uniffi(default)]
    pub tenants: Vec<String>,
    /// The client whose ID tokens and logout tokens are checked.
    #[uniffi(default)]
    pub client_id: Option<String>,
    /// The signature algorithms accepted; every asymmetric one by default, and with a secret HS256 alone.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub algorithms: Option<Vec<Algorithm>>,
    /// A secret shared with the issuer, base64url.
    #[uniffi(default)]
    pub secret: Option<String>,
    /// A secret shared with the issuer, as it is: the bytes of this text.
    #[uniffi(default)]
    pub secret_text: Option<String>,
    /// A pinned JWK set, or one JWK, as JSON: then its keys are not fetched.
    #[uniffi(default)]
    #[serde(serialize_with = "json", skip_serializing_if = "Option::is_none")]
    pub keys: Option<String>,
    /// Pinned public keys or certificates as PEM.
    #[uniffi(default)]
    pub keys_pem: Option<String>,
    /// Where the JWK set is, if not where the issuer's metadata says.
    #[uniffi(default)]
    pub jwks_uri: Option<String>,
    /// The kinds of access token accepted, by the `typ` of their header.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_types: Option<Vec<String>>,
    /// Claims that may be missing though the profile requires them.
    #[uniffi(default)]
    pub optional_claims: Vec<String>,
    /// Introspection (RFC 7662) at this issuer.
    #[uniffi(default)]
    pub introspection: Option<IntrospectionSettings>,
    /// This issuer's feed of revoked tokens.
    #[uniffi(default)]
    pub revocations: Option<RevocationSettings>,
    /// The names of claims that the specifications leave open.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim_names: Option<ClaimNames>,
}

/// Prints no secret.
impl fmt::Debug for IssuerSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuerSettings").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}
