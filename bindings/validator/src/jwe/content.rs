//! Authenticated encryption of content (RFC 7518 section 5).

use aws_lc_rs::cipher::{
    AES_128, AES_256, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey,
    PaddedBlockEncryptingKey, UnboundCipherKey,
};
use aws_lc_rs::constant_time;
use aws_lc_rs::error::Unspecified;
use ring::{aead, hmac};
use zeroize::Zeroizing;

use super::ContentEncryption;

/// A block of AES, by which the ciphertext may exceed the content.
pub(super) const BLOCK: usize = 16;
/// The tag of AES-GCM.
const GCM_TAG: usize = 16;

/// Content encrypted.
pub(super) struct Encrypted {
    pub(super) ciphertext: Vec<u8>,
    pub(super) tag: Vec<u8>,
}

impl ContentEncryption {
    /// Bytes of the key (RFC 7518 sections 5.2.3, 5.2.5 and 5.3).
    pub(super) const fn key_length(self) -> usize {
        match self {
            Self::A128Gcm => 16,
            Self::A256Gcm | Self::A128CbcHs256 => 32,
            Self::A256CbcHs512 => 64,
        }
    }

    /// Bytes of the initialization vector.
    pub(super) const fn iv_length(self) -> usize {
        match self {
            Self::A128Gcm | Self::A256Gcm => aead::NONCE_LEN,
            Self::A128CbcHs256 | Self::A256CbcHs512 => BLOCK,
        }
    }

    /// Encrypts; `aad` is the header as it is sent.
    ///
    /// # Errors
    /// [`Unspecified`] when key or vector are of the wrong length.
    pub(super) fn encrypt(
        self,
        key: &[u8],
        iv: &[u8],
        aad: &[u8],
        content: &[u8],
    ) -> Result<Encrypted, Unspecified> {
        let mut text = content.to_vec();
        if let Some(gcm) = self.gcm(key)? {
            let tag = gcm.seal_in_place_separate_tag(nonce(iv)?, aead::Aad::from(aad), &mut text);
            return Ok(Encrypted { ciphertext: text, tag: tag.map_err(|_| Unspecified)?.as_ref().to_vec() });
        }
        let (mac_key, cipher) = self.cbc(key)?;
        let iv_block: [u8; BLOCK] = iv.try_into().map_err(|_| Unspecified)?;
        PaddedBlockEncryptingKey::cbc_pkcs7(cipher)?
            .less_safe_encrypt(&mut text, EncryptionContext::Iv128(iv_block.into()))?;
        let tag = cbc_tag(&mac_key, aad, iv, &text);
        Ok(Encrypted { ciphertext: text, tag })
    }

    /// Decrypts, if the tag is right.
    ///
    /// # Errors
    /// [`Unspecified`] for anything else.
    pub(super) fn decrypt(
        self,
        key: &[u8],
        iv: &[u8],
        aad: &[u8],
        encrypted: &Encrypted,
    ) -> Result<Zeroizing<Vec<u8>>, Unspecified> {
        let mut text = Zeroizing::new(encrypted.ciphertext.clone());
        if let Some(gcm) = self.gcm(key)? {
            if encrypted.tag.len() != GCM_TAG {
                return Err(Unspecified);
            }
            text.extend_from_slice(&encrypted.tag);
            let open = gcm.open_in_place(nonce(iv)?, aead::Aad::from(aad), &mut text);
            let length = open.map_err(|_| Unspecified)?.len();
            text.truncate(length);
            return Ok(text);
        }
        let (mac_key, cipher) = self.cbc(key)?;
        let iv_block: [u8; BLOCK] = iv.try_into().map_err(|_| Unspecified)?;
        // The tag is compared before anything is decrypted, so that the padding cannot be used as an oracle.
        constant_time::verify_slices_are_equal(&cbc_tag(&mac_key, aad, iv, &text), &encrypted.tag)?;
        let context = DecryptionContext::Iv128(iv_block.into());
        let length = PaddedBlockDecryptingKey::cbc_pkcs7(cipher)?.decrypt(&mut text, context)?.len();
        text.truncate(length);
        Ok(text)
    }

    fn gcm(self, key: &[u8]) -> Result<Option<aead::LessSafeKey>, Unspecified> {
        let algorithm = match self {
            Self::A128Gcm => &aead::AES_128_GCM,
            Self::A256Gcm => &aead::AES_256_GCM,
            Self::A128CbcHs256 | Self::A256CbcHs512 => return Ok(None),
        };
        let key = aead::UnboundKey::new(algorithm, key).map_err(|_| Unspecified)?;
        Ok(Some(aead::LessSafeKey::new(key)))
    }

    /// The first half of the key is the MAC's, the second the cipher's (RFC 7518 section 5.2.2.1).
    fn cbc(self, key: &[u8]) -> Result<(hmac::Key, UnboundCipherKey), Unspecified> {
        let (mac, cipher) = match self {
            Self::A128CbcHs256 => (hmac::HMAC_SHA256, &AES_128),
            _ => (hmac::HMAC_SHA512, &AES_256),
        };
        if key.len() != self.key_length() {
            return Err(Unspecified);
        }
        let (mac_key, cipher_key) = key.split_at(key.len() / 2);
        Ok((hmac::Key::new(mac, mac_key), UnboundCipherKey::new(cipher, cipher_key)?))
    }
}

fn nonce(iv: &[u8]) -> Result<aead::Nonce, Unspecified> {
    aead::Nonce::try_assume_unique_for_key(iv).map_err(|_| Unspecified)
}

/// The first half of the HMAC over header, vector, ciphertext, and the header's length in bits as 64 bits.
fn cbc_tag(key: &hmac::Key, aad: &[u8], iv: &[u8], ciphertext: &[u8]) -> Vec<u8> {
    let bits = u64::try_from(aad.len()).unwrap_or(u64::MAX).saturating_mul(8);
    let mut mac = hmac::Context::with_key(key);
    [aad, iv, ciphertext, &bits.to_be_bytes()].into_iter().for_each(|part| mac.update(part));
    let mut tag = mac.sign().as_ref().to_vec();
    tag.truncate(tag.len() / 2);
    tag
}

#[cfg(test)]
mod tests;
