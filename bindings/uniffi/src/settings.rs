//! What a validator trusts, with types. Defaults are the core's: what is absent here is absent there.

mod issuers;
mod profile;
mod sources;
mod tokens;

use std::fmt;

use serde::{Serialize, Serializer, ser::Error};
use serde_json::value::RawValue;

pub use issuers::IssuerSettings;
pub use profile::Profile;
pub use sources::{IntrospectionSettings, KeyCacheSettings, RevocationSettings};
pub use tokens::{Algorithm, ClaimNames, DecryptionKey, DpopSettings, KeyManagement};

use crate::SettingsError;

/// What a validator trusts. Every member but `issuer`, and `audience` or `client_id`, has a default.
#[derive(Serialize, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct Settings {
    /// The issuer, exactly as in its tokens (RFC 9068 section 4): an https URL, or with a secret or pinned keys any name.
    pub issuer: String,
    /// Names of this service, one of which the `aud` of a token must contain.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub audience: Vec<String>,
    /// The server that issues the tokens, which decides whatever RFC 9068 leaves open; RFC 9068 by default.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
    /// Clients whose access tokens are accepted, and no others'; for Cognito in place of `audience`.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub client_ids: Vec<String>,
    /// Tenants whose tokens are accepted, where the issuer has `{tenantid}` in it (Entra).
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tenants: Vec<String>,
    /// The client whose ID tokens and logout tokens are checked.
    #[uniffi(default)]
    pub client_id: Option<String>,
    /// The signature algorithms accepted; every asymmetric one by default, and with `secret` HS256 alone.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub algorithms: Option<Vec<Algorithm>>,
    /// A secret shared with the issuer, base64url: then HS* alone is accepted.
    #[uniffi(default)]
    pub secret: Option<String>,
    /// A secret shared with the issuer, as it is: the bytes of this text.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_text: Option<String>,
    /// A pinned JWK set, or one JWK, as JSON: then nothing is fetched.
    #[uniffi(default)]
    #[serde(serialize_with = "json", skip_serializing_if = "Option::is_none")]
    pub keys: Option<String>,
    /// Pinned public keys or certificates as PEM, one or several: they verify tokens with whatever `kid`.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keys_pem: Option<String>,
    /// Where the JWK set is, if not where the issuer's metadata says.
    #[uniffi(default)]
    pub jwks_uri: Option<String>,
    /// The kinds of access token accepted, by the `typ` of their header (RFC 8725 section 3.11): those of the profile by
    /// default. `at+jwt` is RFC 9068's; `JWT` also admits tokens without `typ`.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_types: Option<Vec<String>>,
    /// Claims that may be missing though the profile requires them, by name: any of `sub`, `client_id`, `iat`, `jti`.
    #[uniffi(default)]
    pub optional_claims: Vec<String>,
    /// How far clocks may differ, in seconds, from 0 to 300; 30 by default.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leeway: Option<i64>,
    /// How old a token may be since its `iat`, in seconds.
    #[uniffi(default)]
    pub max_token_age: Option<i64>,
    /// How long a token may be, in bytes, up to 65,536; 16,384 by default.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_token_bytes: Option<i64>,
    /// The `realm` of challenges (RFC 9110 section 11.5).
    #[uniffi(default)]
    pub realm: Option<String>,
    /// The URL of this service's metadata, for challenges (RFC 9728 section 5.1).
    #[uniffi(default)]
    pub resource_metadata: Option<String>,
    /// DPoP-bound tokens (RFC 9449); without it a bound token is refused.
    #[uniffi(default)]
    pub dpop: Option<DpopSettings>,
    /// Introspection (RFC 7662) of opaque tokens, or of all.
    #[uniffi(default)]
    pub introspection: Option<IntrospectionSettings>,
    /// The issuer's feed of revoked tokens.
    #[uniffi(default)]
    pub revocations: Option<RevocationSettings>,
    /// How many verified tokens are cached; none by default.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_size: Option<i64>,
    /// How long keys are kept.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_cache: Option<KeyCacheSettings>,
    /// Private keys to which tokens are encrypted.
    #[uniffi(default)]
    pub decryption_keys: Vec<DecryptionKey>,
    /// The names of claims that the specifications leave open.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim_names: Option<ClaimNames>,
    /// Further issuers whose tokens are accepted; the `iss` of a token says which of them it is of.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub issuers: Vec<IssuerSettings>,
    /// Whether the fetcher is asked about issuers that are not named here, by the method `RESOLVE`.
    #[uniffi(default)]
    pub resolve_issuers: bool,
    /// Whether http is fetched from hosts other than this machine. For tests only.
    #[uniffi(default)]
    pub allow_http: bool,
}

/// Prints no secret.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .finish_non_exhaustive()
    }
}

impl Settings {
    /// Hands them to the core by way of the document that is the same in every language, so that one reader decides
    /// what is acceptable.
    pub(crate) fn read(&self) -> Result<credenza_validator::Settings, SettingsError> {
        let json = serde_json::to_string(self).map_err(|error| SettingsError::of("settings", &error))?;
        credenza_validator::Settings::from_json(&json).map_err(SettingsError::of_record)
    }
}

/// A member that is given as JSON.
pub(crate) fn json<S: Serializer>(text: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    let raw = text.clone().map(RawValue::from_string).transpose().map_err(S::Error::custom)?;
    raw.serialize(serializer)
}

#[cfg(test)]
mod tests;
