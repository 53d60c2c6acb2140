//! Shared secrets of HS256, HS384 and HS512 (RFC 7518 section 3.2).

use ring::hmac;

use crate::{Algorithm, Rejected};

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
