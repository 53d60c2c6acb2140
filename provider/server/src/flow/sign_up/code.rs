//! The code of the mail: whoever types it in the browser that asked need not open the link.
//!
//! It follows from the secret of the link, which the page carries encrypted as its ticket: nothing of it is stored, and a
//! code is good in the browser that asked for it alone.

use credenza_protocol::secret::{Secret, SecretHash};
use credenza_storage::Take;
use ring::hmac;
use serde::{Deserialize, Serialize};

use super::{LASTS, PURPOSE, look};
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::interaction::Pending;
use crate::flow::mailed::take;

/// How many digits it has.
const DIGITS: usize = 6;
/// How many codes may be typed for one mail.
pub(crate) const TRIES: u32 = 5;

/// What the page carries that asks for the code.
pub struct Ticket {
    /// The secret of the link.
    pub secret: Secret,
    /// The address that the mail goes to.
    pub address: String,
}

#[derive(Serialize, Deserialize)]
struct Carried {
    secret: String,
    address: String,
}

/// What became of a code.
pub enum Typed {
    /// It is right: on with the link.
    Right(Secret),
    /// It is wrong, or the mail is no longer good.
    Wrong,
    /// Too many were wrong.
    TooMany,
}

impl Ticket {
    /// For this interaction, in this browser.
    pub(super) fn seal(&self, context: &Context, pending: &Pending) -> Result<Secret, Failure> {
        const FAILED: Failure = Failure::Internal("a ticket cannot be encrypted");
        let carried = Carried { secret: self.secret.reveal().to_owned(), address: self.address.clone() };
        let plain = serde_json::to_vec(&carried).map_err(|_| FAILED)?;
        let sealed = context.realm.handles.seal(context.state.rng.as_ref(), &bound_to(pending), &plain);
        Ok(sealed.ok_or(FAILED)?.handle)
    }
}

/// The ticket of this interaction and this browser, if it is one.
#[must_use]
pub fn opened(context: &Context, pending: &Pending, ticket: &str) -> Option<Ticket> {
    let opened = context.realm.handles.open(ticket, &bound_to(pending))?;
    let Carried { secret, address } = serde_json::from_slice(&opened.plain).ok()?;
    Some(Ticket { secret: Secret::presented(secret), address })
}

/// Checks a code. Each try is counted before it is looked at, whether there is anything to be guessed or not.
///
/// # Errors
/// [`Failure`].
pub async fn enter(context: &Context, ticket: &Ticket, typed: &str) -> Result<Typed, Failure> {
    let key = SecretHash::of(&PURPOSE.bound_to(ticket.secret.hash().as_bytes()));
    if let Take::Refused { .. } = take(context, key, TRIES, LASTS).await? {
        return Ok(Typed::TooMany);
    }
    let stands = look(context, ticket.secret.reveal()).await?.is_some();
    let is_right = is_code_of(&ticket.secret, typed);
    Ok(if stands && is_right { Typed::Right(ticket.secret.clone()) } else { Typed::Wrong })
}

/// The code of a secret: six digits.
pub(super) fn of(secret: &Secret) -> String {
    let tag = hmac::sign(&key(secret), MESSAGE);
    let number = tag.as_ref().iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{:0DIGITS$}", number % 10_u64.pow(DIGITS as u32))
}

/// Compared in constant time; spaces and hyphens that somebody types between digits are not part of it.
fn is_code_of(secret: &Secret, typed: &str) -> bool {
    let digits: String =
        typed.chars().filter(|character| !character.is_whitespace() && *character != '-').collect();
    let (key, right) = (key(secret), of(secret));
    hmac::verify(&key, digits.as_bytes(), hmac::sign(&key, right.as_bytes()).as_ref()).is_ok()
}

const MESSAGE: &[u8] = b"sign up code";

fn key(secret: &Secret) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, secret.reveal().as_bytes())
}

/// Unlike what other handles are bound to, so that none is taken for another.
fn bound_to(pending: &Pending) -> Vec<u8> {
    let (handle, browser) = (pending.handle.hash(), pending.binding.hash());
    PURPOSE.bound_to(&[handle.as_bytes(), browser.as_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_six_digits_and_follows_from_the_secret() {
        let secrets: Vec<_> = (0..64).map(|n| Secret::presented(format!("secret {n}"))).collect();
        let mut codes: Vec<_> = secrets.iter().map(of).collect();
        for (secret, code) in secrets.iter().zip(&codes) {
            assert!(code.len() == DIGITS && code.bytes().all(|byte| byte.is_ascii_digit()), "{code}");
            let (first, second) = code.split_at(3);
            for typed in [code.clone(), format!(" {first} {second} "), format!("{first}-{second}")] {
                assert!(is_code_of(secret, &typed), "{typed}");
            }
            for typed in ["", first, &format!("{code}0"), "abcdef"] {
                assert!(!is_code_of(secret, typed), "{typed}");
            }
        }
        codes.sort_unstable();
        codes.dedup();
        assert!(codes.len() > 60, "{}", codes.len());
    }
}
