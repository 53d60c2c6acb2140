//! The JOSE functions alone, without a validator: for test vectors, and for signed or encrypted objects that are not
//! tokens.

use credenza_validator::{JwkSet, Unverified, Verified, base64url, jwe};

use crate::settings::KeyManagement;
use crate::{Algorithm, JoseError};

/// Verifies a compact JWS by the keys of a JWK set (RFC 7515 section 5.2), and returns its payload.
///
/// # Errors
/// [`JoseError`] when it is malformed, of an algorithm not allowed, or no key made its signature.
#[uniffi::export]
pub fn jose_verify(jws: &str, jwks: &str, allowed: Vec<Algorithm>) -> Result<Vec<u8>, JoseError> {
    let keys = JwkSet::parse(jwks.as_bytes()).map_err(|error| JoseError::of(&error))?;
    let verified = parse(jws)?.verify(&keys, &core(&allowed)).map_err(|error| JoseError::of(&error))?;
    Ok(payload(&verified))
}

/// Verifies a compact JWS by a shared secret, base64url (RFC 7518 section 3.2), and returns its payload.
///
/// # Errors
/// As [`jose_verify`], and for a secret shorter than the hash.
#[uniffi::export]
pub fn jose_verify_hmac(jws: &str, secret: &str, allowed: Vec<Algorithm>) -> Result<Vec<u8>, JoseError> {
    let secret = base64url::decode(secret).map_err(|error| JoseError::of(&error))?;
    let verified =
        parse(jws)?.verify_with_secret(&secret, &core(&allowed)).map_err(|error| JoseError::of(&error))?;
    Ok(payload(&verified))
}

/// Decrypts a compact JWE by a private key, DER of an unencrypted PKCS#8 (RFC 7516 section 5.2).
///
/// # Errors
/// [`JoseError`] for a key that cannot be used; one and the same for every fault of the JWE.
#[uniffi::export]
pub fn jose_decrypt(jwe: &str, alg: KeyManagement, pkcs8: Vec<u8>) -> Result<Vec<u8>, JoseError> {
    let alg = match alg {
        KeyManagement::RsaOaep256 => jwe::KeyManagement::RsaOaep256,
        KeyManagement::EcdhEs => jwe::KeyManagement::EcdhEs,
    };
    let key = jwe::DecryptionKey::from_pkcs8(alg, &pkcs8).map_err(|error| JoseError::of(&error))?;
    let jwe = jwe::Jwe::parse(jwe).map_err(|error| JoseError::of(&error))?;
    key.decrypt(&jwe).map(|text| text.to_vec()).map_err(|error| JoseError::of(&error))
}

fn parse(jws: &str) -> Result<Unverified<'_>, JoseError> {
    Unverified::parse(jws).map_err(|error| JoseError::of(&error))
}

fn payload(verified: &Verified) -> Vec<u8> {
    verified.payload().to_vec()
}

fn core(algorithms: &[Algorithm]) -> Vec<credenza_validator::Algorithm> {
    algorithms.iter().map(|algorithm| algorithm.core()).collect()
}
