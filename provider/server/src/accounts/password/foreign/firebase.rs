//! scrypt as Firebase has changed it: the key of a project is encrypted under what scrypt makes of the password, and the
//! result is the hash.
//!
//! Written here as `$firebase-scrypt$ln=14,r=8$SALT$SEPARATOR$KEY$HASH`, from the parameters that Firebase shows for the
//! project (`mem_cost` is `ln`, `rounds` is `r`) and what it exports of each person.

use aes::Aes256;
use ctr::Ctr128BE;
use ctr::cipher::{KeyIvInit as _, StreamCipher as _};
use scrypt::Params;
use zeroize::Zeroizing;

use super::Unusable;
use super::encoding::{base64, same};
use super::scrypt::params_of;

const NAME: &str = "firebase-scrypt";

/// A hash of Firebase.
pub(crate) struct Firebase {
    params: Params,
    /// The salt of the person, then the separator of the project.
    salt: Vec<u8>,
    key: Vec<u8>,
    output: Vec<u8>,
}

impl Firebase {
    pub(super) fn read(text: &str) -> Result<Self, Unusable> {
        let parts: Vec<_> = text.split('$').collect();
        let [params, salt, separator, key, output] = parts.as_slice() else {
            return Err(Unusable::Malformed(NAME));
        };
        let bytes = |text: &str| base64(text).ok_or(Unusable::Malformed(NAME));
        let params = params_of(params)?;
        let salt = [bytes(salt)?, bytes(separator)?].concat();
        let (key, output) = (bytes(key)?, bytes(output)?);
        if !(16..=1024).contains(&key.len()) || output.len() != key.len() {
            return Err(Unusable::Malformed(NAME));
        }
        Ok(Self { params, salt, key, output })
    }

    pub(super) fn matches(&self, password: &[u8]) -> bool {
        let mut under = Zeroizing::new([0_u8; 32]);
        if scrypt::scrypt(password, &self.salt, &self.params, &mut *under).is_err() {
            return false;
        }
        let Ok(mut cipher) = Ctr128BE::<Aes256>::new_from_slices(under.as_slice(), &[0; 16]) else {
            return false;
        };
        let mut output = self.key.clone();
        cipher.apply_keystream(&mut output);
        same(&output, &self.output)
    }
}
