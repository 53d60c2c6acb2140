//! Shared secrets of HS256, HS384 and HS512 (RFC 7518 section 3.2).

use ring::hmac;

use crate::{Algorithm, Rejected};

/// A shared secret, prepared for the algorithms that it may be used with.
pub(crate) struct Secret {
    keys: Vec<(Algorithm, hmac::Key)>,
}

impl Secret {
    /// # Errors
    /// As [`key`].
    pub(crate) fn new(secret: &[u8], algorithms: &[Algorithm]) -> Result<Self, Rejected> {
        let keys = algorithms.iter().map(|alg| Ok((*alg, key(*alg, secret)?)));
        Ok(Self { keys: keys.collect::<Result<_, _>>()? })
    }

    /// The key for one of these algorithms.
    pub(crate) fn of(&self, alg: Algorithm) -> Option<&hmac::Key> {
        self.keys.iter().find_map(|(own, key)| (*own == alg).then_some(key))
    }
}

/// Makes the HMAC key of a shared secret.
///
/// # Errors
/// [`Rejected::Algorithm`] for an asymmetric algorithm. [`Rejected::Secret`] for a secret shorter than the
/// hash, and for the text of a PEM key: a public key passed as a secret is how algorithm confusion starts.
pub(crate) fn key(alg: Algorithm, secret: &[u8]) -> Result<hmac::Key, Rejected> {
    let algorithm = match alg {
        Algorithm::HS256 => hmac::HMAC_SHA256,
        Algorithm::HS384 => hmac::HMAC_SHA384,
        Algorithm::HS512 => hmac::HMAC_SHA512,
        _ => return Err(Rejected::Algorithm),
    };
    let too_short = secret.len() < algorithm.digest_algorithm().output_len();
    let marker = b"-----BEGIN ";
    if too_short || secret.windows(marker.len()).any(|window| window == marker) {
        return Err(Rejected::Secret);
    }
    Ok(hmac::Key::new(algorithm, secret))
}
