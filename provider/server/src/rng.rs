//! Randomness, as an argument: whoever needs some takes an [`Rng`], so that tests can fix it.

use std::fmt::Write as _;

use credenza_protocol::secret::Secret;
use ring::rand::{SecureRandom as _, SystemRandom};

/// A source of random bytes, good enough for secrets.
pub trait Rng: Send + Sync {
    /// Fills the whole of `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's generator.
pub struct SystemRng(SystemRandom);

impl SystemRng {
    /// The one place where the server meets real randomness.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is where randomness enters")]
    pub fn new() -> Self {
        Self(SystemRandom::new())
    }
}

impl Default for SystemRng {
    fn default() -> Self {
        Self::new()
    }
}

impl Rng for SystemRng {
    fn fill(&self, bytes: &mut [u8]) {
        // Nothing can go on safely without randomness, and no caller could do better than stop: a
        // system that has booted does not fail here.
        if self.0.fill(bytes).is_err() {
            tracing::error!("the operating system gives no randomness");
            std::process::abort();
        }
    }
}

/// A new secret of 256 bits: 43 characters of base64url.
pub fn secret(rng: &dyn Rng) -> Secret {
    let mut bytes = [0; 32];
    rng.fill(&mut bytes);
    Secret::from_bytes(&bytes)
}

/// A new secret of 512 bits, 86 characters of base64url: a key as long as any HMAC that is made with it
/// (RFC 7518 3.2).
pub fn mac_secret(rng: &dyn Rng) -> Secret {
    let mut bytes = [0; 64];
    rng.fill(&mut bytes);
    Secret::from_bytes(&bytes)
}

/// A new identifier of 128 bits: 32 hexadecimal digits, which no shell, URL or option parser reads
/// as anything else.
pub fn id(rng: &dyn Rng) -> String {
    let mut bytes = [0; 16];
    rng.fill(&mut bytes);
    bytes.iter().fold(String::with_capacity(32), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_ids_have_their_form_and_differ() {
        let rng = SystemRng::new();
        let first = secret(&rng);
        assert_eq!(first.reveal().len(), 43);
        assert_ne!(first.reveal(), secret(&rng).reveal());
        let name = id(&rng);
        assert_eq!(name.len(), 32);
        assert!(name.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_ne!(name, id(&rng));
    }
}
