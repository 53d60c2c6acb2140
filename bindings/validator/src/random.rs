//! The one ambient randomness: nonces inside signatures.

use ring::rand::SystemRandom;

/// The system's randomness, for signatures and new keys only.
#[expect(
    clippy::disallowed_methods,
    reason = "a nonce that a caller could choose would give away the private key"
)]
pub(crate) fn system() -> SystemRandom {
    SystemRandom::new()
}
