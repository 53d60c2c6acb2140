//! Randomness of the system, for what nobody may guess.

use credenza_validator::base64url;
use ring::rand::{SecureRandom, SystemRandom};

/// The system has no randomness to give.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoRandomness;

impl std::fmt::Display for NoRandomness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the system gives no randomness")
    }
}

impl std::error::Error for NoRandomness {}

/// Random bytes.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    system().fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// A text of 256 random bits.
pub(crate) fn token() -> Result<String, NoRandomness> {
    Ok(base64url::encode(bytes::<32>()?))
}

#[expect(clippy::disallowed_methods, reason = "this is the source of randomness")]
fn system() -> SystemRandom {
    SystemRandom::new()
}
