//! The key of the configuration that opens the admin API when nobody else can.

use std::fmt;

use ring::hmac;

/// The fewest characters that it has.
const SHORTEST: usize = 32;
/// The most.
const LONGEST: usize = 512;
/// What is signed in order to compare two keys.
const MESSAGE: &[u8] = b"credenza admin key";

/// The admin key. The key itself is not kept, and it is not printed.
#[derive(Clone)]
pub struct AdminKey(hmac::Tag);

impl AdminKey {
    /// Reads it from the configuration.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let has_length = (SHORTEST..=LONGEST).contains(&text.len());
        if !has_length || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(format!(
                "must have {SHORTEST} to {LONGEST} visible ASCII characters, as `openssl rand -hex 32` prints them"
            ));
        }
        Ok(Self(hmac::sign(&key(text), MESSAGE)))
    }

    /// Whether that is the key, compared in constant time.
    #[must_use]
    pub fn is(&self, presented: &str) -> bool {
        hmac::verify(&key(presented), MESSAGE, self.0.as_ref()).is_ok()
    }
}

fn key(text: &str) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, text.as_bytes())
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
}
