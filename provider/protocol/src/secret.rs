//! Secrets that a client or browser holds, and the hashes that are stored of them.
//!
//! A [`Secret`] has 256 bits from the provider's own generator, so one SHA-256 is enough at rest:
//! it cannot be guessed. Passwords are different and never use this type.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credenza_validator::hash::sha256;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// A secret in the clear: an authorization code, a session handle, a token. It prints as its type
/// name, cannot be serialized, and so cannot be stored or logged by mistake.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Makes a secret of random bytes, written in base64url.
    #[must_use]
    pub fn from_bytes(random: &[u8]) -> Self {
        Self(Zeroizing::new(URL_SAFE_NO_PAD.encode(random)))
    }

    /// A secret as it was presented.
    pub fn presented(value: impl Into<String>) -> Self {
        Self(Zeroizing::new(value.into()))
    }

    /// Its hash.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        SecretHash(sha256(self.0.as_bytes()))
    }

    /// The secret itself, for the one answer that hands it out.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// SHA-256 of a [`Secret`]: all that storage sees. The time of a comparison reveals nothing
/// useful, since an attacker cannot choose the hash.
#[derive(Copy, Clone, Eq, PartialEq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// The hash of `value`, without making a [`Secret`] of it.
    #[must_use]
    pub fn of(value: &[u8]) -> Self {
        Self(sha256(value))
    }

    /// A hash as it was stored; `None` when it is not 32 bytes long.
    #[must_use]
    pub fn from_slice(stored: &[u8]) -> Option<Self> {
        stored.try_into().ok().map(Self)
    }

    /// The bytes to store.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// As base64url, where a hash is stored in a text.
impl From<SecretHash> for String {
    fn from(hash: SecretHash) -> Self {
        URL_SAFE_NO_PAD.encode(hash.0)
    }
}

impl TryFrom<String> for SecretHash {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| "not base64url")?;
        Self::from_slice(&bytes).ok_or("not 32 bytes")
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash")
    }
}
