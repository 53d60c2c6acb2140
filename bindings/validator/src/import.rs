//! Private keys that were made elsewhere, brought into the one form that is read here: PKCS#8 (RFC 5208) with the
//! public half in it. aws-lc-rs reads what others write (PKCS#1 of RFC 8017, SEC1 of RFC 5915), and writes that.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::error::KeyRejected;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    Ed25519KeyPair,
};
use zeroize::Zeroizing;

use crate::{Algorithm, SigningKey};

/// How the bytes of a private key are laid out.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Form {
    /// RFC 5208, any kind of key: `PRIVATE KEY` in PEM.
    Pkcs8,
    /// RFC 8017 A.1.2, RSA alone: `RSA PRIVATE KEY`.
    Pkcs1,
    /// RFC 5915, elliptic curves alone: `EC PRIVATE KEY`.
    Sec1,
}

/// Why a private key cannot be taken.
#[derive(Copy, Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ImportError {
    /// It is whole, but of another kind.
    #[error("it is {found}, which does not sign with {algorithm}")]
    Kind {
        /// What it is.
        found: &'static str,
        /// What was asked for.
        algorithm: Algorithm,
    },
    /// RSA of less than 2048 bits (RFC 7518 3.3).
    #[error("an RSA key must have 2048 bits at least")]
    Short,
    /// RSA of more than 4096 bits, or with an exponent that is not accepted; EC whose halves differ.
    #[error(
        "its numbers are not accepted: an RSA key has 2048 to 4096 bits and an exponent of 65537 or more"
    )]
    Numbers,
    /// No private key that is known here.
    #[error("it holds no RSA, P-256, P-384 or Ed25519 private key")]
    Unknown,
}

/// Reads a private key for `algorithm`, and answers it as PKCS#8.
///
/// # Errors
/// [`ImportError`] says what is wrong with it.
pub fn to_pkcs8(algorithm: Algorithm, form: Form, der: &[u8]) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let read = match algorithm {
        Algorithm::ES256 => ec(&ECDSA_P256_SHA256_FIXED_SIGNING, form, der),
        Algorithm::ES384 => ec(&ECDSA_P384_SHA384_FIXED_SIGNING, form, der),
        Algorithm::EdDSA | Algorithm::Ed25519 => ed25519(form, der),
        _ => rsa(form, der)?,
    };
    let pkcs8 = read.ok_or_else(|| match kind(form, der) {
        Some(found) => ImportError::Kind { found, algorithm },
        None => ImportError::Unknown,
    })?;
    SigningKey::from_pkcs8(algorithm, &pkcs8).map_err(|_| ImportError::Numbers)?;
    Ok(pkcs8)
}

fn kind(form: Form, der: &[u8]) -> Option<&'static str> {
    let is_rsa = rsa(form, der).is_ok_and(|read| read.is_some()) || rsa(form, der).is_err();
    let kinds = [
        ("an RSA key", is_rsa),
        ("a key on P-256", ec(&ECDSA_P256_SHA256_FIXED_SIGNING, form, der).is_some()),
        ("a key on P-384", ec(&ECDSA_P384_SHA384_FIXED_SIGNING, form, der).is_some()),
        ("an Ed25519 key", ed25519(form, der).is_some()),
    ];
    kinds.into_iter().find_map(|(name, is)| is.then_some(name))
}

fn rsa(form: Form, der: &[u8]) -> Result<Option<Zeroizing<Vec<u8>>>, ImportError> {
    let read = match form {
        Form::Pkcs8 => rsa::KeyPair::from_pkcs8(der),
        Form::Pkcs1 => rsa::KeyPair::from_der(der),
        Form::Sec1 => return Ok(None),
    };
    match read {
        Ok(key) => {
            let written: Result<Pkcs8V1Der<'_>, _> = key.as_der();
            Ok(written.ok().map(|der| der.as_ref().to_vec().into()))
        }
        Err(rejected) if is_too_small(&rejected) => Err(ImportError::Short),
        Err(_) => Ok(None),
    }
}

/// The reason is told by its name alone.
fn is_too_small(rejected: &KeyRejected) -> bool {
    rejected.to_string() == "TooSmall"
}

fn ec(algorithm: &'static EcdsaSigningAlgorithm, form: Form, der: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    if form == Form::Pkcs1 {
        return None;
    }
    let key = EcdsaKeyPair::from_private_key_der(algorithm, der).ok()?;
    Some(key.to_pkcs8v1().ok()?.as_ref().to_vec().into())
}

fn ed25519(form: Form, der: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    if form != Form::Pkcs8 {
        return None;
    }
    Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).ok()?;
    Some(der.to_vec().into())
}
