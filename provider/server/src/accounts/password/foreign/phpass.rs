//! The portable hashes of phpass, which WordPress and phpBB have used: MD5, again and again.

use md5::{Digest as _, Md5};

use super::Unusable;
use super::encoding::same;

const NAME: &str = "phpass";
/// The digits of its own base64.
const DIGITS: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// 2^22 rounds: a second.
const MOST: usize = 22;

/// A hash by phpass.
pub(crate) struct Phpass {
    rounds: u32,
    salt: String,
    output: String,
}

impl Phpass {
    /// What follows `$P$` or `$H$`: a digit for the rounds, eight for the salt, and the hash.
    pub(super) fn read(rest: &str) -> Result<Self, Unusable> {
        let is_complete = rest.len() == 31 && rest.bytes().all(|byte| DIGITS.contains(&byte));
        let (Some(first), Some(salt), Some(output), true) =
            (rest.bytes().next(), rest.get(1..9), rest.get(9..), is_complete)
        else {
            return Err(Unusable::Malformed(NAME));
        };
        match DIGITS.iter().position(|digit| *digit == first) {
            Some(doublings @ 7..=MOST) => {
                Ok(Self { rounds: 1 << doublings, salt: salt.to_owned(), output: output.to_owned() })
            }
            _ => Err(Unusable::Costly(NAME)),
        }
    }

    pub(super) fn matches(&self, password: &[u8]) -> bool {
        let mut digest = Md5::new().chain_update(&self.salt).chain_update(password).finalize();
        for _ in 0..self.rounds {
            digest = Md5::new().chain_update(digest).chain_update(password).finalize();
        }
        same(encode(&digest).as_bytes(), self.output.as_bytes())
    }
}

/// Six bits at a time, the lowest first.
fn encode(bytes: &[u8]) -> String {
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let value = three.iter().rev().fold(0_usize, |value, byte| (value << 8) | usize::from(*byte));
        for digit in 0..=three.len() {
            let digit = DIGITS.get((value >> (6 * digit)) & 0x3f).copied().unwrap_or_default();
            text.push(char::from(digit));
        }
    }
    text
}
