//! JWTs: read without verification, and made with any fault that a test needs.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credenza::rng::{self, SystemRng};
use credenza_validator::{Algorithm, JwkSet, SigningKey, Unverified};
use serde_json::{Value, json};

use crate::Provider;

/// The claims of a JWT, unverified.
#[track_caller]
#[must_use]
pub fn claims_of(token: &str) -> Value {
    part(token, 1)
}

/// The header of a JWT, unverified.
#[track_caller]
#[must_use]
pub fn header_of(token: &str) -> Value {
    part(token, 0)
}

#[track_caller]
fn part(token: &str, at: usize) -> Value {
    let part = token.split('.').nth(at).expect("a JWT");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// The names of the members of an object.
#[must_use]
pub fn names_of(object: &Value) -> BTreeSet<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

/// A client assertion (RFC 7523 3), valid unless `change` breaks its claims.
pub fn assertion(
    key: &SigningKey,
    client_id: &str,
    audience: &str,
    now: i64,
    change: impl FnOnce(&mut Value),
) -> String {
    let jti = rng::id(&SystemRng::new());
    let mut claims = json!({
        "iss": client_id, "sub": client_id, "aud": audience, "exp": now + 60, "iat": now, "jti": jti,
    });
    change(&mut claims);
    key.sign("JWT", &claims).unwrap()
}

/// A compact JWS with this header and this signature.
#[must_use]
pub fn jws(header: &Value, claims: &Value, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    let input = format!("{}.{}", encode(header), encode(claims));
    let signature = URL_SAFE_NO_PAD.encode(sign(input.as_bytes()));
    format!("{input}.{signature}")
}

/// The claims of a JWT whose signature is right, by the algorithm expected and the keys that the default
/// tenant publishes at this moment.
pub async fn verified(op: &Provider, token: &str, algorithm: Algorithm) -> Value {
    let keys = JwkSet::parse(op.jwks().await.to_string().as_bytes()).unwrap();
    let unverified = Unverified::parse(token).unwrap_or_else(|e| panic!("{e}: {token}"));
    assert!(unverified.header().kid.is_some(), "no kid: {token}");
    let verified = unverified.verify(&keys, &[algorithm]).unwrap_or_else(|e| panic!("{e}: {token}"));
    verified.claims().unwrap()
}
