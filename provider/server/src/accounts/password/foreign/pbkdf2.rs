//! PBKDF2 (RFC 8018 5.2) with SHA-1, SHA-256 or SHA-512, as PHC strings (`$pbkdf2-sha256$i=600000$SALT$HASH`), passlib
//! (`$pbkdf2-sha256$29000$SALT$HASH`) and Django (`pbkdf2_sha256$600000$SALT$HASH`) write it.

use std::num::NonZeroU32;

use ring::pbkdf2;

use super::Unusable;
use super::encoding::base64;

const NAME: &str = "PBKDF2";
/// The most iterations for one block of output, and for all: some seconds.
const MOST: u64 = 10_000_000;

/// A hash by PBKDF2.
pub(crate) struct Pbkdf2 {
    algorithm: pbkdf2::Algorithm,
    iterations: NonZeroU32,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl Pbkdf2 {
    /// A string in the manner of PHC: its name, and what follows.
    pub(super) fn read(kind: &str, rest: &str) -> Result<Self, Unusable> {
        let digest = match kind.strip_prefix("pbkdf2") {
            Some("") => digest("sha1")?,
            Some(name) => digest(name.trim_start_matches('-'))?,
            None => return Err(Unusable::Unknown),
        };
        let parts: Vec<_> = rest.split('$').collect();
        let [params, salt, output] = parts.as_slice() else { return Err(Unusable::Malformed(NAME)) };
        // `l` is the length of the output, which is there.
        let named = params.split(',').find_map(|param| param.strip_prefix("i="));
        let salt = base64(salt).ok_or(Unusable::Malformed(NAME))?;
        Self::new(digest, named.unwrap_or(params), salt, output)
    }

    /// Django's, after its name.
    pub(super) fn of_django(kind: &str, rest: &str) -> Result<Self, Unusable> {
        let digest = digest(kind.strip_prefix("pbkdf2_").ok_or(Unusable::Unknown)?)?;
        let parts: Vec<_> = rest.split('$').collect();
        let [iterations, salt, output] = parts.as_slice() else { return Err(Unusable::Malformed(NAME)) };
        Self::new(digest, iterations, salt.as_bytes().to_vec(), output)
    }

    fn new(
        (algorithm, block): Digest,
        iterations: &str,
        salt: Vec<u8>,
        output: &str,
    ) -> Result<Self, Unusable> {
        let output = base64(output).filter(|output| (16..=128).contains(&output.len()));
        let output = output.ok_or(Unusable::Malformed(NAME))?;
        let iterations: NonZeroU32 = iterations.parse().map_err(|_| Unusable::Malformed(NAME))?;
        let blocks = u64::try_from(output.len().div_ceil(block)).unwrap_or(u64::MAX);
        if u64::from(iterations.get()).saturating_mul(blocks) > MOST {
            return Err(Unusable::Costly(NAME));
        }
        Ok(Self { algorithm, iterations, salt, output })
    }

    pub(super) fn matches(&self, password: &[u8]) -> bool {
        pbkdf2::verify(self.algorithm, self.iterations, &self.salt, password, &self.output).is_ok()
    }
}

/// A function, and the bytes that one block of its output has.
type Digest = (pbkdf2::Algorithm, usize);

fn digest(name: &str) -> Result<Digest, Unusable> {
    match name {
        "sha1" => Ok((pbkdf2::PBKDF2_HMAC_SHA1, 20)),
        "sha256" => Ok((pbkdf2::PBKDF2_HMAC_SHA256, 32)),
        "sha512" => Ok((pbkdf2::PBKDF2_HMAC_SHA512, 64)),
        _ => Err(Unusable::Unknown),
    }
}
