//! Proof of work: a browser looks for a number that makes a hash begin with so many zeros, which costs it a second and whoever
//! sends a million forms a million seconds.

use ring::digest::{SHA256, digest};

/// How many bits of the hash are zero: some hundred thousand tries.
pub const BITS: u32 = 17;
/// The longest number, in digits.
const LONGEST: usize = 16;

/// Whether that number, in decimal digits, is the work for this challenge: SHA-256 of `CHALLENGE.NUMBER` begins with [`BITS`]
/// zeros.
#[must_use]
pub fn is_done(challenge: &str, number: &str) -> bool {
    let is_number = (1..=LONGEST).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number && zeros(digest(&SHA256, format!("{challenge}.{number}").as_bytes()).as_ref()) >= BITS
}

/// With how many zero bits it begins.
fn zeros(hash: &[u8]) -> u32 {
    let whole = hash.iter().take_while(|byte| **byte == 0);
    let first = hash.iter().find(|byte| **byte != 0).map_or(0, |byte| byte.leading_zeros());
    whole.map(|_| 8).sum::<u32>() + first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_are_counted_from_the_front() {
        for (hash, count) in
            [(&[0x80][..], 0), (&[1], 7), (&[0, 0xff], 8), (&[0, 0, 0x40], 17), (&[0, 0], 16)]
        {
            assert_eq!(zeros(hash), count, "{hash:?}");
        }
    }

    #[test]
    fn a_number_is_the_work_of_one_challenge() {
        let number =
            (0_u64..).map(|number| number.to_string()).find(|number| is_done("one", number)).unwrap();
        assert!(!is_done("two", &number));
        for wrong in ["", "x", "-1", "1e9", " 1", "12345678901234567", &format!("0{number}")] {
            assert!(!is_done("one", wrong), "{wrong}");
        }
    }
}
