//! Sealing: what must be kept whole at rest (private keys, the secrets of `client_secret_jwt`) is
//! encrypted under the master key, which is never in the database.
//!
//! AES-256-GCM under a subkey of the master key (HKDF-SHA256, RFC 5869), with a random nonce for each
//! sealing. What a ciphertext is for is authenticated with it, so that one taken from another
//! tenant's row, or another key's, does not open.

use std::fmt;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use zeroize::Zeroizing;

use crate::rng::Rng;

/// The form of what [`MasterKey::seal`] writes: this byte, the nonce, the ciphertext and its tag.
const VERSION: u8 = 1;
/// The purpose of the subkey that seals.
const SEALING: &str = "seal";
/// A random key has about thirty different bytes; one with fewer than this was typed or padded.
const LEAST_DIFFERENT_BYTES: usize = 16;

/// The master key of an installation, as HKDF extracts it (RFC 5869 2.2).
#[derive(Clone)]
pub struct MasterKey(hmac::Key);

/// The text is no master key; the message says why, and never shows the text.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum InvalidMasterKey {
    /// Not base64, or not 32 bytes.
    #[error("must be 32 random bytes in base64, as `openssl rand -base64 32` prints them")]
    Form,
    /// A sample, a passphrase or a pattern (A262).
    #[error("is not random: make a key of your own with `openssl rand -base64 32`")]
    NotRandom,
}

/// What was sealed does not open: another master key, another context, or changed bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("sealed data does not open under this master key")]
pub struct DoesNotOpen;

impl MasterKey {
    /// Reads 32 bytes from base64 or base64url, with padding or without.
    ///
    /// # Errors
    /// [`InvalidMasterKey`] when it has another form, or cannot have come from a random generator.
    pub fn parse(text: &str) -> Result<Self, InvalidMasterKey> {
        let bytes = Zeroizing::new(decode(text.trim()).ok_or(InvalidMasterKey::Form)?);
        let bytes: &[u8; 32] = bytes.as_slice().try_into().map_err(|_| InvalidMasterKey::Form)?;
        if looks_made_up(bytes) {
            return Err(InvalidMasterKey::NotRandom);
        }
        Ok(Self::from_bytes(bytes))
    }

    /// Takes a key that was drawn at random.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        let salt = hmac::Key::new(hmac::HMAC_SHA256, b"credenza master key");
        Self(hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&salt, bytes).as_ref()))
    }

    /// A subkey for one purpose, such as the key of an HMAC: the first block of HKDF's output (RFC
    /// 5869 2.3), which is all that 256 bits take.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        let mut block = hmac::Context::with_key(&self.0);
        block.update(purpose.as_bytes());
        block.update(&[1]);
        let mut key = [0; 32];
        key.copy_from_slice(block.sign().as_ref());
        key
    }

    /// Encrypts `plain`; only the same `context` (tenant, kind, name) will open it.
    #[must_use]
    pub fn seal(&self, rng: &dyn Rng, context: &[&str], plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_LEN];
        rng.fill(&mut nonce);
        let mut sealed = Vec::with_capacity(1 + NONCE_LEN + plain.len() + AES_256_GCM.tag_len());
        sealed.extend_from_slice(plain);
        let done = self.sealing_key().and_then(|key| {
            key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad(context), &mut sealed)
        });
        // AES-GCM takes 64 GiB, and what is sealed here has a few kilobytes; but if it ever refused,
        // nothing must stay that could be stored in the clear.
        if done.is_err() {
            sealed.clear();
        }
        sealed.splice(0..0, std::iter::once(VERSION).chain(nonce));
        sealed
    }

    /// Decrypts what [`MasterKey::seal`] wrote for the same `context`.
    ///
    /// # Errors
    /// [`DoesNotOpen`], without saying what is wrong with it.
    pub fn open(&self, context: &[&str], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, DoesNotOpen> {
        let (version, rest) = sealed.split_first().ok_or(DoesNotOpen)?;
        if *version != VERSION {
            return Err(DoesNotOpen);
        }
        let (nonce, ciphertext) = rest.split_at_checked(NONCE_LEN).ok_or(DoesNotOpen)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| DoesNotOpen)?;
        let mut buffer = Zeroizing::new(ciphertext.to_vec());
        let key = self.sealing_key().map_err(|_| DoesNotOpen)?;
        let plain = key.open_in_place(nonce, aad(context), &mut buffer).map_err(|_| DoesNotOpen)?.len();
        buffer.truncate(plain);
        Ok(buffer)
    }

    fn sealing_key(&self) -> Result<LessSafeKey, ring::error::Unspecified> {
        UnboundKey::new(&AES_256_GCM, &self.derive(SEALING)).map(LessSafeKey::new)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey")
    }
}

