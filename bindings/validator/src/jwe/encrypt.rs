//! Encrypting to a public key (RFC 7516 section 5.1).

use aws_lc_rs::agreement::PrivateKey;
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rsa::{
    OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PublicEncryptingKey, PublicKeyComponents,
};
use ring::rand::SecureRandom;
use serde::Serialize;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::compact::Agreement;
use super::{ContentEncryption, KeyManagement, agreement};
use crate::public_key::PublicKey;
use crate::{Jwk, base64url, random};

/// Content that could not be encrypted.
#[derive(Copy, Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EncryptError {
    /// The key is not one for this algorithm.
    #[error("the key is not one to encrypt to by this algorithm")]
    Key,
    /// The numbers of the key are not accepted, or the system gave no randomness.
    #[error("content could not be encrypted")]
    Failed,
}

impl From<Unspecified> for EncryptError {
    fn from(_: Unspecified) -> Self {
        Self::Failed
    }
}

#[derive(Serialize)]
struct Header<'a> {
    alg: KeyManagement,
    enc: ContentEncryption,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cty: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    epk: Option<Map<String, Value>>,
}

/// The key of the content, and what the recipient needs to obtain it.
struct Carried {
    content_key: Zeroizing<Vec<u8>>,
    encrypted_key: Vec<u8>,
    epk: Option<Map<String, Value>>,
}

/// Encrypts content to a public key, whose `kid` goes into the header; `cty` is the kind of content, `JWT` for a
/// nested token (RFC 7519 section 5.2).
///
/// # Errors
/// [`EncryptError::Key`] when the key is not for this algorithm or not for encryption.
pub fn encrypt(
    key: &Jwk,
    alg: KeyManagement,
    enc: ContentEncryption,
    cty: Option<&str>,
    content: &[u8],
) -> Result<String, EncryptError> {
    if !key.fits_encryption(alg) {
        return Err(EncryptError::Key);
    }
    let Carried { content_key, encrypted_key, epk } = match key.key() {
        PublicKey::Rsa { n, e } => wrap(n, e, enc)?,
        public => agree(public, enc)?,
    };
    let header = Header { alg, enc, kid: key.kid(), cty, epk };
    let mut token = base64url::encode(serde_json::to_vec(&header).map_err(|_| EncryptError::Failed)?);
    let iv = random_octets(enc.iv_length())?;
    let encrypted = enc.encrypt(&content_key, &iv, token.as_bytes(), content)?;
    for segment in [&encrypted_key, &*iv, &encrypted.ciphertext, &encrypted.tag] {
        token.push('.');
        base64url::append(segment, &mut token);
    }
    Ok(token)
}

/// A new key, encrypted by RSAES-OAEP (RFC 7518 section 4.3).
fn wrap(n: &[u8], e: &[u8], enc: ContentEncryption) -> Result<Carried, EncryptError> {
    let public: PublicEncryptingKey = PublicKeyComponents { n, e }.try_into()?;
    let public = OaepPublicEncryptingKey::new(public)?;
    let content_key = random_octets(enc.key_length())?;
    let mut encrypted_key = vec![0; public.ciphertext_size()];
    let length = public.encrypt(&OAEP_SHA256_MGF1SHA256, &content_key, &mut encrypted_key, None)?.len();
    encrypted_key.truncate(length);
    Ok(Carried { content_key, encrypted_key, epk: None })
}

/// A key agreed on with a new key pair of the same curve, whose public half goes into the header
/// (RFC 7518 section 4.6.1.1).
fn agree(public: &PublicKey, enc: ContentEncryption) -> Result<Carried, EncryptError> {
    let (algorithm, _) = agreement::curve(public).ok_or(EncryptError::Key)?;
    let ephemeral = PrivateKey::generate(algorithm)?;
    let content_key = agreement::content_key(&ephemeral, public, enc, &Agreement::default());
    let point = ephemeral.compute_public_key()?.as_ref().to_vec();
    let epk = match public {
        PublicKey::P384(_) => PublicKey::P384(point),
        _ => PublicKey::P256(point),
    };
    let members = epk.members().into_iter().map(|(name, value)| (name.to_owned(), value.into()));
    let epk = Some(members.collect());
    Ok(Carried { content_key: content_key.map_err(|_| EncryptError::Failed)?, encrypted_key: vec![], epk })
}

fn random_octets(length: usize) -> Result<Zeroizing<Vec<u8>>, EncryptError> {
    let mut octets = Zeroizing::new(vec![0; length]);
    random::system().fill(&mut octets).map_err(|_| EncryptError::Failed)?;
    Ok(octets)
}
