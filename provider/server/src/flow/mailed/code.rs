//! The code of a mail: whoever types it in the browser that asked need not open the link.
//!
//! It follows from the secret of the link, which the page carries encrypted ([`super::ticket`]): nothing of it is stored.

use credenza_protocol::secret::{Secret, SecretHash};
use credenza_protocol::time::Seconds;
use credenza_storage::Take;
use ring::hmac;

use super::{Purpose, WINDOW, take};
use crate::accounts::known_device::Slot;
use crate::context::Context;
use crate::failure::Failure;

/// How many digits it has.
const DIGITS: usize = 6;
/// How many codes may be typed for one account within an hour, however many mails are asked for.
pub(crate) const TRIES: u32 = 5;

/// The code of a secret: six digits.
pub(crate) fn of(purpose: Purpose, secret: &Secret) -> String {
    let tag = hmac::sign(&key(secret), &message(purpose));
    let number = tag.as_ref().iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{:0DIGITS$}", number % 10_u64.pow(DIGITS as u32))
}

/// What became of a code.
pub enum Typed {
    /// It is right: on with the link.
    Right(Secret),
    /// It is wrong, or the mail is no longer good.
    Wrong,
    /// Too many were wrong; the next may come after so many seconds.
    TooMany(Seconds),
}

/// Whether that is the code of the secret. It is compared in constant time; spaces and hyphens that somebody types between
/// digits are not part of it.
pub(crate) fn is_of(purpose: Purpose, secret: &Secret, typed: &str) -> bool {
    let digits: String =
        typed.chars().filter(|character| !character.is_whitespace() && *character != '-').collect();
    let (key, right) = (key(secret), of(purpose, secret));
    hmac::verify(&key, digits.as_bytes(), hmac::sign(&key, right.as_bytes()).as_ref()).is_ok()
}

/// The codes that were typed for one account, or address. Another mail does not begin anew; a device that the account has
/// signed in from counts by itself.
pub(crate) struct Tries(SecretHash);

impl Tries {
    /// Those for that account, whether there is one or not.
    pub(crate) fn of(purpose: Purpose, account: &str, device: Option<Slot>) -> Self {
        let device = device.map(|slot| slot.number().to_string()).unwrap_or_default();
        Self(SecretHash::of(&purpose.bound_to(format!("codes\0{device}\0{account}").as_bytes())))
    }

    /// Counts one more, before it is looked at.
    pub(crate) async fn take(&self, context: &Context) -> Result<Take, Failure> {
        take(context, self.0, TRIES, WINDOW).await
    }

    /// Forgets them: one was right.
    pub(crate) async fn forget(&self, context: &Context) -> Result<(), Failure> {
        let (tenant, limits) = (&context.realm.tenant.tenant_id, &context.state.store.rate_limits);
        Ok(limits.forget(tenant, self.0, context.now).await?)
    }
}

fn message(purpose: Purpose) -> Vec<u8> {
    format!("{} code", purpose.as_str()).into_bytes()
}

fn key(secret: &Secret) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, secret.reveal().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PURPOSE: Purpose = Purpose::SignIn;

    #[test]
    fn a_code_is_six_digits_and_follows_from_the_secret_and_its_purpose() {
        let secrets: Vec<_> = (0..64).map(|n| Secret::presented(format!("secret {n}"))).collect();
        let mut codes: Vec<_> = secrets.iter().map(|secret| of(PURPOSE, secret)).collect();
        for (secret, code) in secrets.iter().zip(&codes) {
            assert!(code.len() == DIGITS && code.bytes().all(|byte| byte.is_ascii_digit()), "{code}");
            let (first, second) = code.split_at(3);
            for typed in [code.clone(), format!(" {first} {second} "), format!("{first}-{second}")] {
                assert!(is_of(PURPOSE, secret, &typed), "{typed}");
            }
            for typed in ["", first, &format!("{code}0"), "abcdef"] {
                assert!(!is_of(PURPOSE, secret, typed), "{typed}");
            }
        }
        assert!(secrets.iter().any(|secret| of(PURPOSE, secret) != of(Purpose::SignUp, secret)));
        codes.sort_unstable();
        codes.dedup();
        assert!(codes.len() > 60, "{}", codes.len());
    }
}
