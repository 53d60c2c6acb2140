//! SHA-crypt, the hashes of `/etc/shadow`: `$5$` by SHA-256 and `$6$` by SHA-512.

use sha_crypt::{PasswordVerifier as _, ShaCrypt as Verifier};

use super::Unusable;

const NAME: &str = "SHA-crypt";
/// The rounds where nothing is said.
const DEFAULT_ROUNDS: u32 = 5000;
/// The most rounds: some seconds, with the longest password.
const MOST: u32 = 1_000_000;

/// A hash by SHA-crypt.
pub(crate) struct ShaCrypt(String);

impl ShaCrypt {
    pub(super) fn read(text: &str) -> Result<Self, Unusable> {
        let (kind, rest) = text.trim_start_matches('$').split_once('$').ok_or(Unusable::Malformed(NAME))?;
        let (rounds, rest) = match rest.strip_prefix("rounds=").and_then(|rest| rest.split_once('$')) {
            Some((rounds, rest)) => (rounds.parse().map_err(|_| Unusable::Malformed(NAME))?, rest),
            None => (DEFAULT_ROUNDS, rest),
        };
        let parts: Vec<_> = rest.split('$').collect();
        let [salt, output] = parts.as_slice() else { return Err(Unusable::Malformed(NAME)) };
        let length = if kind == "5" { 43 } else { 86 };
        let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/');
        if !(1..=16).contains(&salt.len()) || output.len() != length || !output.bytes().all(is_digit) {
            return Err(Unusable::Malformed(NAME));
        }
        if (1000..=MOST).contains(&rounds) { Ok(Self(text.to_owned())) } else { Err(Unusable::Costly(NAME)) }
    }

    pub(super) fn matches(&self, password: &[u8]) -> bool {
        Verifier::SHA512.verify_password(password, self.0.as_str()).is_ok()
    }
}
