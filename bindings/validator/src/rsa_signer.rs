//! RSA signatures (RFC 7518 sections 3.3 and 3.5). aws-lc-rs makes them at twice ring's rate, and has the
//! same interface.

#[cfg(feature = "aws-lc-rs")]
use aws_lc_rs::{rand::SystemRandom, signature as rsa};
#[cfg(not(feature = "aws-lc-rs"))]
use ring::{rand::SystemRandom, signature as rsa};

use crate::{Algorithm, KeyError, SignError, public_key::PublicKey};

/// An RSA private key bound to one algorithm.
pub(crate) struct RsaSigner {
    key: rsa::RsaKeyPair,
    encoding: &'static dyn rsa::RsaEncoding,
    signature_length: usize,
    random: SystemRandom,
}

impl RsaSigner {
    /// Reads a key of 2048 to 4096 bits, and its public half.
    pub(crate) fn from_pkcs8(alg: Algorithm, der: &[u8]) -> Result<(Self, PublicKey), KeyError> {
        // ring reads the key in both cases: its checks of the numbers are the stricter ones.
        let checked = ring::signature::RsaKeyPair::from_pkcs8(der).map_err(|_| KeyError::Rejected)?;
        let public: ring::signature::RsaPublicKeyComponents<Vec<u8>> = checked.public().into();
        let signer = Self {
            key: rsa::RsaKeyPair::from_pkcs8(der).map_err(|_| KeyError::Rejected)?,
            encoding: encoding(alg)?,
            signature_length: public.n.len(),
            random: random(),
        };
        Ok((signer, PublicKey::rsa(public.n, public.e).map_err(|_| KeyError::Rejected)?))
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let mut signature = vec![0; self.signature_length];
        self.key
            .sign(self.encoding, &self.random, message, &mut signature)
            .map_err(|_| SignError::Signature)?;
        Ok(signature)
    }
}

/// Makes a new RSA key of 2048 bits.
#[cfg(feature = "jwe")]
pub(crate) fn generate_pkcs8() -> Result<zeroize::Zeroizing<Vec<u8>>, KeyError> {
    use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
    let key =
        rsa::RsaKeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).map_err(|_| KeyError::Generation)?;
    let der: Pkcs8V1Der<'_> = key.as_der().map_err(|_| KeyError::Generation)?;
    Ok(der.as_ref().to_vec().into())
}

fn encoding(alg: Algorithm) -> Result<&'static dyn rsa::RsaEncoding, KeyError> {
    Ok(match alg {
        Algorithm::RS256 => &rsa::RSA_PKCS1_SHA256,
        Algorithm::RS384 => &rsa::RSA_PKCS1_SHA384,
        Algorithm::RS512 => &rsa::RSA_PKCS1_SHA512,
        Algorithm::PS256 => &rsa::RSA_PSS_SHA256,
        Algorithm::PS384 => &rsa::RSA_PSS_SHA384,
        Algorithm::PS512 => &rsa::RSA_PSS_SHA512,
        _ => return Err(KeyError::Algorithm),
    })
}

/// aws-lc-rs takes a source of randomness for likeness' sake and uses its own.
#[cfg(feature = "aws-lc-rs")]
fn random() -> SystemRandom {
    SystemRandom::new()
}

#[cfg(not(feature = "aws-lc-rs"))]
fn random() -> SystemRandom {
    crate::random::system()
}
