//! Handles that carry what they stand for, encrypted, so that nothing has to be stored for somebody who has not proven
//! anything yet.
//!
//! A handle is 32 random bytes, its id, and a ciphertext, in base64url. AES-256-GCM under a key that is derived from the
//! id (HMAC-SHA256), so that no nonce is ever used twice under one key, however many handles are made. What a handle is
//! bound to is authenticated with it and not part of it: without that it does not open.

use std::fmt;

use credenza_protocol::secret::{Secret, SecretHash};
use credenza_validator::base64url;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;

use crate::rng::Rng;

/// Bytes of the id.
const ID: usize = 32;

/// Makes and opens the handles of one tenant.
pub struct SealedHandles(hmac::Key);

/// A handle and its id.
pub struct SealedHandle {
    /// The handle.
    pub handle: Secret,
    /// What it is stored under, once something is.
    pub id: SecretHash,
}

/// What a handle carries.
pub struct Opened {
    /// What it is stored under, once something is.
    pub id: SecretHash,
    /// What was sealed.
    pub plain: Vec<u8>,
}

impl SealedHandles {
    /// With a key of their own.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// A new handle that carries `plain`, and opens only together with `bound_to`. `None` for more than AES-GCM can
    /// encrypt, which is gigabytes.
    #[must_use]
    pub fn seal(&self, rng: &dyn Rng, bound_to: &[u8], plain: &[u8]) -> Option<SealedHandle> {
        let mut id = [0; ID];
        rng.fill(&mut id);
        let mut sealed = plain.to_vec();
        self.cipher(&id)?.seal_in_place_append_tag(nonce(), Aad::from(bound_to), &mut sealed).ok()?;
        sealed.splice(0..0, id);
        Some(SealedHandle { handle: Secret::presented(base64url::encode(&sealed)), id: hash(&id) })
    }

    /// Opens a handle; `None` for everything that was not made here, or is bound to something else.
    #[must_use]
    pub fn open(&self, handle: &str, bound_to: &[u8]) -> Option<Opened> {
        let mut bytes = base64url::decode(handle).ok()?;
        let (id, sealed) = bytes.split_first_chunk_mut::<ID>()?;
        let plain = self.cipher(id)?.open_in_place(nonce(), Aad::from(bound_to), sealed).ok()?;
        Some(Opened { id: hash(id), plain: plain.to_vec() })
    }

    fn cipher(&self, id: &[u8; ID]) -> Option<LessSafeKey> {
        UnboundKey::new(&AES_256_GCM, hmac::sign(&self.0, id).as_ref()).ok().map(LessSafeKey::new)
    }
}

/// Always the same: each key encrypts once.
fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

fn hash(id: &[u8; ID]) -> SecretHash {
    Secret::from_bytes(id).hash()
}

impl fmt::Debug for SealedHandles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedHandles")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::SystemRng;

    #[test]
    fn a_handle_opens_where_it_was_made_and_for_what_it_is_bound_to() {
        let (mine, other) = (SealedHandles::new(&[1; 32]), SealedHandles::new(&[2; 32]));
        let made = mine.seal(&SystemRng::new(), b"browser", b"plain").unwrap();
        let handle = made.handle.reveal();
        let opened = mine.open(handle, b"browser").unwrap();
        assert_eq!((opened.plain.as_slice(), opened.id), (&b"plain"[..], made.id));
        assert!(mine.open(handle, b"another browser").is_none());
        assert!(other.open(handle, b"browser").is_none());
        assert!(!handle.contains(&base64url::encode(b"plain")));
    }

    #[test]
    fn no_two_handles_are_alike() {
        let handles = SealedHandles::new(&[1; 32]);
        let [first, second] = [(); 2].map(|()| handles.seal(&SystemRng::new(), b"", b"plain").unwrap());
        assert_ne!(first.id, second.id);
        let ciphertext =
            |made: &SealedHandle| base64url::decode(made.handle.reveal()).unwrap()[ID..].to_vec();
        assert_ne!(ciphertext(&first), ciphertext(&second));
    }

    #[test]
    fn a_handle_that_was_changed_anywhere_is_none() {
        let handles = SealedHandles::new(&[1; 32]);
        let made = handles.seal(&SystemRng::new(), b"browser", b"plain").unwrap();
        let bytes = base64url::decode(made.handle.reveal()).unwrap();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(handles.open(&base64url::encode(&changed), b"browser").is_none(), "byte {at}");
        }
        for length in 0..bytes.len() {
            assert!(handles.open(&base64url::encode(&bytes[..length]), b"browser").is_none(), "{length}");
        }
        let text = made.handle.reveal();
        for other in [format!("{text}="), format!(" {text}"), text.replace(['-', '_'], "+"), "\u{e9}".into()]
        {
            assert!(other == text || handles.open(&other, b"browser").is_none(), "{other}");
        }
    }
}
