//! HKDF-SHA256 (RFC 5869), for keys of 256 bits.

use std::fmt;

use ring::hmac;

/// The pseudorandom key that HKDF extracts (RFC 5869 2.2).
#[derive(Clone)]
pub(super) struct Hkdf(hmac::Key);

impl Hkdf {
    /// Extracts from a key that was drawn at random; `salt` says what it is for.
    pub(super) fn extract(salt: &[u8], key: &[u8]) -> Self {
        let salt = hmac::Key::new(hmac::HMAC_SHA256, salt);
        Self(hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&salt, key).as_ref()))
    }

    /// The first block of HKDF's output for that purpose (RFC 5869 2.3), which is all that 256 bits take.
    pub(super) fn expand(&self, purpose: &str) -> [u8; 32] {
        let mut block = hmac::Context::with_key(&self.0);
        block.update(purpose.as_bytes());
        block.update(&[1]);
        let mut key = [0; 32];
        key.copy_from_slice(block.sign().as_ref());
        key
    }
}

impl fmt::Debug for Hkdf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hkdf")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc5869_2_3_a_subkey_is_what_hkdf_expands() {
        let mine = Hkdf::extract(b"a salt", &[5; 32]);
        let theirs = ring::hkdf::Salt::new(ring::hkdf::HKDF_SHA256, b"a salt").extract(&[5; 32]);
        let mut expected = [0; 32];
        theirs.expand(&[b"csrf"], ring::hkdf::HKDF_SHA256).unwrap().fill(&mut expected).unwrap();
        assert_eq!(mine.expand("csrf"), expected);
        assert_ne!(mine.expand("csrf"), mine.expand("cookie"));
        assert_ne!(mine.expand("csrf"), Hkdf::extract(b"another", &[5; 32]).expand("csrf"));
    }
}
