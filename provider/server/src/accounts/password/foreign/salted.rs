//! Salted digests of LDAP directories: `{SSHA}`, `{SSHA256}`, `{SSHA512}`, each the digest of password and salt, then the
//! salt.

use ring::digest;

use super::Unusable;
use super::encoding::{base64, same};

const NAME: &str = "SSHA";
/// The longest salt, in bytes.
const LONGEST_SALT: usize = 64;

/// A salted digest.
pub(crate) struct Salted {
    algorithm: &'static digest::Algorithm,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl Salted {
    pub(super) fn read(text: &str) -> Result<Self, Unusable> {
        let (scheme, rest) =
            text.strip_prefix('{').and_then(|text| text.split_once('}')).ok_or(Unusable::Unknown)?;
        let algorithm = match scheme.to_ascii_uppercase().as_str() {
            "SSHA" => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            "SSHA256" => &digest::SHA256,
            "SSHA512" => &digest::SHA512,
            _ => return Err(Unusable::Unknown),
        };
        let bytes = base64(rest).ok_or(Unusable::Malformed(NAME))?;
        let (output, salt) =
            bytes.split_at_checked(algorithm.output_len()).ok_or(Unusable::Malformed(NAME))?;
        // Without a salt it would be the same for everybody who has that password.
        if !(1..=LONGEST_SALT).contains(&salt.len()) {
            return Err(Unusable::Malformed(NAME));
        }
        Ok(Self { algorithm, salt: salt.to_vec(), output: output.to_vec() })
    }

    pub(super) fn matches(&self, password: &[u8]) -> bool {
        let mut digest = digest::Context::new(self.algorithm);
        digest.update(password);
        digest.update(&self.salt);
        same(digest.finish().as_ref(), &self.output)
    }
}
