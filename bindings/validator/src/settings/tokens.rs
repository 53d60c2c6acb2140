//! What tokens must look like.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Algorithm, jwe::KeyManagement};

/// A kind of access token, by the `typ` of its header (RFC 8725 section 3.11): any text, of which two have a meaning of
/// their own.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum TokenType {
    /// RFC 9068: `at+jwt`, also with `application/` in front.
    AccessToken,
    /// A plain JWT: `JWT`, or no `typ`.
    Plain,
    /// Another `typ`, also with `application/` in front.
    Other(String),
}

impl TokenType {
    /// The `typ`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::AccessToken => "at+jwt",
            Self::Plain => "JWT",
            Self::Other(typ) => typ,
        }
    }

    /// Whether tokens of this type are something else than access tokens (RFC 8725 section 3.11).
    pub(crate) fn is_of_another_kind(&self) -> bool {
        const OTHERS: [&str; 8] = [
            "",
            "logout+jwt",
            "dpop+jwt",
            "secevent+jwt",
            "revocations+jwt",
            "token-introspection+jwt",
            "oauth-authz-req+jwt",
            "introspection+jwt",
        ];
        OTHERS.iter().any(|other| is_typ(self.as_str(), other))
    }

    /// Whether the header of a token has this `typ`. Media types are compared without case, and may be written with
    /// `application/` in front (RFC 7515 section 4.1.9).
    pub(crate) fn is(&self, typ: Option<&str>) -> bool {
        typ.map_or(*self == Self::Plain, |typ| is_typ(typ, self.as_str()))
    }
}

/// Whether a `typ` is this media type, which may be written with `application/` in front (RFC 7515 section 4.1.9).
pub(crate) fn is_typ(typ: &str, expected: &str) -> bool {
    // Nearly every token is written as expected.
    typ == expected || bare(typ).eq_ignore_ascii_case(bare(expected))
}

fn bare(typ: &str) -> &str {
    let prefix = "application/";
    match typ.split_at_checked(prefix.len()) {
        Some((start, rest)) if start.eq_ignore_ascii_case(prefix) => rest,
        _ => typ,
    }
}

impl From<String> for TokenType {
    fn from(typ: String) -> Self {
        [Self::AccessToken, Self::Plain]
            .into_iter()
            .find(|own| is_typ(&typ, own.as_str()))
            .unwrap_or(Self::Other(typ))
    }
}

impl Serialize for TokenType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_str().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for TokenType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for TokenType {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "TokenType".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string" })
    }
}

pub(super) const fn leeway() -> i64 {
    30
}

pub(super) const fn max_token_bytes() -> usize {
    16 * 1024
}

/// How DPoP proofs are checked (RFC 9449 section 4.3). `Debug` leaves the secret out.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct DpopSettings {
    /// Whether bearer tokens are refused.
    pub required: bool,
    /// Whether a proof must carry a nonce of this service (section 9).
    pub nonce: bool,
    /// The secret of nonces, base64url, at least 32 bytes, the same on every node; random by default.
    pub nonce_secret: Option<String>,
    /// How old a proof, or its nonce, may be, in seconds.
    pub max_age: i64,
    /// Accepted algorithms; by default every asymmetric one but `Ed25519` and `ES512`.
    #[cfg_attr(feature = "schemars", schemars(schema_with = "crate::algorithm::schema_of_list"))]
    pub algorithms: Vec<Algorithm>,
    /// How many proofs are remembered, so that none is used twice. When as many are still fresh, further ones are
    /// refused.
    pub replays: usize,
    /// Whether the host remembers proofs for all nodes (section 11.1), instead of this validator for itself.
    pub shared_replays: bool,
}

impl Default for DpopSettings {
    fn default() -> Self {
        Self {
            required: false,
            nonce: false,
            nonce_secret: None,
            max_age: 60,
            algorithms: Algorithm::ALL.into_iter().filter(|alg| !alg.is_symmetric()).collect(),
            replays: 100_000,
            shared_replays: false,
        }
    }
}

impl fmt::Debug for DpopSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DpopSettings")
            .field("required", &self.required)
            .field("nonce", &self.nonce)
            .finish_non_exhaustive()
    }
}

/// A private key to which tokens are encrypted. `Debug` leaves the key out.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DecryptionKeySettings {
    /// How tokens are encrypted to it.
    pub alg: KeyManagement,
    /// The key as PEM, unencrypted PKCS#8 (`BEGIN PRIVATE KEY`).
    pub pem: String,
}

impl fmt::Debug for DecryptionKeySettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecryptionKeySettings").field("alg", &self.alg).finish_non_exhaustive()
    }
}

/// The names of claims that no specification defines. One that begins with `/` is a JSON Pointer (RFC 6901) to a nested
/// claim, such as `/realm_access/roles`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ClaimNames {
    /// The tenant.
    pub tenant: String,
    /// The organisation.
    pub organization: String,
    /// The roles, a list or a text separated by spaces.
    pub roles: String,
    /// The permissions, a list or a text separated by spaces.
    pub permissions: String,
    /// The plan that is paid for.
    pub plan: String,
    /// The scopes, a list or a text separated by spaces; where the profile says by default.
    pub scope: Option<String>,
    /// The client that the token was issued to; where the profile says by default.
    pub client: Option<String>,
}

impl Default for ClaimNames {
    fn default() -> Self {
        Self {
            tenant: "tenant".to_owned(),
            organization: "org_id".to_owned(),
            roles: "roles".to_owned(),
            permissions: "permissions".to_owned(),
            plan: "plan".to_owned(),
            scope: None,
            client: None,
        }
    }
}
