//! What a validator trusts: the issuer, its keys, and what tokens must look like.
//!
//! One document for every language; `settings.json` describes it, and a test in each binding compares its own names
//! with that. Whatever is unknown, empty or contradictory is refused when the validator is made, so that no check is
//! made without an issuer, an audience and algorithms (RFC 8725 sections 3.1, 3.8, 3.9).

mod error;
mod issuers;
mod profile;
mod sources;
mod tokens;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub(crate) use error::read;
pub use error::{SettingsError, Spelling};
pub use issuers::IssuerSettings;
pub(crate) use profile::Bundle;
pub use profile::Profile;
pub use sources::{IntrospectionSettings, KeyCacheSettings, RevocationSettings};
pub(crate) use tokens::is_typ;
pub use tokens::{ClaimNames, DecryptionKeySettings, DpopSettings, TokenType};

use crate::{Algorithm, present};

/// The greatest size of a cache. Memory of that of verified tokens is allocated at the start, and asking for too much would
/// end the process.
pub(crate) const MAX_CACHE_SIZE: usize = 1_000_000;

/// What a validator trusts. Every member but `issuer` and `audience` (or `client_id`) has a default.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The issuer, exactly as in its tokens (RFC 9068 section 4): an https URL, or with `secret` or `keys` any name (RFC
    /// 7519 section 4.1.1).
    pub issuer: String,
    /// Names of this service, one of which the `aud` of a token must contain.
    #[serde(default)]
    pub audience: OneOrMany,
    /// The client whose ID tokens and logout tokens are checked.
    #[serde(default)]
    pub client_id: Option<String>,
    /// The server that issues the tokens, which decides about whatever RFC 9068 leaves open, or the server does its own
    /// way; `rfc9068` by default.
    #[serde(default)]
    pub profile: Profile,
    /// Clients whose access tokens are accepted, and no others'; for Cognito, whose tokens have no `aud`, in place of
    /// `audience`.
    #[serde(default)]
    pub client_ids: Vec<String>,
    /// Tenants whose tokens are accepted, where the issuer has `{tenantid}` in it (Entra).
    #[serde(default)]
    pub tenants: Vec<String>,
    /// The signature algorithms accepted; every asymmetric one by default, and with a secret HS256 alone.
    #[serde(default, deserialize_with = "present::value")]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "crate::algorithm::schema_of_list"))]
    pub algorithms: Option<Vec<Algorithm>>,
    /// A secret shared with the issuer, base64url: then HS* alone is accepted.
    #[serde(default)]
    pub secret: Option<String>,
    /// A secret shared with the issuer, as it is: the bytes of this text.
    #[serde(default)]
    pub secret_text: Option<String>,
    /// A pinned JWK set, or one JWK: then nothing is fetched.
    #[serde(default)]
    pub keys: Option<Map<String, Value>>,
    /// Pinned public keys as PEM (`BEGIN PUBLIC KEY`), one or several; they verify tokens with whatever `kid`.
    #[serde(default)]
    pub keys_pem: Option<String>,
    /// Where the JWK set is, if not where the issuer's metadata says.
    #[serde(default)]
    pub jwks_uri: Option<String>,
    /// The kinds of access token accepted, by `typ`: those of the profile by default, `at+jwt` alone for RFC 9068; `JWT`
    /// admits plain ones.
    #[serde(default)]
    pub token_types: Option<Vec<TokenType>>,
    /// Claims that may be missing though the profile requires them, by name: any of `sub`, `client_id`, `iat`, `jti`.
    /// Plain JWTs need `iss`, `aud`, `exp` and `sub`.
    #[serde(default)]
    pub optional_claims: Vec<String>,
    /// How far clocks may differ, in seconds, from 0 to 300.
    #[serde(default = "tokens::leeway")]
    pub leeway: i64,
    /// How old a token may be since its `iat`, in seconds.
    #[serde(default)]
    pub max_token_age: Option<i64>,
    /// How long a token may be, in bytes, up to 65,536.
    #[serde(default = "tokens::max_token_bytes")]
    pub max_token_bytes: usize,
    /// The `realm` of challenges (RFC 9110 section 11.5).
    #[serde(default)]
    pub realm: Option<String>,
    /// The URL of this service's metadata, for challenges (RFC 9728 section 5.1).
    #[serde(default)]
    pub resource_metadata: Option<String>,
    /// DPoP-bound tokens (RFC 9449); without it a bound token is refused.
    #[serde(default)]
    pub dpop: Option<DpopSettings>,
    /// Introspection (RFC 7662) of opaque tokens, or of all.
    #[serde(default)]
    pub introspection: Option<IntrospectionSettings>,
    /// The issuer's feed of revoked tokens.
    #[serde(default)]
    pub revocations: Option<RevocationSettings>,
    /// How many verified tokens are cached, up to 1,000,000; none by default.
    #[serde(default)]
    pub cache_size: usize,
    /// How long keys are kept.
    #[serde(default)]
    pub key_cache: KeyCacheSettings,
    /// Private keys to which tokens are encrypted.
    #[serde(default)]
    pub decryption_keys: Vec<DecryptionKeySettings>,
    /// The names of claims that the specifications leave open.
    #[serde(default)]
    pub claim_names: ClaimNames,
    /// Further issuers whose tokens are accepted; the `iss` of a token says which of them it is of.
    #[serde(default)]
    pub issuers: Vec<IssuerSettings>,
    /// Whether the host knows further issuers: it is asked about those that the settings do not name.
    #[serde(default)]
    pub resolve_issuers: bool,
    /// Whether http is fetched from hosts other than this machine. For tests only.
    #[serde(default)]
    pub allow_http: bool,
}

