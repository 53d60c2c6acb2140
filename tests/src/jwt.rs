//! JWTs, taken apart without a check and made with any fault a test wants.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credenza_validator::SigningKey;
use serde_json::{Value, json};

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

/// A client assertion (RFC 7523 3), right unless `change` spoils its claims.
pub fn assertion(
    key: &SigningKey,
    client_id: &str,
    audience: &str,
    now: i64,
    change: impl FnOnce(&mut Value),
) -> String {
    let jti = URL_SAFE_NO_PAD
        .encode(ring::rand::generate::<[u8; 16]>(&ring::rand::SystemRandom::new()).unwrap().expose());
    let mut claims = json!({
        "iss": client_id, "sub": client_id, "aud": audience, "exp": now + 60, "iat": now, "jti": jti,
    });
    change(&mut claims);
    key.sign("JWT", &claims).unwrap()
}
