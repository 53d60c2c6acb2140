//! The JWT of a request object: its algorithm and its signature (OpenID Connect Core 6.3.2, RFC 9101 6.2).

use credenza_validator::algorithm::Algorithm;
use credenza_validator::{JwkSet, Malformed, Rejected, Unverified, base64url, strict_json};
use serde::Deserialize;
use serde_json::Value;

use crate::client::{Client, SigningAlg};
use crate::client_auth::assertion_algorithms;

use super::{Claims, InvalidRequestObject, MAX_BYTES, is_encrypted};

/// What `typ` may say (RFC 9101 10.8); so no client assertion of another type passes for a request.
const TYPES: [&str; 2] = ["jwt", "oauth-authz-req+jwt"];

/// A request object, not yet verified.
#[derive(Debug)]
pub struct RequestObject<'a> {
    token: &'a str,
    alg: SigningAlg,
}

/// What an object must be opened with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Proof {
    /// Nothing: it has no signature, and needs none.
    Nothing,
    /// The client's secret.
    Secret,
    /// The client's public keys.
    Keys,
}

/// What an object is opened with.
#[derive(Clone, Copy)]
pub enum Key<'a> {
    /// Nothing.
    Nothing,
    /// The client's secret.
    Secret(&'a [u8]),
    /// The client's public keys.
    Public(&'a JwkSet),
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: Option<String>,
    crit: Option<Value>,
}

impl<'a> RequestObject<'a> {
    /// Reads the header. The client's `request_object_signing_alg` is the one that counts, if it registered
    /// one; an object without a signature is for tenants that allow it, and never for clients that must sign.
    ///
    /// # Errors
    /// [`InvalidRequestObject`] for what is not a JWT, or not one that this client may send.
    pub fn read(
        token: &'a str,
        client: &Client,
        unsigned_is_allowed: bool,
    ) -> Result<Self, InvalidRequestObject> {
        if token.len() > MAX_BYTES {
            return Err(InvalidRequestObject::Malformed);
        }
        if is_encrypted(token) {
            return Err(InvalidRequestObject::Encryption);
        }
        let header = token.split('.').next().unwrap_or_default();
        let header = base64url::decode(header).map_err(|_| InvalidRequestObject::Malformed)?;
        let header: Header =
            strict_json::object_from_slice(&header).map_err(|_| InvalidRequestObject::Malformed)?;
        if header.crit.is_some() {
            return Err(InvalidRequestObject::Malformed);
        }
        if !header.typ.as_deref().is_none_or(is_request_type) {
            return Err(InvalidRequestObject::Type);
        }
        let alg: SigningAlg = header.alg.parse().map_err(|_| InvalidRequestObject::Algorithm)?;
        if alg == SigningAlg::Unsigned && (!unsigned_is_allowed || client.require_signed_request_object) {
            return Err(InvalidRequestObject::Unsigned);
        }
        if client.request_object_signing_alg.is_some_and(|registered| registered != alg) {
            return Err(InvalidRequestObject::Algorithm);
        }
        Ok(Self { token, alg })
    }

    /// What it must be opened with.
    #[must_use]
    pub fn proof(&self) -> Proof {
        match self.alg.algorithm() {
            None => Proof::Nothing,
            Some(algorithm) if algorithm.is_symmetric() => Proof::Secret,
            Some(_) => Proof::Keys,
        }
    }

    /// Opens it with what [`RequestObject::proof`] asked for.
    ///
    /// # Errors
    /// [`InvalidRequestObject::Signature`] when it was signed by another key; any other for what else is wrong.
    pub fn open(&self, key: Key<'_>) -> Result<Claims, InvalidRequestObject> {
        let Some(algorithm) = self.alg.algorithm() else {
            return Claims::read(&self.unsigned_payload()?);
        };
        let algorithms: Vec<Algorithm> = assertion_algorithms().filter(|known| *known == algorithm).collect();
        let unverified = Unverified::parse(self.token).map_err(malformed)?;
        let verified = match key {
            Key::Nothing => return Err(InvalidRequestObject::NoKeys),
            Key::Secret(secret) => unverified.verify_with_secret(secret, &algorithms),
            Key::Public(keys) => unverified.verify(keys, &algorithms),
        };
        Claims::read(verified.map_err(rejected)?.payload())
    }

    /// RFC 7515 appendix A.5: the signature is there, and empty.
    fn unsigned_payload(&self) -> Result<Vec<u8>, InvalidRequestObject> {
        let mut segments = self.token.split('.').skip(1);
        match (segments.next(), segments.next(), segments.next()) {
            (Some(payload), Some(""), None) => {
                base64url::decode(payload).map_err(|_| InvalidRequestObject::Malformed)
            }
            _ => Err(InvalidRequestObject::Malformed),
        }
    }
}

fn is_request_type(typ: &str) -> bool {
    let typ = typ.to_ascii_lowercase();
    TYPES.contains(&typ.strip_prefix("application/").unwrap_or(&typ))
}

fn malformed(malformed: Malformed) -> InvalidRequestObject {
    match malformed {
        Malformed::Algorithm => InvalidRequestObject::Algorithm,
        _ => InvalidRequestObject::Malformed,
    }
}

fn rejected(rejected: Rejected) -> InvalidRequestObject {
    match rejected {
        Rejected::Algorithm => InvalidRequestObject::Algorithm,
        _ => InvalidRequestObject::Signature,
    }
}
