//! Standard Webhooks: signatures of messages that the provider sends, by a shared secret (`v1`) or by a key pair (`v1a`).

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::hmac;
use ring::signature::{Ed25519KeyPair, KeyPair as _};

/// What a shared secret begins with where people see it.
pub const SECRET_PREFIX: &str = "whsec_";
/// What a public key begins with.
pub const PUBLIC_KEY_PREFIX: &str = "whpk_";
/// The shortest secret, in bytes.
pub const SHORTEST_SECRET: usize = 24;
/// The longest secret, in bytes.
pub const LONGEST_SECRET: usize = 64;

/// The secret or key is none that Standard Webhooks allow.
#[derive(Copy, Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not usable as a key of webhooks")]
pub struct UnusableKey;

/// Signs messages. `Debug` prints neither secret nor key.
pub enum WebhookSigner {
    /// HMAC-SHA256 by a secret that the receiver has as well.
    Shared(hmac::Key),
    /// Ed25519; the receiver has the public key.
    KeyPair(Box<Ed25519KeyPair>),
}

impl WebhookSigner {
    /// By a shared secret of 24 to 64 bytes.
    ///
    /// # Errors
    /// [`UnusableKey`] for another length.
    pub fn shared(secret: &[u8]) -> Result<Self, UnusableKey> {
        match (SHORTEST_SECRET..=LONGEST_SECRET).contains(&secret.len()) {
            true => Ok(Self::Shared(hmac::Key::new(hmac::HMAC_SHA256, secret))),
            false => Err(UnusableKey),
        }
    }

    /// By the key pair of these 32 random bytes (RFC 8032 5.1.5).
    ///
    /// # Errors
    /// [`UnusableKey`] never, with 32 bytes.
    pub fn key_pair(seed: &[u8; 32]) -> Result<Self, UnusableKey> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| UnusableKey)?;
        Ok(Self::KeyPair(Box::new(pair)))
    }

    /// One entry of `webhook-signature`: the version, a comma, and the signature of id, time and body in base64.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: i64, body: &str) -> String {
        let content = format!("{id}.{timestamp}.{body}");
        match self {
            Self::Shared(key) => format!("v1,{}", STANDARD.encode(hmac::sign(key, content.as_bytes()))),
            Self::KeyPair(pair) => format!("v1a,{}", STANDARD.encode(pair.sign(content.as_bytes()))),
        }
    }

    /// `whpk_` and the public key in base64; a shared secret has none.
    #[must_use]
    pub fn public_key(&self) -> Option<String> {
        match self {
            Self::Shared(_) => None,
            Self::KeyPair(pair) => {
                Some(format!("{PUBLIC_KEY_PREFIX}{}", STANDARD.encode(pair.public_key().as_ref())))
            }
        }
    }
}

impl fmt::Debug for WebhookSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Shared(_) => "WebhookSigner::Shared",
            Self::KeyPair(_) => "WebhookSigner::KeyPair",
        })
    }
}

/// `whsec_` and the secret in base64.
#[must_use]
pub fn secret_text(secret: &[u8]) -> String {
    format!("{SECRET_PREFIX}{}", STANDARD.encode(secret))
}

/// Reads a secret from its text, with `whsec_` or without.
///
/// # Errors
/// [`UnusableKey`] when it is not base64, or shorter or longer than a secret may be.
pub fn read_secret(text: &str) -> Result<Vec<u8>, UnusableKey> {
    let text = text.trim();
    let bytes = STANDARD.decode(text.strip_prefix(SECRET_PREFIX).unwrap_or(text)).map_err(|_| UnusableKey)?;
    match (SHORTEST_SECRET..=LONGEST_SECRET).contains(&bytes.len()) {
        true => Ok(bytes),
        false => Err(UnusableKey),
    }
}

#[cfg(test)]
mod tests {
    use ring::signature::{ED25519, UnparsedPublicKey};

    use super::*;

    /// The example that the reference libraries of Standard Webhooks are tested with.
    #[test]
    fn the_published_vector_of_v1() {
        let secret = read_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signer = WebhookSigner::shared(&secret).unwrap();
        let signed = signer.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(secret_text(&secret), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        assert_eq!(signer.public_key(), None);
    }

    #[test]
    fn v1a_is_verified_by_the_public_key() {
        let signer = WebhookSigner::key_pair(&[7; 32]).unwrap();
        let signed = signer.sign("id", 1, "{}");
        let signature = STANDARD.decode(signed.strip_prefix("v1a,").unwrap()).unwrap();
        let public = signer.public_key().unwrap();
        let public = STANDARD.decode(public.strip_prefix(PUBLIC_KEY_PREFIX).unwrap()).unwrap();
        let public = UnparsedPublicKey::new(&ED25519, public);
        assert!(public.verify(b"id.1.{}", &signature).is_ok());
        assert!(public.verify(b"id.2.{}", &signature).is_err());
        assert_ne!(WebhookSigner::key_pair(&[8; 32]).unwrap().public_key(), signer.public_key());
    }

    #[test]
    fn secrets_of_another_length_or_form_are_refused() {
        for length in [0, 23, 65] {
            let bytes = vec![1; length];
            assert_eq!(read_secret(&secret_text(&bytes)), Err(UnusableKey), "{length}");
            assert!(WebhookSigner::shared(&bytes).is_err(), "{length}");
        }
        for length in [24, 32, 64] {
            let bytes = vec![1; length];
            assert_eq!(read_secret(&format!(" {}\n", secret_text(&bytes))), Ok(bytes.clone()));
            assert!(WebhookSigner::shared(&bytes).is_ok(), "{length}");
        }
        for text in ["", "whsec_", "whsec_not base64!", "whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] {
            assert_eq!(read_secret(text), Err(UnusableKey), "{text}");
        }
    }

    #[test]
    fn nothing_is_shown() {
        let shared = WebhookSigner::shared(&[1; 32]).unwrap();
        let pair = WebhookSigner::key_pair(&[1; 32]).unwrap();
        assert_eq!(format!("{shared:?} {pair:?}"), "WebhookSigner::Shared WebhookSigner::KeyPair");
    }
}
