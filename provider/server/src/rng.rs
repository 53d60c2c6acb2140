//! Randomness, as an argument: whoever needs some takes an [`Rng`], so that tests can fix it.

use credenza_protocol::ids::GrantId;
use credenza_protocol::secret::Secret;
use credenza_protocol::time::Time;
use credenza_protocol::token::authorization_code;
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
        // Nothing can go on safely without randomness, and no caller could do better than stop. A system that has
        // booted does not fail here.
        if self.0.fill(bytes).is_err() {
            tracing::error!("the operating system provides no randomness");
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

/// A new authorization code of 256 bits, which names its grant; `None` when the grant has no id of [`ordered_id`].
pub fn code(rng: &dyn Rng, grant_id: &GrantId) -> Option<Secret> {
    let mut bytes = [0; 32];
    rng.fill(&mut bytes);
    authorization_code::new_code(grant_id, &bytes)
}

/// A new secret of 512 bits, 86 characters of base64url: a key as long as any HMAC that is made with it
/// (RFC 7518 3.2).
pub fn mac_secret(rng: &dyn Rng) -> Secret {
    let mut bytes = [0; 64];
    rng.fill(&mut bytes);
    Secret::from_bytes(&bytes)
}

/// A new identifier of 128 bits: 32 hexadecimal digits, which need no quoting in a shell or a URL.
pub fn id(rng: &dyn Rng) -> String {
    let mut bytes = [0; 16];
    rng.fill(&mut bytes);
    hexadecimal(&bytes)
}

/// An identifier of the same form that begins with the time in seconds and has 96 random bits, so that rows made one
/// after the other lie side by side in the pages of a database.
pub fn ordered_id(rng: &dyn Rng, now: Time) -> String {
    let mut bytes = [0; 12];
    rng.fill(&mut bytes);
    format!("{:08x}{}", now.seconds() & 0xffff_ffff, hexadecimal(&bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
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
        let (early, late) = (Time::from_seconds(1_800_000_000), Time::from_seconds(1_800_000_001));
        assert_eq!(ordered_id(&rng, early).len(), 32);
        assert_ne!(ordered_id(&rng, early), ordered_id(&rng, early));
        assert!(ordered_id(&rng, early) < ordered_id(&rng, late));
    }
}
