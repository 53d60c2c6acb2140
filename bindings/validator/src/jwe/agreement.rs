//! ECDH-ES in direct use: both sides agree on the key of the content itself (RFC 7518 section 4.6).

use aws_lc_rs::agreement::{Algorithm, ECDH_P256, ECDH_P384, PrivateKey, UnparsedPublicKey, agree};
use ring::digest;
use zeroize::Zeroizing;

use super::{ContentEncryption, Undecipherable, compact::Agreement};
use crate::public_key::PublicKey;

/// The curve and the point of a public key, if one can agree with it.
pub(super) fn curve(key: &PublicKey) -> Option<(&'static Algorithm, &[u8])> {
    match key {
        PublicKey::P256(point) => Some((&ECDH_P256, point)),
        PublicKey::P384(point) => Some((&ECDH_P384, point)),
        PublicKey::Rsa { .. } | PublicKey::P521(_) | PublicKey::Ed25519(_) => None,
    }
}

/// The key of the content, agreed between a private key and the other side's public one.
///
/// # Errors
/// [`Undecipherable`] when the public key is of another curve, or no point of the curve.
pub(super) fn content_key(
    private: &PrivateKey,
    public: &PublicKey,
    enc: ContentEncryption,
    agreement: &Agreement,
) -> Result<Zeroizing<Vec<u8>>, Undecipherable> {
    let (algorithm, point) = curve(public).ok_or(Undecipherable)?;
    agree(private, UnparsedPublicKey::new(algorithm, point), Undecipherable, |secret| {
        Ok(concat_kdf(secret, enc, &agreement.apu, &agreement.apv))
    })
}

/// The Concat KDF with SHA-256 (RFC 7518 section 4.6.2, NIST SP 800-56A section 5.8.1).
fn concat_kdf(secret: &[u8], enc: ContentEncryption, apu: &[u8], apv: &[u8]) -> Zeroizing<Vec<u8>> {
    let length = enc.key_length();
    let mut key = Zeroizing::new(Vec::with_capacity(length + digest::SHA256_OUTPUT_LEN));
    let mut round = 0_u32;
    while key.len() < length {
        round += 1;
        let mut hash = digest::Context::new(&digest::SHA256);
        hash.update(&round.to_be_bytes());
        hash.update(secret);
        // In direct use the algorithm named is `enc`.
        for part in [enc.as_str().as_bytes(), apu, apv] {
            hash.update(&be32(part.len()));
            hash.update(part);
        }
        hash.update(&be32(length * 8));
        key.extend_from_slice(hash.finish().as_ref());
    }
    key.truncate(length);
    key
}

fn be32(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base64url;

    #[test]
    fn rfc7518_appendix_c_concat_kdf() {
        let z = [
            158, 86, 217, 29, 129, 113, 53, 211, 114, 131, 66, 131, 191, 132, 38, 156, 251, 49, 110, 163,
            218, 128, 106, 72, 246, 218, 167, 121, 140, 254, 144, 196,
        ];
        let key = concat_kdf(&z, ContentEncryption::A128Gcm, b"Alice", b"Bob");
        assert_eq!(base64url::encode(&key), "VqqN6vgjbSBcIijNcacQGg");
    }

    #[test]
    fn a_key_longer_than_the_hash_takes_two_rounds() {
        let long = concat_kdf(b"z", ContentEncryption::A256CbcHs512, b"", b"");
        assert_eq!(long.len(), 64);
        assert_ne!(long[..32], long[32..]);
    }
}