/// The version and the context, each part behind its length, so that no two contexts read the same.
fn aad(context: &[&str]) -> Aad<Vec<u8>> {
    let mut bytes = vec![VERSION];
    for part in context {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    Aad::from(bytes)
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    [&alphabet::STANDARD, &alphabet::URL_SAFE]
        .into_iter()
        .find_map(|alphabet| GeneralPurpose::new(alphabet, config).decode(text).ok())
}

/// Whether 32 bytes are text, a repetition or a staircase: samples of documentation are, and so are
/// passphrases. Random bytes are none of these, but for one in a million million.
fn looks_made_up(bytes: &[u8; 32]) -> bool {
    let mut different = bytes.to_vec();
    different.sort_unstable();
    different.dedup();
    let text = bytes.iter().all(|byte| matches!(byte, b' '..=b'~'));
    let steps = bytes.iter().zip(bytes.iter().skip(1)).map(|(a, b)| b.wrapping_sub(*a));
    let staircase = steps.clone().zip(steps.skip(1)).all(|(a, b)| a == b);
    different.len() < LEAST_DIFFERENT_BYTES || text || staircase
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

    use super::*;
    use crate::rng::SystemRng;

    fn random_bytes() -> [u8; 32] {
        let mut bytes = [0; 32];
        SystemRng::new().fill(&mut bytes);
        bytes
    }

    fn random_key() -> MasterKey {
        MasterKey::from_bytes(&random_bytes())
    }

    #[test]
    fn a_key_is_read_in_every_spelling_of_base64() {
        let bytes = random_bytes();
        let expected = MasterKey::from_bytes(&bytes).derive("test");
        for engine in [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD] {
            let text = format!(" {}\n", engine.encode(bytes));
            assert_eq!(MasterKey::parse(&text).unwrap().derive("test"), expected);
        }
    }

    #[test]
    fn a262_sample_keys_are_refused() {
        let staircase: Vec<u8> = (0..32).collect();
        let samples: [&[u8]; 5] = [
            &[0; 32],
            &[0xff; 32],
            &staircase,
            b"change-me-change-me-change-me-32",
            b"0123456789abcdef0123456789abcdef",
        ];
        for sample in samples {
            let text = STANDARD.encode(sample);
            assert_eq!(MasterKey::parse(&text).unwrap_err(), InvalidMasterKey::NotRandom, "{text}");
        }
        assert!(MasterKey::parse(&STANDARD.encode(random_bytes())).is_ok());
    }

    #[test]
    fn other_lengths_and_other_texts_are_refused() {
        for text in ["", "not base64!", &STANDARD.encode([7; 31]), &STANDARD.encode([7; 33])] {
            assert_eq!(MasterKey::parse(text).unwrap_err(), InvalidMasterKey::Form, "{text}");
        }
    }

    #[test]
    fn what_was_sealed_opens_for_its_context_alone() {
        let (rng, key) = (SystemRng::new(), random_key());
        let sealed = key.seal(&rng, &["t1", "key", "k1"], b"private");
        assert_eq!(key.open(&["t1", "key", "k1"], &sealed).unwrap().as_slice(), b"private");
        for other in [&["t2", "key", "k1"][..], &["t1", "key"], &["t1", "keyk1", ""], &["t1k", "ey", "k1"]] {
            assert_eq!(key.open(other, &sealed).unwrap_err(), DoesNotOpen, "{other:?}");
        }
        assert!(random_key().open(&["t1", "key", "k1"], &sealed).is_err());
    }

    #[test]
    fn every_changed_byte_and_every_missing_one_is_seen() {
        let (rng, key) = (SystemRng::new(), random_key());
        let sealed = key.seal(&rng, &["t"], b"private");
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert!(key.open(&["t"], &changed).is_err(), "byte {index}");
            assert!(key.open(&["t"], &sealed[..index]).is_err(), "length {index}");
        }
        assert!(key.open(&["t"], &sealed).is_ok());
    }

    #[test]
    fn sealing_twice_gives_two_ciphertexts() {
        let (rng, key) = (SystemRng::new(), random_key());
        assert_ne!(key.seal(&rng, &["t"], b"private"), key.seal(&rng, &["t"], b"private"));
    }

    #[test]
    fn rfc5869_2_3_a_subkey_is_what_hkdf_expands() {
        let bytes = random_bytes();
        let prk = ring::hkdf::Salt::new(ring::hkdf::HKDF_SHA256, b"credenza master key").extract(&bytes);
        let mut expected = [0; 32];
        prk.expand(&[b"csrf"], ring::hkdf::HKDF_SHA256).unwrap().fill(&mut expected).unwrap();
        assert_eq!(MasterKey::from_bytes(&bytes).derive("csrf"), expected);
    }

    #[test]
    fn subkeys_differ_by_purpose_and_the_key_does_not_print() {
        let key = random_key();
        assert_ne!(key.derive("csrf"), key.derive("cookie"));
        assert_eq!(key.derive("csrf"), key.derive("csrf"));
        assert_eq!(format!("{key:?}"), "MasterKey");
    }
}
