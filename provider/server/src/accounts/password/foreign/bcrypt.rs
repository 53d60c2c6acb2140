//! bcrypt, as OpenBSD, PHP, Ruby, Java and Node write it, and in the two forms of Django.

use credenza_validator::hash::sha256;
use zeroize::Zeroizing;

use super::Unusable;

const NAME: &str = "bcrypt";
/// 2^16 rounds: some four seconds.
const MOST: u32 = 16;

/// A hash by bcrypt.
pub(crate) struct Bcrypt {
    text: String,
    /// Whether the password was hashed by SHA-256 first, in hexadecimal, since bcrypt looks at 72 bytes alone.
    of_digest: bool,
}

impl Bcrypt {
    pub(super) fn read(text: &str) -> Result<Self, Unusable> {
        let mut parts = text.split('$').skip(2);
        let (Some(cost), Some(rest), None) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Unusable::Malformed(NAME));
        };
        let is_known = matches!(text.get(..4), Some("$2a$" | "$2b$" | "$2x$" | "$2y$"));
        let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/');
        if !is_known || cost.len() != 2 || rest.len() != 53 || !rest.bytes().all(is_base64) {
            return Err(Unusable::Malformed(NAME));
        }
        match cost.parse() {
            Ok(4..=MOST) => Ok(Self { text: text.to_owned(), of_digest: false }),
            Ok(_) => Err(Unusable::Costly(NAME)),
            Err(_) => Err(Unusable::Malformed(NAME)),
        }
    }

    /// Django's `bcrypt_sha256`.
    pub(super) fn of_digest(text: &str) -> Result<Self, Unusable> {
        Ok(Self { of_digest: true, ..Self::read(text)? })
    }

    pub(super) fn matches(&self, password: &[u8]) -> bool {
        let verified = if self.of_digest {
            let hex: String = sha256(password).iter().map(|byte| format!("{byte:02x}")).collect();
            bcrypt::verify(Zeroizing::new(hex).as_bytes(), &self.text)
        } else {
            bcrypt::verify(password, &self.text)
        };
        verified.unwrap_or(false)
    }
}
