//! Decrypting by a private key (RFC 7516 section 5.2).

use std::fmt;

use aws_lc_rs::agreement::{ECDH_P256, ECDH_P384, PrivateKey};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, PrivateDecryptingKey};
use base64::{Engine, engine::general_purpose::STANDARD};
use ring::rand::SecureRandom;
use zeroize::Zeroizing;

use super::content::Encrypted;
use super::{ContentEncryption, Jwe, KeyManagement, Undecipherable, agreement};
use crate::public_key::PublicKey;
use crate::{Jwk, KeyError, random, rsa_signer};

/// A private key to which others encrypt by one algorithm. `Debug` prints only its `alg` and `kid`.
pub struct DecryptionKey {
    alg: KeyManagement,
    private: Private,
    public: Jwk,
}

enum Private {
    Rsa(OaepPrivateDecryptingKey),
    Ec(PrivateKey),
}

impl DecryptionKey {
    /// Makes a new private key as PKCS#8: RSA of 2048 bits, or EC on P-256.
    ///
    /// # Errors
    /// [`KeyError::Generation`] when the system gives no randomness.
    pub fn generate_pkcs8(alg: KeyManagement) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        match alg {
            KeyManagement::RsaOaep256 => rsa_signer::generate_pkcs8(),
            KeyManagement::EcdhEs => {
                let key = PrivateKey::generate(&ECDH_P256).map_err(|_| KeyError::Generation)?;
                let der: Pkcs8V1Der<'_> = key.as_der().map_err(|_| KeyError::Generation)?;
                Ok(der.as_ref().to_vec().into())
            }
        }
    }

    /// Reads an unencrypted PKCS#8 key: RSA of 2048 to 4096 bits, or EC on P-256 or P-384. Its `kid` is the
    /// thumbprint of the public key and the algorithm.
    ///
    /// # Errors
    /// [`KeyError::Rejected`] when it is not a key for `alg` or is too weak.
    pub fn from_pkcs8(alg: KeyManagement, der: &[u8]) -> Result<Self, KeyError> {
        let (private, public) = match alg {
            KeyManagement::RsaOaep256 => rsa(der)?,
            KeyManagement::EcdhEs => ec(der)?,
        };
        let kid = format!("{}-{}", public.thumbprint(), alg.as_str().to_ascii_lowercase());
        Ok(Self { alg, private, public: Jwk::published_for_encryption(kid, alg, public) })
    }

    /// Reads an unencrypted PKCS#8 key as PEM (`BEGIN PRIVATE KEY`, RFC 7468 section 10).
    ///
    /// # Errors
    /// As [`DecryptionKey::from_pkcs8`], and for a malformed PEM.
    pub fn from_pem(alg: KeyManagement, pem: &str) -> Result<Self, KeyError> {
        let body = pem
            .split_once("-----BEGIN PRIVATE KEY-----")
            .and_then(|(_, rest)| rest.split_once("-----END PRIVATE KEY-----"))
            .map(|(body, _)| Zeroizing::new(body.split_ascii_whitespace().collect::<String>()))
            .ok_or(KeyError::Rejected)?;
        let der = Zeroizing::new(STANDARD.decode(body.as_bytes()).map_err(|_| KeyError::Rejected)?);
        Self::from_pkcs8(alg, &der)
    }

    /// The algorithm of this key.
    #[must_use]
    pub const fn algorithm(&self) -> KeyManagement {
        self.alg
    }

    /// The `kid` of this key.
    #[must_use]
    pub fn kid(&self) -> &str {
        self.public.kid().unwrap_or_default()
    }

    /// The public half with `kid`, `alg` and `use`, to be published.
    #[must_use]
    pub fn public_jwk(&self) -> Jwk {
        self.public.clone()
    }

    /// Whether a JWE says that it is encrypted to this key: by its algorithm, and by its `kid` if it has one.
    #[must_use]
    pub fn is_meant(&self, jwe: &Jwe<'_>) -> bool {
        self.alg == jwe.header.alg && jwe.header.kid.as_deref().is_none_or(|kid| kid == self.kid())
    }

    /// Decrypts the content.
    ///
    /// # Errors
    /// [`Undecipherable`], whatever the reason.
    pub fn decrypt(&self, jwe: &Jwe<'_>) -> Result<Zeroizing<Vec<u8>>, Undecipherable> {
        if self.alg != jwe.header.alg {
            return Err(Undecipherable);
        }
        let enc = jwe.header.enc;
        let key = match &self.private {
            Private::Rsa(private) => unwrap(private, enc, &jwe.encrypted_key)?,
            Private::Ec(private) => agreed(private, jwe)?,
        };
        let encrypted = Encrypted { ciphertext: jwe.ciphertext.clone(), tag: jwe.tag.clone() };
        enc.decrypt(&key, &jwe.iv, jwe.protected.as_bytes(), &encrypted).map_err(|_| Undecipherable)
    }
}

