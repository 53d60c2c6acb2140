//! Making signatures: compact JWS (RFC 7515 section 5.1) with the header `alg`, `kid`, `typ`.

use std::fmt;

use ring::{
    hmac,
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
        EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair,
    },
};
use serde::Serialize;

use crate::{Algorithm, Jwk, base64url, hmac_secret, public_key::PublicKey, random, rsa_signer::RsaSigner};

/// Capacity for a typical token, so that its text is not reallocated.
const USUAL_LENGTH: usize = 1024;

/// A private key that is not accepted, or could not be made.
#[derive(Copy, Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum KeyError {
    /// Not an unencrypted PKCS#8 key of the kind that the algorithm needs, or too weak.
    #[error("private key not accepted")]
    Rejected,
    /// Asked for a symmetric key where a key pair belongs, or the reverse.
    #[error("algorithm is not one for this kind of key")]
    Algorithm,
    /// The shared secret is shorter than the hash (RFC 7518 section 3.2), or is a PEM text.
    #[error("shared secret not usable")]
    Secret,
    /// The key could not be made.
    #[error("key generation failed")]
    Generation,
}

/// A token that could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The claims cannot be written as JSON.
    #[error("claims cannot be written as JSON")]
    Claims(#[source] serde_json::Error),
    /// The signature could not be made: the key is inconsistent, or the system gave no randomness.
    #[error("signature could not be made")]
    Signature,
}

/// A key that signs with one algorithm. `Debug` prints its names alone.
pub struct SigningKey {
    alg: Algorithm,
    private: PrivateKey,
    public: Option<Jwk>,
    /// The `kid` of a shared secret, if it was given one.
    name: Option<String>,
}

enum PrivateKey {
    Rsa(RsaSigner),
    Ec(EcdsaKeyPair, SystemRandom),
    Ed25519(Ed25519KeyPair),
    Hmac(hmac::Key),
}

#[derive(Serialize)]
struct Header<'a> {
    alg: Algorithm,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
    typ: &'a str,
}

