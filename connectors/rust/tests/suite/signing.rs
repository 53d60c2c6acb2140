//! Keys of clients.

use std::sync::Arc;

use credenza_connectors::validator::{Algorithm, SigningKey};
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};

/// A new key for ES256.
pub(crate) fn key() -> Arc<SigningKey> {
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random()).unwrap();
    Arc::new(SigningKey::from_pkcs8(Algorithm::ES256, pkcs8.as_ref()).unwrap())
}

#[expect(clippy::disallowed_methods, reason = "a key for a test")]
fn random() -> ring::rand::SystemRandom {
    ring::rand::SystemRandom::new()
}
