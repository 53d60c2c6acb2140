//! Sealing: encryption at rest. What the server needs in the clear (private keys, the secrets of `client_secret_jwt`) is
//! stored encrypted under the master key, which is never in the database.
//!
//! AES-256-GCM under a subkey of the master key (HKDF-SHA256, RFC 5869), with a random nonce for each value. The purpose
//! of the value and the id of the master key are authenticated with it, so that a ciphertext copied from another
//! tenant's row, or from another key's, does not open. The id tells which master key opens it, so that the master key
//! can be changed while servers run.

use std::fmt;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use credenza_protocol::ids::{ClientId, KeyId, TenantId, WebhookId};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

use super::hkdf::Hkdf;
use crate::rng::Rng;

/// The version of what [`MasterKeys::seal`] writes: this byte, the id of the master key, the nonce, the ciphertext and its
/// tag.
const VERSION: u8 = 1;
/// Bytes of the id of a master key.
const ID_BYTES: usize = 8;
/// The purposes of the subkeys: one seals, the other is the id, which reveals nothing about the key.
const SEALING: &str = "seal";
const IDENTITY: &str = "id";
/// A random key has about thirty different bytes; one with fewer than this was typed in or padded.
const LEAST_DIFFERENT_BYTES: usize = 16;

/// A master key of an installation.
#[derive(Clone)]
pub struct MasterKey {
    hkdf: Hkdf,
    id: [u8; ID_BYTES],
}

/// The master key that seals, and its predecessors, which only open.
#[derive(Clone, Debug)]
pub struct MasterKeys {
    current: MasterKey,
    previous: Vec<MasterKey>,
}

/// The text is not a master key; the message says why, and never shows the text.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum InvalidMasterKey {
    /// Not base64, or not 32 bytes.
    #[error("must be 32 random bytes in base64, as `openssl rand -base64 32` prints them")]
    Form,
    /// A sample, a passphrase or a pattern.
    #[error("is not random: make a key of your own with `openssl rand -base64 32`")]
    NotRandom,
}

/// A sealed value does not open: it has another master key or context, or its bytes were changed.
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

    /// Takes a key from a random generator.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        let hkdf = Hkdf::extract(b"credenza master key", bytes);
        let mut id = [0; ID_BYTES];
        id.iter_mut().zip(hkdf.expand(IDENTITY)).for_each(|(to, from)| *to = from);
        Self { hkdf, id }
    }

    fn sealing_key(&self) -> Result<LessSafeKey, ring::error::Unspecified> {
        UnboundKey::new(&AES_256_GCM, &self.hkdf.expand(SEALING)).map(LessSafeKey::new)
    }
}

impl MasterKeys {
    /// Seals under `current`, and opens what was sealed under any of them.
    #[must_use]
    pub fn new(current: MasterKey, previous: Vec<MasterKey>) -> Self {
        Self { current, previous }
    }

    /// How many keys there are that only open.
    #[must_use]
    pub fn previous(&self) -> usize {
        self.previous.len()
    }

    /// Encrypts `plain`; only the same `context` (kind, tenant, name) will open it.
    #[must_use]
    pub fn seal(&self, rng: &dyn Rng, context: &[&str], plain: &[u8]) -> Vec<u8> {
        let id = self.current.id;
        let mut nonce = [0; NONCE_LEN];
        rng.fill(&mut nonce);
        let mut sealed = Vec::with_capacity(1 + ID_BYTES + NONCE_LEN + plain.len() + AES_256_GCM.tag_len());
        sealed.extend_from_slice(plain);
        let done = self.current.sealing_key().and_then(|key| {
            let nonce = Nonce::assume_unique_for_key(nonce);
            key.seal_in_place_append_tag(nonce, aad(id, context), &mut sealed)
        });
        // AES-GCM takes up to 64 GiB, and what is sealed here has a few kilobytes. If it ever failed, the plaintext must
        // not be left behind to be stored.
        if done.is_err() {
            sealed.clear();
        }
        sealed.splice(0..0, std::iter::once(VERSION).chain(id).chain(nonce));
        sealed
    }

