//! Signatures verified by aws-lc-rs (RFC 7518 section 3, RFC 8037).

use std::fmt;
use std::sync::{Arc, OnceLock};

use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, ED25519, ParsedPublicKey,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters,
    VerificationAlgorithm,
};

use super::PublicKey;
use crate::{Algorithm, Rejected};

/// Verifies with one key, which is prepared at its first use: the work that depends only on the key is done once.
#[derive(Clone, Default)]
pub(crate) struct Verifier {
    /// Prepared for the algorithm of the first use. A key that serves several is prepared anew for the others.
    ready: Arc<OnceLock<(Algorithm, ParsedPublicKey)>>,
}

impl Verifier {
    /// Checks a signature with the key that this verifier belongs to.
    pub(crate) fn verify(
        &self,
        key: &PublicKey,
        alg: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Rejected> {
        let verify =
            |key: &ParsedPublicKey| key.verify_sig(message, signature).map_err(|_| Rejected::Signature);
        if let Some((_, ready)) = self.ready.get().filter(|(ready_for, _)| *ready_for == alg) {
            return verify(ready);
        }
        let parsed = parse(key, alg)?;
        verify(&parsed)?;
        // Only a key that has verified a signature is kept; of two threads, the first keeps its own.
        let _first = self.ready.set((alg, parsed));
        Ok(())
    }
}

/// An invalid key, such as a point off the curve, made no signature.
fn parse(key: &PublicKey, alg: Algorithm) -> Result<ParsedPublicKey, Rejected> {
    let (algorithm, octets): (&'static dyn VerificationAlgorithm, _) = match (key, alg) {
        (PublicKey::Rsa { n, e }, _) => {
            let parameters = rsa_parameters(alg).ok_or(Rejected::KeyMismatch)?;
            return PublicKeyComponents { n, e }
                .to_parsed_public_key(parameters)
                .map_err(|_| Rejected::Signature);
        }
        (PublicKey::P256(point), Algorithm::ES256) => (&ECDSA_P256_SHA256_FIXED, point),
        (PublicKey::P384(point), Algorithm::ES384) => (&ECDSA_P384_SHA384_FIXED, point),
        (PublicKey::P521(point), Algorithm::ES512) => (&ECDSA_P521_SHA512_FIXED, point),
        (PublicKey::Ed25519(key), Algorithm::EdDSA | Algorithm::Ed25519) => (&ED25519, key),
        _ => return Err(Rejected::KeyMismatch),
    };
    ParsedPublicKey::new(algorithm, octets).map_err(|_| Rejected::Signature)
}

const fn rsa_parameters(alg: Algorithm) -> Option<&'static RsaParameters> {
    match alg {
        Algorithm::RS256 => Some(&RSA_PKCS1_2048_8192_SHA256),
        Algorithm::RS384 => Some(&RSA_PKCS1_2048_8192_SHA384),
        Algorithm::RS512 => Some(&RSA_PKCS1_2048_8192_SHA512),
        Algorithm::PS256 => Some(&RSA_PSS_2048_8192_SHA256),
        Algorithm::PS384 => Some(&RSA_PSS_2048_8192_SHA384),
        Algorithm::PS512 => Some(&RSA_PSS_2048_8192_SHA512),
        _ => None,
    }
}

/// Preparation does not distinguish keys: the key is compared beside it.
impl PartialEq for Verifier {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Verifier {}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").finish_non_exhaustive()
    }
}
