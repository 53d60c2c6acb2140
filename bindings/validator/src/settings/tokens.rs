//! What tokens must look like.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Algorithm, jwe::KeyManagement};

/// A kind of access token, by the `typ` of its header (RFC 8725 section 3.11).
#[derive(Copy, Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub enum TokenType {
    /// RFC 9068: `at+jwt`, also with `application/` in front.
    #[serde(rename = "at+jwt")]
    AccessToken,
    /// A plain JWT: `JWT`, or no `typ`.
    #[serde(rename = "JWT")]
    Plain,
}

pub(super) fn token_types() -> Vec<TokenType> {
    vec![TokenType::AccessToken]
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
    /// Accepted algorithms; every asymmetric one by default.
    pub algorithms: Vec<Algorithm>,
    /// How many proofs are remembered, so that none is used twice. When as many are still fresh, further ones are
    /// refused.
    pub replays: usize,
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
}

impl Default for ClaimNames {
    fn default() -> Self {
        Self {
            tenant: "tenant".to_owned(),
            organization: "org_id".to_owned(),
            roles: "roles".to_owned(),
            permissions: "permissions".to_owned(),
            plan: "plan".to_owned(),
        }
    }
}
