//! What goes through other hands and comes back unread and unchanged: cookies, cursors, sessions in a store.
//! AES-256-GCM, with the purpose as associated data. The first secret seals, all of them open.

use credenza_validator::{SettingsError, base64url};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};

use crate::random::{self, NoRandomness};

/// The shortest secret, in bytes.
pub(crate) const SHORTEST_SECRET: usize = 32;

/// Seals and opens.
pub(crate) struct Sealer {
    first: LessSafeKey,
    further: Vec<LessSafeKey>,
}

impl Sealer {
    /// By secrets that are separated by commas, each of 32 bytes at least. What is sealed for one use does not open for
    /// another.
    ///
    /// # Errors
    /// [`SettingsError`] names `secret` when one is shorter.
    pub(crate) fn new(secrets: &str, usage: &str) -> Result<Self, SettingsError> {
        let keys: Result<Vec<_>, _> = secrets.split(',').map(|secret| key(secret.trim(), usage)).collect();
        let mut keys = keys?.into_iter();
        let first = keys.next().ok_or_else(too_short)?;
        Ok(Self { first, further: keys.collect() })
    }

    /// Seals bytes, as base64url. They open for the same purpose alone.
    pub(crate) fn seal(&self, plain: &[u8], purpose: &str) -> Result<String, NoRandomness> {
        let nonce = random::bytes::<NONCE_LEN>()?;
        let mut sealed = plain.to_vec();
        let sealing = Nonce::assume_unique_for_key(nonce);
        // It fails for texts of gigabytes alone.
        self.first
            .seal_in_place_append_tag(sealing, Aad::from(purpose.as_bytes()), &mut sealed)
            .map_err(|_| NoRandomness)?;
        Ok(base64url::encode([&nonce[..], &sealed].concat()))
    }

    /// What was sealed; `None` for anything else.
    pub(crate) fn open(&self, text: &str, purpose: &str) -> Option<Vec<u8>> {
        let bytes = base64url::decode(text).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_LEN>()?;
        std::iter::once(&self.first).chain(&self.further).find_map(|key| {
            let mut sealed = sealed.to_vec();
            let nonce = Nonce::assume_unique_for_key(*nonce);
            let plain = key.open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut sealed).ok()?;
            Some(plain.to_vec())
        })
    }
}

fn key(secret: &str, usage: &str) -> Result<LessSafeKey, SettingsError> {
    if secret.len() < SHORTEST_SECRET {
        return Err(too_short());
    }
    let extracted = Salt::new(HKDF_SHA256, b"credenza-connectors").extract(secret.as_bytes());
    let usage = [usage.as_bytes()];
    let expanded = extracted.expand(&usage, &AES_256_GCM).map_err(|_| too_short())?;
    Ok(LessSafeKey::new(UnboundKey::from(expanded)))
}

fn too_short() -> SettingsError {
    let reason = format!("has to have {SHORTEST_SECRET} bytes at least");
    SettingsError { setting: "secret".into(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "an old secret of more than 32 bytes as it must be";
    const NEW: &str = "the new secret of more than 32 bytes as it must be";

    #[test]
    fn what_was_sealed_opens_for_its_purpose_alone() {
        let sealer = Sealer::new(NEW, "test").unwrap();
        let sealed = sealer.seal(b"plain", "a").unwrap();
        assert_eq!(sealer.open(&sealed, "a").as_deref(), Some(&b"plain"[..]));
        assert_eq!(sealer.open(&sealed, "b"), None);
        assert_eq!(Sealer::new(NEW, "other").unwrap().open(&sealed, "a"), None);
        assert_ne!(sealer.seal(b"plain", "a").unwrap(), sealed);
        let mut tampered = sealed.clone().into_bytes();
        tampered[20] ^= 1;
        assert_eq!(sealer.open(&String::from_utf8(tampered).unwrap(), "a"), None);
        for text in ["", "AAAA", &sealed[..sealed.len() - 4], "not base64url!"] {
            assert_eq!(sealer.open(text, "a"), None, "{text}");
        }
    }

    #[test]
    fn the_first_secret_seals_and_all_open() {
        let (old, both) = (Sealer::new(OLD, "").unwrap(), Sealer::new(&format!("{NEW},{OLD}"), "").unwrap());
        assert!(both.open(&old.seal(b"x", "").unwrap(), "").is_some());
        assert!(old.open(&both.seal(b"x", "").unwrap(), "").is_none());
    }

    #[test]
    fn a_short_secret_is_refused_by_name() {
        for secrets in ["", "short", &format!("{NEW},"), &format!("{NEW},short")] {
            assert_eq!(Sealer::new(secrets, "").err().unwrap().setting, "secret", "{secrets}");
        }
    }
}
