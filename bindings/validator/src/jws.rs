//! JSON Web Signature, compact serialization only (RFC 7515 sections 3.1, 4 and 5.2).

pub(crate) mod known_header;

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, de::DeserializeOwned};

use crate::hmac_secret::{self, Secret};
use crate::{Algorithm, JsonError, Jwk, JwkSet, Rejected, base64url, present, strict_json};

/// How long a token may be, in bytes.
pub const MAX_BYTES: usize = 64 * 1024;
/// How many keys are tried for a token without `kid`.
const MAX_TRIES: usize = 16;

/// Text that is not a JWS of the kind accepted here.
#[derive(Copy, Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Malformed {
    /// Longer than [`MAX_BYTES`].
    #[error("token too long")]
    TooLong,
    /// Not three non-empty segments separated by dots (RFC 7515 section 7.1).
    #[error("token is not three segments")]
    Segments,
    /// A segment is not base64url.
    #[error("token segment is not base64url")]
    Base64,
    /// The header is not a JSON object with the members expected, or names one twice.
    #[error("token header is malformed: {0}")]
    Header(#[from] JsonError),
    /// `alg` is none or another one that is not known.
    #[error("token header names no known signature algorithm")]
    Algorithm,
    /// `crit` asks for extensions, of which none is supported (RFC 7515 section 4.1.11).
    #[error("token header has crit")]
    Critical,
    /// `b64` changes what is signed (RFC 7797), which is not supported.
    #[error("token header has b64")]
    Unencoded,
}

/// What the protected header says. Keys and key addresses in it (`jwk`, `jku`, `x5c`, `x5u`) are not even
/// read: a token does not choose its own key (RFC 8725 section 3.10).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Header {
    /// The signature algorithm.
    pub alg: Algorithm,
    /// Which key made the signature.
    pub kid: Option<String>,
    /// The kind of token (RFC 8725 section 3.11).
    pub typ: Option<String>,
}

#[derive(Deserialize)]
struct HeaderMembers {
    alg: String,
    #[serde(default, deserialize_with = "present::value")]
    kid: Option<String>,
    #[serde(default, deserialize_with = "present::value")]
    typ: Option<String>,
    #[serde(default, deserialize_with = "present::seen")]
    crit: bool,
    #[serde(default, deserialize_with = "present::seen")]
    b64: bool,
}

/// A parsed token, nothing of which is trusted yet.
#[must_use]
pub struct Unverified<'a> {
    header: Arc<Header>,
    signing_input: &'a str,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

/// A token whose signature was verified.
#[derive(Clone)]
#[must_use]
pub struct Verified {
    /// The protected header.
    pub header: Arc<Header>,
    payload: Vec<u8>,
}

impl<'a> Unverified<'a> {
    /// Parses a compact JWS.
    ///
    /// # Errors
    /// [`Malformed`] for anything else, and for headers that require unsupported extensions.
    pub fn parse(token: &'a str) -> Result<Self, Malformed> {
        Self::parse_long(token, MAX_BYTES)
    }

    /// Parses a compact JWS with another bound on its length.
    pub(crate) fn parse_long(token: &'a str, max_bytes: usize) -> Result<Self, Malformed> {
        Self::parse_up_to(token, max_bytes, |segment| read_header(segment).map(Arc::new))
    }

    /// Parses a compact JWS with another bound on its length, and with a reader that may know its header already.
    pub(crate) fn parse_up_to(
        token: &'a str,
        max_bytes: usize,
        read_header: impl FnOnce(&str) -> Result<Arc<Header>, Malformed>,
    ) -> Result<Self, Malformed> {
        if token.len() > max_bytes {
            return Err(Malformed::TooLong);
        }
        let (signing_input, signature) = token.rsplit_once('.').ok_or(Malformed::Segments)?;
        let (header, payload) = signing_input.split_once('.').ok_or(Malformed::Segments)?;
        if payload.contains('.') || [header, payload, signature].contains(&"") {
            return Err(Malformed::Segments);
        }
        let octets = |segment| base64url::decode(segment).map_err(|_| Malformed::Base64);
        Ok(Self {
            header: read_header(header)?,
            signing_input,
            payload: octets(payload)?,
            signature: octets(signature)?,
        })
    }