    /// Decrypts what [`MasterKeys::seal`] wrote for the same `context`, under any of the keys.
    ///
    /// # Errors
    /// [`DoesNotOpen`], without a reason.
    pub fn open(&self, context: &[&str], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, DoesNotOpen> {
        let (id, rest) = parts(sealed).ok_or(DoesNotOpen)?;
        let mut keys = std::iter::once(&self.current).chain(&self.previous);
        let key = keys.find(|key| key.id == id).ok_or(DoesNotOpen)?;
        let (nonce, ciphertext) = rest.split_at_checked(NONCE_LEN).ok_or(DoesNotOpen)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| DoesNotOpen)?;
        let mut buffer = Zeroizing::new(ciphertext.to_vec());
        let key = key.sealing_key().map_err(|_| DoesNotOpen)?;
        let opened = key.open_in_place(nonce, aad(id, context), &mut buffer);
        let plain = opened.map_err(|_| DoesNotOpen)?.len();
        buffer.truncate(plain);
        Ok(buffer)
    }

    /// Whether the current key sealed it.
    #[must_use]
    pub fn is_current(&self, sealed: &[u8]) -> bool {
        parts(sealed).is_some_and(|(id, _)| id == self.current.id)
    }
}

impl From<MasterKey> for MasterKeys {
    fn from(current: MasterKey) -> Self {
        Self::new(current, vec![])
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey")
    }
}

/// The context of a private key.
#[must_use]
pub fn of_signing_key<'a>(tenant: &'a TenantId, kid: &'a KeyId) -> [&'a str; 3] {
    ["signing-key", tenant.as_str(), kid.as_str()]
}

/// The context of a client's secret.
#[must_use]
pub fn of_client_secret<'a>(tenant: &'a TenantId, client_id: &'a ClientId) -> [&'a str; 3] {
    ["client-secret", tenant.as_str(), client_id.as_str()]
}

/// The context of a secret shared with the service of a resource.
#[must_use]
pub fn of_resource_secret<'a>(tenant: &'a TenantId, kid: &'a KeyId) -> [&'a str; 3] {
    ["resource-secret", tenant.as_str(), kid.as_str()]
}

/// The context of a secret of a webhook.
#[must_use]
pub fn of_webhook_secret<'a>(tenant: &'a TenantId, id: &'a WebhookId, secret_id: &'a str) -> [&'a str; 4] {
    ["webhook-secret", tenant.as_str(), id.as_str(), secret_id]
}

/// The context of a secret of the installation.
#[must_use]
pub fn of_secret(name: &str) -> [&str; 2] {
    ["secret", name]
}

/// The id of the master key, and the nonce with the ciphertext.
fn parts(sealed: &[u8]) -> Option<([u8; ID_BYTES], &[u8])> {
    let (version, rest) = sealed.split_first()?;
    let (id, rest) = rest.split_first_chunk()?;
    (*version == VERSION).then_some((*id, rest))
}

/// The version, the id of the master key and the context. Each part of the context follows its length, so that no two
/// contexts have the same bytes.
fn aad(id: [u8; ID_BYTES], context: &[&str]) -> Aad<Vec<u8>> {
    let mut bytes = vec![VERSION];
    bytes.extend(id);
    for part in context {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    Aad::from(bytes)
}

/// Reads base64 or base64url, with padding or without.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    [&alphabet::STANDARD, &alphabet::URL_SAFE]
        .into_iter()
        .find_map(|alphabet| GeneralPurpose::new(alphabet, config).decode(text).ok())
}

/// Whether 32 bytes or more are text, a repetition or an arithmetic sequence, as samples in documentation and passphrases
/// are. For random bytes the odds are one in a million million.
pub(super) fn looks_made_up(bytes: &[u8]) -> bool {
    let mut different = bytes.to_vec();
    different.sort_unstable();
    different.dedup();
    let text = bytes.iter().all(|byte| matches!(byte, b' '..=b'~'));
    let steps = bytes.iter().zip(bytes.iter().skip(1)).map(|(a, b)| b.wrapping_sub(*a));
    let sequence = steps.clone().zip(steps.skip(1)).all(|(a, b)| a == b);
    different.len() < LEAST_DIFFERENT_BYTES || text || sequence
}

#[cfg(test)]
mod tests;
