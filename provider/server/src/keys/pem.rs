//! Reads private keys from PEM (RFC 7468): PKCS#8, PKCS#1 and SEC1, unencrypted.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use credenza_validator::Algorithm;
use credenza_validator::import::{Form, ImportError, to_pkcs8};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use zeroize::Zeroizing;

/// What stands in the labels of PKCS#8 (RFC 7468 10).
const KIND: &str = "PRIVATE KEY";
/// How long a line of base64 is (RFC 7468 2).
const LINE: usize = 64;

/// Why a PEM text holds no usable key. Nothing of the text is shown.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PemError {
    /// The key in it cannot be taken.
    #[error("the private key cannot be taken: {0}")]
    Key(#[from] ImportError),
    /// It is encrypted with a passphrase.
    #[error("the private key is encrypted: decrypt it first, as `openssl pkey -in FILE` does")]
    Encrypted,
    /// It holds something else than a private key.
    #[error("it holds a public key or a certificate, and no private key")]
    Public,
    /// It holds several, and nothing says which one is meant.
    #[error("it holds more than one private key")]
    Several,
    /// It is damaged.
    #[error("its PEM is damaged")]
    Damaged,
    /// It is not PEM, or holds no key.
    #[error("there is no PEM text with a private key in it (`BEGIN PRIVATE KEY`)")]
    None,
}

/// A private key as PEM, of its PKCS#8.
#[must_use]
pub fn of_pkcs8(pkcs8: &[u8]) -> Zeroizing<String> {
    let base64 = Zeroizing::new(STANDARD.encode(pkcs8));
    let mut text = Zeroizing::new(String::with_capacity(2 * base64.len()));
    let label = |word: &str| format!("-----{word} {KIND}-----\n");
    text.push_str(&label("BEGIN"));
    for (n, letter) in base64.chars().enumerate() {
        text.push_str(if n > 0 && n % LINE == 0 { "\n" } else { "" });
        text.push(letter);
    }
    text.push('\n');
    text.push_str(&label("END"));
    text
}

/// The one private key of a PEM text, for that algorithm, as PKCS#8.
///
/// # Errors
/// [`PemError`] says what is wrong.
pub fn private_key(algorithm: Algorithm, pem: &[u8]) -> Result<Zeroizing<Vec<u8>>, PemError> {
    let text = String::from_utf8_lossy(pem);
    // The older form says so in a header, which would be taken for base64.
    if text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED") {
        return Err(PemError::Encrypted);
    }
    let mut keys = PrivateKeyDer::pem_slice_iter(pem);
    let key = match keys.next() {
        Some(key) => key.map_err(|_| PemError::Damaged)?,
        None if text.contains("BEGIN PUBLIC KEY") || text.contains("BEGIN CERTIFICATE") => {
            return Err(PemError::Public);
        }
        None => return Err(PemError::None),
    };
    if keys.next().is_some() {
        return Err(PemError::Several);
    }
    let form = match &key {
        PrivateKeyDer::Pkcs1(_) => Form::Pkcs1,
        PrivateKeyDer::Sec1(_) => Form::Sec1,
        _ => Form::Pkcs8,
    };
    Ok(to_pkcs8(algorithm, form, key.secret_der())?)
}

#[cfg(test)]
mod tests;