/// One text, or several.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
    /// None: refused for `audience`, unless there is a `client_id`.
    #[default]
    #[serde(skip)]
    None,
}

impl OneOrMany {
    /// The texts.
    #[must_use]
    pub fn as_slice(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
            Self::None => &[],
        }
    }
}

impl Settings {
    /// The two settings that have no default.
    #[must_use]
    pub fn new(issuer: impl Into<String>, audience: impl Into<String>) -> Self {
        Self { audience: OneOrMany::One(audience.into()), ..Self::of(issuer.into()) }
    }

    /// For the ID tokens and logout tokens of one client.
    #[must_use]
    pub fn for_client(issuer: impl Into<String>, client_id: impl Into<String>) -> Self {
        Self { client_id: Some(client_id.into()), ..Self::of(issuer.into()) }
    }

    /// Reads settings as JSON.
    ///
    /// # Errors
    /// [`SettingsError`] for any other document, an unknown member, or one of the wrong type.
    pub fn from_json(json: &str) -> Result<Self, SettingsError> {
        read("settings", json)
    }

    /// The algorithms of signatures that are accepted unless the settings name them.
    pub(crate) fn default_algorithms(&self) -> Vec<Algorithm> {
        if self.has_secret() {
            return vec![Algorithm::HS256];
        }
        Algorithm::VERIFIED.into_iter().filter(|alg| !alg.is_symmetric() && alg.is_built_in()).collect()
    }

    pub(crate) const fn has_secret(&self) -> bool {
        self.secret.is_some() || self.secret_text.is_some()
    }

    pub(crate) const fn has_pinned_keys(&self) -> bool {
        self.keys.is_some() || self.keys_pem.is_some()
    }

    fn of(issuer: String) -> Self {
        Self {
            issuer,
            audience: OneOrMany::None,
            client_id: None,
            profile: Profile::default(),
            client_ids: Vec::new(),
            tenants: Vec::new(),
            algorithms: None,
            secret: None,
            secret_text: None,
            keys: None,
            keys_pem: None,
            jwks_uri: None,
            token_types: None,
            optional_claims: Vec::new(),
            leeway: tokens::leeway(),
            max_token_age: None,
            max_token_bytes: tokens::max_token_bytes(),
            realm: None,
            resource_metadata: None,
            dpop: None,
            introspection: None,
            revocations: None,
            cache_size: 0,
            key_cache: KeyCacheSettings::default(),
            decryption_keys: Vec::new(),
            claim_names: ClaimNames::default(),
            issuers: Vec::new(),
            resolve_issuers: false,
            allow_http: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Validator;

    #[test]
    fn a_cache_beyond_the_bound_is_refused() {
        let refused = |members: &str| {
            let json = format!(r#"{{"issuer":"https://id.example","audience":"api",{members}}}"#);
            Settings::from_json(&json).and_then(Validator::new).err().map(|error| error.setting)
        };
        let introspection =
            |size| format!(r#""introspection":{{"client_id":"c","client_secret":"s","cache_size":{size}}}"#);
        assert_eq!(refused(r#""cache_size":1000"#), None);
        assert_eq!(refused(r#""cache_size":1000000000000000"#), Some("cache_size".into()));
        assert_eq!(refused(&introspection(1000)), None);
        assert_eq!(
            refused(&introspection(1_000_000_000_000_000_u64)),
            Some("introspection.cache_size".into())
        );
    }
}
