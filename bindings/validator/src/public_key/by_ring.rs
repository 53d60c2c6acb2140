//! Signatures verified by ring (RFC 7518 section 3, RFC 8037).

use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
    UnparsedPublicKey, VerificationAlgorithm,
};

use super::PublicKey;
use crate::{Algorithm, Rejected};

/// Verifies with one key. ring parses keys anew at every use, so there is nothing to prepare.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Verifier;

impl Verifier {
    /// Checks a signature with the key that this verifier belongs to.
    pub(crate) fn verify(
        &self,
        key: &PublicKey,
        alg: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Rejected> {
        let Self = self;
        match (key, alg) {
            (PublicKey::Rsa { n, e }, _) => {
                let parameters = rsa_parameters(alg).ok_or(Rejected::KeyMismatch)?;
                RsaPublicKeyComponents { n, e }
                    .verify(parameters, message, signature)
                    .map_err(|_| Rejected::Signature)
            }
            (PublicKey::P256(point), Algorithm::ES256) => {
                verify_with(&ECDSA_P256_SHA256_FIXED, point, message, signature)
            }
            (PublicKey::P384(point), Algorithm::ES384) => {
                verify_with(&ECDSA_P384_SHA384_FIXED, point, message, signature)
            }
            (PublicKey::Ed25519(key), Algorithm::EdDSA | Algorithm::Ed25519) => {
                verify_with(&ED25519, key, message, signature)
            }
            _ => Err(Rejected::KeyMismatch),
        }
    }
}

fn verify_with(
    algorithm: &'static dyn VerificationAlgorithm,
    key: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Result<(), Rejected> {
    UnparsedPublicKey::new(algorithm, key).verify(message, signature).map_err(|_| Rejected::Signature)
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