    /// The protected header, not to be relied on until the signature is verified.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The payload before any check: only for finding out whose keys to verify with.
    #[must_use]
    pub fn payload_bytes_unverified(&self) -> &[u8] {
        &self.payload
    }

    /// Checks the signature with public keys. Without `kid`, each key that fits is tried, sixteen at most.
    ///
    /// # Errors
    /// [`Rejected::Algorithm`] when `alg` is not in `allowed` or is HS*; [`Rejected::UnknownKey`] when no
    /// key matches; [`Rejected::Signature`] when none of the matching keys made the signature.
    pub fn verify(self, keys: &JwkSet, allowed: &[Algorithm]) -> Result<Verified, Rejected> {
        if self.header.alg.is_symmetric() || !allowed.contains(&self.header.alg) {
            return Err(Rejected::Algorithm);
        }
        self.try_keys(keys)?;
        Ok(self.into_verified())
    }

    /// Checks the signature with one public key, whatever its `kid`.
    pub(crate) fn verify_with_key(self, key: &Jwk) -> Result<Verified, Rejected> {
        key.verify(self.header.alg, self.signing_input.as_bytes(), &self.signature)?;
        Ok(self.into_verified())
    }

    fn try_keys(&self, keys: &JwkSet) -> Result<(), Rejected> {
        let Header { alg, kid, .. } = &*self.header;
        let mut outcome = Err(Rejected::UnknownKey);
        for key in keys.candidates(kid.as_deref(), *alg).take(MAX_TRIES) {
            outcome = key.verify(*alg, self.signing_input.as_bytes(), &self.signature);
            if outcome.is_ok() {
                break;
            }
        }
        outcome
    }

    /// Checks an HMAC with a shared secret.
    ///
    /// # Errors
    /// [`Rejected::Algorithm`] when `alg` is not in `allowed` or not HS*; [`Rejected::Secret`] when the
    /// secret is shorter than the hash or is a PEM text; [`Rejected::Signature`] when the MAC is wrong.
    pub fn verify_with_secret(self, secret: &[u8], allowed: &[Algorithm]) -> Result<Verified, Rejected> {
        if !allowed.contains(&self.header.alg) {
            return Err(Rejected::Algorithm);
        }
        let key = hmac_secret::key(self.header.alg, secret)?;
        self.verify_mac(&key)
    }

    /// Checks an HMAC with a prepared shared secret.
    pub(crate) fn verify_with_ready_secret(self, secret: &Secret) -> Result<Verified, Rejected> {
        let key = secret.of(self.header.alg).ok_or(Rejected::Algorithm)?;
        self.verify_mac(key)
    }

    fn verify_mac(self, key: &ring::hmac::Key) -> Result<Verified, Rejected> {
        ring::hmac::verify(key, self.signing_input.as_bytes(), &self.signature)
            .map_err(|_| Rejected::Signature)?;
        Ok(self.into_verified())
    }

    fn into_verified(self) -> Verified {
        Verified { header: self.header, payload: self.payload }
    }
}

impl Verified {
    /// The payload.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The payload, by value.
    pub(crate) fn into_payload(self) -> Vec<u8> {
        self.payload
    }

    /// The payload, an object, read as claims by the rules of [`strict_json`].
    ///
    /// # Errors
    /// [`JsonError`] when the payload is no strict JSON object or does not fit `T`.
    pub fn claims<T: DeserializeOwned>(&self) -> Result<T, JsonError> {
        strict_json::object_from_slice(&self.payload)
    }
}

/// Prints the header only: a payload holds personal data, and with its signature it is a credential.
impl fmt::Debug for Unverified<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unverified").field("header", &self.header).finish_non_exhaustive()
    }
}

/// Prints the header only.
impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified").field("header", &self.header).finish_non_exhaustive()
    }
}

/// Reads the first segment of a token.
fn read_header(segment: &str) -> Result<Header, Malformed> {
    let bytes = base64url::decode(segment).map_err(|_| Malformed::Base64)?;
    let members: HeaderMembers = strict_json::object_from_slice(&bytes)?;
    if members.crit {
        return Err(Malformed::Critical);
    }
    if members.b64 {
        return Err(Malformed::Unencoded);
    }
    let alg = members.alg.parse().map_err(|_| Malformed::Algorithm)?;
    Ok(Header { alg, kid: members.kid, typ: members.typ })
}
