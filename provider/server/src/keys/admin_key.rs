//! Keys of the configuration that open the admin API: the one for when nobody else can, and those of services.

use std::fmt;

use credenza_validator::hash::sha256;
use ring::hmac;

/// The fewest characters that one has.
const SHORTEST: usize = 32;
/// The most.
const LONGEST: usize = 512;
/// What stands before the hash of a key that the configuration does not hold itself.
const HASHED: &str = "sha256:";
/// What is signed in order to compare two keys.
const MESSAGE: &[u8] = b"credenza admin key";

/// A key. The key itself is not kept, and it is not printed.
#[derive(Clone)]
pub struct AdminKey(hmac::Tag);

impl AdminKey {
    /// Reads it from the configuration: the key, or `sha256:` and its hash in hexadecimal digits.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::of_length(text, SHORTEST)
    }

    /// The same where the key has so many characters at least.
    pub(super) fn of_length(text: &str, shortest: usize) -> Result<Self, String> {
        if let Some(hash) = text.strip_prefix(HASHED) {
            let digest = digest(hash).ok_or("must have 64 hexadecimal digits after sha256:")?;
            return Ok(Self(hmac::sign(&key(&digest), MESSAGE)));
        }
        let has_length = (shortest..=LONGEST).contains(&text.len());
        if !has_length || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(format!(
                "must have {shortest} to {LONGEST} visible ASCII characters, as `openssl rand -hex 32` prints them, or be \
                 their SHA-256 after sha256:"
            ));
        }
        Ok(Self(hmac::sign(&key(&sha256(text.as_bytes())), MESSAGE)))
    }

    /// Whether that is the key, compared in constant time.
    #[must_use]
    pub fn is(&self, presented: &str) -> bool {
        hmac::verify(&key(&sha256(presented.as_bytes())), MESSAGE, self.0.as_ref()).is_ok()
    }

    /// Whether both are the same key.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.0.as_ref() == other.0.as_ref()
    }
}

fn key(digest: &[u8; 32]) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, digest)
}

/// The bytes that 64 hexadecimal digits stand for.
fn digest(hex: &str) -> Option<[u8; 32]> {
    let byte = |pair: &[u8]| {
        let digit = |digit: &u8| char::from(*digit).to_digit(16);
        let [high, low] = pair else { return None };
        u8::try_from(digit(high)? * 16 + digit(low)?).ok()
    };
    hex.as_bytes().chunks(2).map(byte).collect::<Option<Vec<_>>>()?.try_into().ok()
}

impl fmt::Debug for AdminKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AdminKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_key_itself_is_the_key() {
        let text = "0123456789abcdef0123456789abcdef";
        let key = AdminKey::parse(text).unwrap();
        assert!(key.is(text));
        for other in ["", "0123456789abcdef", "0123456789abcdef0123456789abcdeF", &format!("{text} ")] {
            assert!(!key.is(other), "{other}");
        }
        assert_eq!(format!("{key:?}"), "AdminKey");
        for bad in ["short", "0123456789abcdef 123456789abcdef!", &"x".repeat(513)] {
            assert!(AdminKey::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_hash_stands_for_the_key_and_is_none_itself() {
        let text = "0123456789abcdef0123456789abcdef";
        let hex: String = sha256(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        for hashed in [format!("sha256:{hex}"), format!("sha256:{}", hex.to_uppercase())] {
            let key = AdminKey::parse(&hashed).unwrap();
            assert!(key.is(text) && !key.is(&hashed) && !key.is(&hex));
            assert!(key.is_same(&AdminKey::parse(text).unwrap()));
        }
        for bad in [&hex[1..], &hex.replace('0', "g"), &format!("{hex}00"), "", "ü"] {
            assert!(AdminKey::parse(&format!("sha256:{bad}")).is_err(), "{bad}");
        }
    }
}
