//! Cases of signatures and encryption alone.

use credenza_validator::{Algorithm, base64url};
use serde_json::{Value, json};

/// Every algorithm with public keys.
pub(crate) fn asymmetric() -> Vec<Algorithm> {
    Algorithm::ALL.into_iter().filter(|alg| !alg.is_symmetric()).collect()
}

/// A token under a key set.
pub(crate) fn verify(token: &str, jwks: &Value, algorithms: &[Algorithm], outcome: Value) -> Value {
    json!({ "jose": "verify", "token": token, "jwks": jwks, "algorithms": algorithms, "expected": outcome })
}

/// A token under a secret.
pub(crate) fn verify_hmac(token: &str, secret: &str, algorithms: &[Algorithm], outcome: Value) -> Value {
    json!({ "jose": "verify_hmac", "token": token, "secret": secret, "algorithms": algorithms, "expected": outcome })
}

/// A token encrypted to a key of [`crate::keys::decryption_key`]; `None` for one of another kind.
pub(crate) fn decrypt(token: &str, key: Option<&Value>, outcome: Value) -> Value {
    let mut case = json!({ "jose": "decrypt", "token": token, "expected": outcome });
    if let Some(key) = key {
        case["key"] = key.clone();
    }
    case
}

pub(crate) fn refused() -> Value {
    json!({ "refused": true })
}

pub(crate) fn payload(octets: impl AsRef<[u8]>) -> Value {
    json!({ "payload": base64url::encode(octets) })
}

/// The payload, byte for byte.
pub(crate) fn payload_of(token: &str) -> Value {
    json!({ "payload": token.split('.').nth(1).unwrap() })
}