impl SigningKey {
    /// Reads an unencrypted PKCS#8 key. Its `kid` is the thumbprint of the public key and the algorithm:
    /// one RSA key may serve several algorithms, but a published key names one.
    ///
    /// # Errors
    /// [`KeyError::Rejected`] when it is not a key for `alg` or is too weak (RSA: 2048 to 4096 bits);
    /// [`KeyError::Algorithm`] for HS*.
    pub fn from_pkcs8(alg: Algorithm, der: &[u8]) -> Result<Self, KeyError> {
        let (private, public) = match alg {
            Algorithm::ES256 => ec_pair(&ECDSA_P256_SHA256_FIXED_SIGNING, der, PublicKey::P256)?,
            Algorithm::ES384 => ec_pair(&ECDSA_P384_SHA384_FIXED_SIGNING, der, PublicKey::P384)?,
            Algorithm::EdDSA | Algorithm::Ed25519 => {
                // Keys written by OpenSSL have no public half; ring then computes it.
                let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).map_err(|_| KeyError::Rejected)?;
                let public = PublicKey::Ed25519(pair.public_key().as_ref().to_vec());
                (PrivateKey::Ed25519(pair), public)
            }
            Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 | Algorithm::ES512 => {
                return Err(KeyError::Algorithm);
            }
            _ => {
                let (signer, public) = RsaSigner::from_pkcs8(alg, der)?;
                (PrivateKey::Rsa(signer), public)
            }
        };
        let kid = format!("{}-{}", public.thumbprint(), alg.as_str().to_ascii_lowercase());
        Ok(Self { alg, private, public: Some(Jwk::published(kid, alg, public)), name: None })
    }

    /// Takes a shared secret for HS256, HS384 or HS512. Such a key has no `kid` unless it is given one with
    /// [`SigningKey::named`].
    ///
    /// # Errors
    /// [`KeyError::Secret`] when it is shorter than the hash or is a PEM text; [`KeyError::Algorithm`] for
    /// any other algorithm.
    pub fn from_secret(alg: Algorithm, secret: &[u8]) -> Result<Self, KeyError> {
        if !alg.is_symmetric() {
            return Err(KeyError::Algorithm);
        }
        let key = hmac_secret::key(alg, secret).map_err(|_| KeyError::Secret)?;
        Ok(Self { alg, private: PrivateKey::Hmac(key), public: None, name: None })
    }

    /// Gives a shared secret the `kid` by which both sides know it. That of a key pair follows from the key, and stays.
    #[must_use]
    pub fn named(self, kid: &str) -> Self {
        Self { name: Some(kid.to_owned()), ..self }
    }

    /// The same key, whose signatures name no `kid`: for whoever knows its public half by another name, or by none.
    #[must_use]
    pub fn unnamed(self) -> Self {
        Self { public: None, name: None, ..self }
    }

    /// Makes a new private key as PKCS#8: RSA of 2048 bits, EC on the algorithm's curve, or Ed25519.
    ///
    /// # Errors
    /// [`KeyError::Algorithm`] for HS*; [`KeyError::Generation`] when the system gives no randomness.
    #[cfg(feature = "provider")]
    pub fn generate_pkcs8(alg: Algorithm) -> Result<zeroize::Zeroizing<Vec<u8>>, KeyError> {
        let random = random::system();
        let document = match alg {
            Algorithm::ES256 => EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random),
            Algorithm::ES384 => EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &random),
            Algorithm::EdDSA | Algorithm::Ed25519 => Ed25519KeyPair::generate_pkcs8(&random),
            Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 | Algorithm::ES512 => {
                return Err(KeyError::Algorithm);
            }
            _ => return crate::rsa_signer::generate_pkcs8(),
        };
        Ok(document.map_err(|_| KeyError::Generation)?.as_ref().to_vec().into())
    }

    /// The algorithm of this key.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.alg
    }

    /// The `kid` of this key; `None` for a shared secret without a name.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.public.as_ref().map_or(self.name.as_deref(), Jwk::kid)
    }

    /// The public half with `kid`, `alg` and `use`, to be published; `None` for a shared secret.
    #[must_use]
    pub fn public_jwk(&self) -> Option<Jwk> {
        self.public.clone()
    }

    /// Signs claims into a compact JWS whose header has `alg`, `typ`, and `kid` if the key has one.
    ///
    /// # Errors
    /// [`SignError`] when the claims cannot be written or the signature cannot be made.
    pub fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String, SignError> {
        let mut token = String::with_capacity(USUAL_LENGTH);
        let mut json = Vec::with_capacity(USUAL_LENGTH);
        let header = Header { alg: self.alg, kid: self.kid(), typ };
        serde_json::to_writer(&mut json, &header).map_err(SignError::Claims)?;
        base64url::append(&json, &mut token);
        token.push('.');
        json.clear();
        serde_json::to_writer(&mut json, claims).map_err(SignError::Claims)?;
        base64url::append(&json, &mut token);
        self.append_signature(&mut token)?;
        Ok(token)
    }

    fn append_signature(&self, token: &mut String) -> Result<(), SignError> {
        let message = token.as_bytes();
        match &self.private {
            PrivateKey::Rsa(signer) => append(token, &signer.sign(message)?),
            PrivateKey::Ec(pair, random) => {
                let signature = pair.sign(random, message).map_err(|_| SignError::Signature)?;
                append(token, signature.as_ref());
            }
            PrivateKey::Ed25519(pair) => append(token, pair.sign(message).as_ref()),
            PrivateKey::Hmac(key) => append(token, hmac::sign(key, message).as_ref()),
        }
        Ok(())
    }
}

/// Writes claims as an unsecured JWS (RFC 7518 section 3.6), which anybody can change. Nothing here accepts it as a
/// token.
///
/// # Errors
/// [`SignError::Claims`] when the claims cannot be written.
#[cfg(feature = "provider")]
pub fn unsigned(typ: &str, claims: &impl Serialize) -> Result<String, SignError> {
    let header =
        serde_json::to_vec(&serde_json::json!({ "alg": "none", "typ": typ })).map_err(SignError::Claims)?;
    let claims = serde_json::to_vec(claims).map_err(SignError::Claims)?;
    Ok(format!("{}.{}.", base64url::encode(header), base64url::encode(claims)))
}

fn append(token: &mut String, signature: &[u8]) {
    token.push('.');
    base64url::append(signature, token);
}

fn ec_pair(
    algorithm: &'static EcdsaSigningAlgorithm,
    der: &[u8],
    public: fn(Vec<u8>) -> PublicKey,
) -> Result<(PrivateKey, PublicKey), KeyError> {
    let random = random::system();
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, der, &random).map_err(|_| KeyError::Rejected)?;
    let public = public(pair.public_key().as_ref().to_vec());
    Ok((PrivateKey::Ec(pair, random), public))
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("alg", &self.alg).field("kid", &self.kid()).finish_non_exhaustive()
    }
}
