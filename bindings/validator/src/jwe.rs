//! JSON Web Encryption (RFC 7516): how the provider and its clients encrypt to each other.
//!
//! The names of the algorithms are here. Encrypting and decrypting needs the feature `jwe`:
//!
//! | file | holds |
//! |---|---|
//! | `compact` | the compact serialization and its header (RFC 7516 sections 4 and 7.1) |
//! | `content` | the content and its tag (RFC 7518 section 5) |
//! | `agreement` | ECDH-ES and the Concat KDF (RFC 7518 section 4.6) |
//! | `encrypt`, `decrypt` | both ways from end to end (RFC 7516 sections 5.1 and 5.2) |

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

#[cfg(feature = "jwe")]
mod agreement;
#[cfg(feature = "jwe")]
mod compact;
#[cfg(feature = "jwe")]
mod content;
#[cfg(feature = "jwe")]
mod decrypt;
#[cfg(feature = "jwe")]
mod encrypt;

#[cfg(feature = "jwe")]
pub use {
    compact::{Header, Jwe, MAX_BYTES},
    decrypt::DecryptionKey,
    encrypt::{EncryptError, encrypt},
};

/// The text is not a supported JWE, or none of the keys decrypts it. There is one error for every reason, as the
/// differences would reveal the content to a sender (RFC 7516 section 11.5).
#[derive(Copy, Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not decipherable")]
pub struct Undecipherable;

/// How the key of the content travels: `alg` of a JWE (RFC 7518 section 4.1).
#[derive(Copy, Clone, Debug, Eq, PartialEq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub enum KeyManagement {
    /// RSAES-OAEP with SHA-256 and MGF1 with SHA-256.
    #[serde(rename = "RSA-OAEP-256")]
    RsaOaep256,
    /// Elliptic Curve Diffie-Hellman Ephemeral Static, by the Concat KDF.
    #[serde(rename = "ECDH-ES")]
    EcdhEs,
}

/// What the content is encrypted by: `enc` of a JWE (RFC 7518 section 5.1).
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub enum ContentEncryption {
    /// AES-128 in CBC mode with HMAC-SHA-256: the default.
    #[default]
    #[serde(rename = "A128CBC-HS256")]
    A128CbcHs256,
    /// AES-256 in CBC mode with HMAC-SHA-512.
    #[serde(rename = "A256CBC-HS512")]
    A256CbcHs512,
    /// AES-128 in GCM.
    #[serde(rename = "A128GCM")]
    A128Gcm,
    /// AES-256 in GCM.
    #[serde(rename = "A256GCM")]
    A256Gcm,
}

/// The name is of no supported algorithm.
#[derive(Copy, Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("unknown encryption algorithm")]
pub struct UnknownEncryption;

impl KeyManagement {
    /// Every supported algorithm.
    pub const ALL: [Self; 2] = [Self::RsaOaep256, Self::EcdhEs];

    /// The `alg` value.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RsaOaep256 => "RSA-OAEP-256",
            Self::EcdhEs => "ECDH-ES",
        }
    }
}

impl ContentEncryption {
    /// Every supported algorithm.
    pub const ALL: [Self; 4] = [Self::A128CbcHs256, Self::A256CbcHs512, Self::A128Gcm, Self::A256Gcm];

    /// The `enc` value.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::A128CbcHs256 => "A128CBC-HS256",
            Self::A256CbcHs512 => "A256CBC-HS512",
            Self::A128Gcm => "A128GCM",
            Self::A256Gcm => "A256GCM",
        }
    }
}

impl FromStr for KeyManagement {
    type Err = UnknownEncryption;

    fn from_str(name: &str) -> Result<Self, UnknownEncryption> {
        Self::ALL.into_iter().find(|alg| alg.as_str() == name).ok_or(UnknownEncryption)
    }
}

impl FromStr for ContentEncryption {
    type Err = UnknownEncryption;

    fn from_str(name: &str) -> Result<Self, UnknownEncryption> {
        Self::ALL.into_iter().find(|enc| enc.as_str() == name).ok_or(UnknownEncryption)
    }
}

impl fmt::Display for KeyManagement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for ContentEncryption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
