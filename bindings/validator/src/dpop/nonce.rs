//! Nonces for DPoP proofs (RFC 9449 sections 8 and 9): each tells when it was made, so that none is stored.

use ring::hmac;
use ring::rand::SecureRandom;

use crate::{SettingsError, base64url, random};

const SHORTEST_SECRET: usize = 32;

/// Makes and knows nonces.
pub(crate) struct Nonces {
    key: hmac::Key,
    /// How old a nonce may be, in seconds.
    max_age: i64,
}

impl Nonces {
    /// By a secret that all nodes share, or by one of this process.
    pub(crate) fn new(secret: Option<&str>, max_age: i64) -> Result<Self, SettingsError> {
        let refused = |reason: &str| SettingsError::new("dpop.nonce_secret", reason);
        let secret = match secret {
            Some(text) => base64url::decode(text).map_err(|_| refused("not base64url"))?,
            None => {
                let mut secret = vec![0; SHORTEST_SECRET];
                random::system().fill(&mut secret).map_err(|_| refused("the system gives no randomness"))?;
                secret
            }
        };
        if secret.len() < SHORTEST_SECRET {
            return Err(refused("shorter than 32 bytes"));
        }
        Ok(Self { key: hmac::Key::new(hmac::HMAC_SHA256, &secret), max_age })
    }

    /// The nonce of this second.
    pub(crate) fn make(&self, now: i64) -> String {
        let time = now.to_be_bytes();
        let tag = hmac::sign(&self.key, &time);
        base64url::encode([&time, tag.as_ref()].concat())
    }

    /// How old a nonce is, in seconds; `None` for one that was not made here, or is too old.
    pub(crate) fn age(&self, nonce: &str, leeway: i64, now: i64) -> Option<i64> {
        let octets = base64url::decode(nonce).ok()?;
        let (time, tag) = octets.split_first_chunk()?;
        hmac::verify(&self.key, time, tag).ok()?;
        let age = now.saturating_sub(i64::from_be_bytes(*time));
        (-leeway..=self.max_age.saturating_add(leeway)).contains(&age).then_some(age)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    #[test]
    fn rfc9449_8_a_nonce_is_known_for_as_long_as_it_may_live() {
        let nonces = Nonces::new(Some(SECRET), 60).unwrap();
        let nonce = nonces.make(1000);
        assert_eq!(nonces.age(&nonce, 5, 1000), Some(0));
        assert_eq!(nonces.age(&nonce, 5, 1065), Some(65));
        assert_eq!(nonces.age(&nonce, 5, 1066), None);
        assert_eq!(nonces.age(&nonce, 5, 994), None);
    }

    #[test]
    fn one_of_another_secret_or_changed_is_unknown() {
        let nonces = Nonces::new(None, 60).unwrap();
        let nonce = Nonces::new(Some(SECRET), 60).unwrap().make(1000);
        assert_eq!(nonces.age(&nonce, 5, 1000), None);
        for text in ["", "A", "AAAA", &nonces.make(1000)[..20], &format!("{}A", nonces.make(1000))] {
            assert_eq!(nonces.age(text, 5, 1000), None, "{text}");
        }
        for secret in ["AAAA", "not base64url!"] {
            assert!(Nonces::new(Some(secret), 60).is_err());
        }
    }
}
