//! What the targets share: validators, and tokens with valid signatures, whatever is in them.

use credenza_validator::{Decision, Request, Requirement, Settings, Validator, base64url};
use ring::hmac;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};

pub const ISSUER: &str = "https://id.example";
pub const AUDIENCE: &str = "https://api.example";
pub const NOW: i64 = 1_800_000_000;
const SECRET: &[u8] = b"a secret of sixty-four bytes, as HS512 asks for: 0123456789abcdef";

/// A validator with these settings, besides issuer and audience.
#[must_use]
pub fn validator(more: Value) -> Validator {
    let mut settings = json!({ "issuer": ISSUER, "audience": AUDIENCE });
    if let (Value::Object(settings), Value::Object(more)) = (&mut settings, more) {
        settings.extend(more);
    }
    Settings::from_json(&settings.to_string()).and_then(Validator::new).expect("settings")
}

/// The secret, as in settings.
#[must_use]
pub fn secret() -> String {
    base64url::encode(SECRET)
}

/// A token with a valid MAC, whatever header and payload are.
#[must_use]
pub fn mac(header: &[u8], payload: &[u8]) -> String {
    let input = format!("{}.{}", base64url::encode(header), base64url::encode(payload));
    let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, SECRET), input.as_bytes());
    format!("{input}.{}", base64url::encode(mac))
}

/// The key pair of issuer and client.
#[must_use]
pub fn pair() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a seed")
}

/// Its public key.
#[must_use]
pub fn jwk() -> Value {
    json!({ "kty": "OKP", "crv": "Ed25519", "x": base64url::encode(pair().public_key()) })
}

/// A token with a valid signature, whatever header and payload are.
#[must_use]
pub fn sign(pair: &Ed25519KeyPair, header: &[u8], payload: &[u8]) -> String {
    let input = format!("{}.{}", base64url::encode(header), base64url::encode(payload));
    let signature = pair.sign(input.as_bytes());
    format!("{input}.{}", base64url::encode(signature))
}

/// Checks a bearer token under pinned keys or a secret; the claims, if it passes.
#[must_use]
pub fn bearer(validator: &Validator, token: &str) -> Option<Value> {
    let field = format!("Bearer {token}");
    let step = validator.check(&Request::bearer(&[&field]), &Requirement::default(), NOW);
    match step.decision.expect("nothing is fetched") {
        Decision::Allow(allowed) => Some(serde_json::from_str(allowed.claims_json()).expect("JSON")),
        Decision::Deny(denied) => {
            let challenge = denied.www_authenticate.expect("a challenge");
            assert!(challenge.bytes().all(|byte| matches!(byte, b' '..=b'~')));
            None
        }
    }
}

/// The invariants of every token that passes.
pub fn assert_sound(claims: &Value) {
    assert_eq!(claims["iss"], ISSUER);
    assert!(
        claims["aud"] == AUDIENCE || claims["aud"].as_array().is_some_and(|it| it.contains(&json!(AUDIENCE)))
    );
    assert!(claims["exp"].as_f64().is_some_and(|exp| exp > (NOW - 30) as f64));
    assert!(claims["sub"].as_str().is_some_and(|sub| !sub.is_empty()));
    assert!(claims["jti"].is_string() && claims["client_id"].is_string() && claims["iat"].is_number());
}