/// The key of the content; a wrong one where the RSA decryption fails, so that both ways take the same steps and fail
/// at the tag (RFC 7516 section 11.5).
fn unwrap(
    private: &OaepPrivateDecryptingKey,
    enc: ContentEncryption,
    encrypted_key: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Undecipherable> {
    let mut instead = Zeroizing::new(vec![0; enc.key_length()]);
    random::system().fill(&mut instead).map_err(|_| Undecipherable)?;
    let mut room = Zeroizing::new(vec![0; private.min_output_size()]);
    let key = private.decrypt(&OAEP_SHA256_MGF1SHA256, encrypted_key, &mut room, None);
    match key {
        Ok(key) if key.len() == enc.key_length() => Ok(Zeroizing::new(key.to_vec())),
        _ => Ok(instead),
    }
}

/// The key that both sides agree on; in direct use the encrypted key is empty
/// (RFC 7516 section 5.2, step 10).
fn agreed(private: &PrivateKey, jwe: &Jwe<'_>) -> Result<Zeroizing<Vec<u8>>, Undecipherable> {
    let epk = jwe.agreement.epk.as_ref().ok_or(Undecipherable)?;
    if !jwe.encrypted_key.is_empty() {
        return Err(Undecipherable);
    }
    agreement::content_key(private, epk.key(), jwe.header.enc, &jwe.agreement)
}

fn rsa(der: &[u8]) -> Result<(Private, PublicKey), KeyError> {
    // ring reads the key too, as its checks of the numbers are stricter.
    let checked = ring::signature::RsaKeyPair::from_pkcs8(der).map_err(|_| KeyError::Rejected)?;
    let public: ring::signature::RsaPublicKeyComponents<Vec<u8>> = checked.public().into();
    let public = PublicKey::rsa(public.n, public.e).map_err(|_| KeyError::Rejected)?;
    let private = PrivateDecryptingKey::from_pkcs8(der).map_err(|_| KeyError::Rejected)?;
    let private = OaepPrivateDecryptingKey::new(private).map_err(|_| KeyError::Rejected)?;
    Ok((Private::Rsa(private), public))
}

fn ec(der: &[u8]) -> Result<(Private, PublicKey), KeyError> {
    let (key, kind) = match PrivateKey::from_private_key_der(&ECDH_P256, der) {
        Ok(key) => (key, PublicKey::P256 as fn(Vec<u8>) -> PublicKey),
        Err(_) => {
            let key = PrivateKey::from_private_key_der(&ECDH_P384, der).map_err(|_| KeyError::Rejected)?;
            (key, PublicKey::P384 as fn(Vec<u8>) -> PublicKey)
        }
    };
    let public = key.compute_public_key().map_err(|_| KeyError::Rejected)?.as_ref().to_vec();
    Ok((Private::Ec(key), kind(public)))
}

impl fmt::Debug for DecryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecryptionKey")
            .field("alg", &self.alg)
            .field("kid", &self.kid())
            .finish_non_exhaustive()
    }
}
