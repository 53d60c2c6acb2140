//! The JOSE core alone: signatures and encryption without any rule about claims, for test vectors and tools.

#[cfg(feature = "jwe")]
use credenza_validator::jwe::{DecryptionKey, Jwe, KeyManagement};
use credenza_validator::{Algorithm, JwkSet, Unverified, Verified, base64url};
use napi::bindgen_prelude::Uint8Array;
use napi::{Error, Result, Status};
use napi_derive::napi;

/// Checks the signature of a compact JWS with the keys of a JWK set; its payload.
#[napi(catch_unwind)]
pub fn jose_verify(token: String, jwks: String, algorithms: Vec<String>) -> Result<Uint8Array> {
    let keys = JwkSet::parse(jwks.as_bytes()).map_err(|error| refused("jwks", error))?;
    let unverified = Unverified::parse(&token).map_err(|error| refused("token", error))?;
    payload(unverified.verify(&keys, &read_algorithms(&algorithms)?))
}

/// Checks the HMAC of a compact JWS with a secret, base64url; its payload.
#[napi(catch_unwind)]
pub fn jose_verify_hmac(token: String, secret: String, algorithms: Vec<String>) -> Result<Uint8Array> {
    let secret = base64url::decode(&secret).map_err(|_| refused("secret", "not base64url"))?;
    let unverified = Unverified::parse(&token).map_err(|error| refused("token", error))?;
    payload(unverified.verify_with_secret(&secret, &read_algorithms(&algorithms)?))
}

/// Decrypts a compact JWE with a PKCS#8 key in PEM; its content.
#[cfg(feature = "jwe")]
#[napi(catch_unwind)]
pub fn jose_decrypt(token: String, algorithm: String, pem: String) -> Result<Uint8Array> {
    let algorithm: KeyManagement = algorithm.parse().map_err(|error| refused("algorithm", error))?;
    let key = DecryptionKey::from_pem(algorithm, &pem).map_err(|error| refused("pem", error))?;
    let jwe = Jwe::parse(&token).map_err(|error| refused("token", error))?;
    let content = key.decrypt(&jwe).map_err(|error| refused("token", error))?;
    Ok(Uint8Array::new(content.to_vec()))
}

fn payload<E: std::fmt::Display>(outcome: std::result::Result<Verified, E>) -> Result<Uint8Array> {
    outcome
        .map(|verified| Uint8Array::new(verified.payload().to_vec()))
        .map_err(|error| refused("token", error))
}

fn read_algorithms(names: &[String]) -> Result<Vec<Algorithm>> {
    names.iter().map(|name| name.parse().map_err(|error| refused("algorithms", error))).collect()
}

fn refused(what: &str, why: impl std::fmt::Display) -> Error {
    Error::new(Status::InvalidArg, format!("{what}: {why}"))
}
