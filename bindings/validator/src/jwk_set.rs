//! JSON Web Key Set (RFC 7517 section 5).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Algorithm, JsonError, Jwk, jwe::KeyManagement, strict_json};

/// How long the text of a set may be, in bytes.
pub const MAX_BYTES: usize = 256 * 1024;
/// How many keys a set may have.
pub const MAX_KEYS: usize = 100;

/// A set of public keys.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(try_from = "Document")]
pub struct JwkSet {
    /// The usable keys, in the order of the document.
    pub keys: Vec<Jwk>,
}

/// A key set that is refused as a whole.
#[derive(Copy, Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum JwkSetError {
    /// Longer than [`MAX_BYTES`].
    #[error("key set too long")]
    TooLong,
    /// More than [`MAX_KEYS`] keys.
    #[error("too many keys")]
    TooManyKeys,
    /// Not a JSON object with an array `keys`.
    #[error("key set is {0}")]
    Json(#[from] JsonError),
}

#[derive(Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
struct Document {
    keys: Vec<Value>,
}

impl JwkSet {
    /// Reads a key set. A key that cannot be used here (unknown kind or `alg`, private, too small) is
    /// ignored, as RFC 7517 section 5 asks: one key must not hide the others.
    ///
    /// # Errors
    /// [`JwkSetError`] when the document is too long, has too many keys or is not a key set.
    pub fn parse(bytes: &[u8]) -> Result<Self, JwkSetError> {
        if bytes.len() > MAX_BYTES {
            return Err(JwkSetError::TooLong);
        }
        strict_json::object_from_slice::<Document>(bytes)?.try_into()
    }

    /// One key instead of a set.
    pub(crate) fn of(key: Jwk) -> Self {
        Self { keys: vec![key] }
    }

    /// The keys that may have made a signature: those that fit `alg`, and with a `kid` only those that
    /// have exactly that one.
    pub fn candidates(&self, kid: Option<&str>, alg: Algorithm) -> impl Iterator<Item = &Jwk> {
        self.keys.iter().filter(move |key| key.fits(alg) && key.is_named(kid))
    }
}

impl JwkSet {
    /// The key to encrypt to: the first that fits and says that it is for encryption, else the first that
    /// fits and does not state its use (RFC 7517 section 4.2).
    #[must_use]
    pub fn for_encryption(&self, alg: KeyManagement) -> Option<&Jwk> {
        let fitting = || self.keys.iter().filter(|key| key.fits_encryption(alg));
        fitting().find(|key| key.is_for_encryption()).or_else(|| fitting().next())
    }
}

impl TryFrom<Document> for JwkSet {
    type Error = JwkSetError;

    fn try_from(document: Document) -> Result<Self, JwkSetError> {
        if document.keys.len() > MAX_KEYS {
            return Err(JwkSetError::TooManyKeys);
        }
        let keys = document.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok());
        Ok(Self { keys: keys.collect() })
    }
}
