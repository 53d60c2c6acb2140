//! Usernames: which may be given, and when two are one (RFC 8265 3.3) or look alike (UTS 39 4).
//!
//! A username is one or more words with a space between them (RFC 8265 3.5). Each word, and each part of one that is
//! written like an email address, conforms to the profile `UsernameCaseMapped`. It is stored as it was given and compared
//! in the form of the profile. Names that were stored before may not conform; they are compared trimmed and in lower
//! case, and go on as they are.

use unicode_security::confusable_detection::skeleton;

use crate::email::EmailAddress;
use crate::precis::{self, Nonconforming};
use crate::secret::SecretHash;

/// The longest username, in characters: any email address fits.
pub const LONGEST: usize = 254;
/// The longest username as it is compared, in bytes.
const LONGEST_BYTES: usize = 1016;

/// Why a username cannot be given.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum InvalidUsername {
    /// It says nothing.
    #[error("must not be empty")]
    Empty,
    /// It has more than [`LONGEST`] characters.
    #[error("must have at most {LONGEST} characters")]
    Long,
    /// It begins or ends with a space, or has two together.
    #[error("must not begin or end with a space, nor have two spaces together")]
    Space,
    /// It has characters that act on a terminal or a log.
    #[error("must not contain control characters")]
    Control,
    /// This character may not stand there.
    #[error("must not contain U+{:04X} there (RFC 8265 3.3)", u32::from(*.0))]
    Character(char),
    /// It mixes directions of writing.
    #[error(
        "must not mix letters that are written from left to right with such from right to left (RFC 5893 2)"
    )]
    Direction,
}

/// The form in which a username is compared, if it may be given.
///
/// # Errors
/// [`InvalidUsername`], the first reason.
pub fn prepare(username: &str) -> Result<String, InvalidUsername> {
    if username.trim().is_empty() {
        return Err(InvalidUsername::Empty);
    }
    if username.chars().count() > LONGEST {
        return Err(InvalidUsername::Long);
    }
    if username.chars().any(char::is_control) {
        return Err(InvalidUsername::Control);
    }
    let words = username.split(' ').map(|word| match word {
        "" => Err(InvalidUsername::Space),
        word => word_of(word),
    });
    let compared = words.collect::<Result<Vec<_>, _>>()?.join(" ");
    if compared.len() > LONGEST_BYTES { Err(InvalidUsername::Long) } else { Ok(compared) }
}

/// A word. Of one that is written like an email address each part keeps its own direction, since the domain of most
/// is in Latin letters.
fn word_of(word: &str) -> Result<String, InvalidUsername> {
    if !word.contains('@') {
        return conforming(word);
    }
    let mut compared = String::with_capacity(word.len());
    for part in word.split_inclusive(['@', '.']) {
        let (text, end) = match part.chars().next_back() {
            Some(end @ ('@' | '.')) => (part.strip_suffix(end).unwrap_or(part), Some(end)),
            _ => (part, None),
        };
        compared.push_str(&conforming(text)?);
        compared.extend(end);
    }
    Ok(compared)
}

fn conforming(word: &str) -> Result<String, InvalidUsername> {
    precis::username_case_mapped(word).map_err(|why| match why {
        Nonconforming::Character(character) => InvalidUsername::Character(character),
        Nonconforming::Direction => InvalidUsername::Direction,
    })
}

/// The key of a username: what is typed is trimmed, and taken in the form in which usernames are compared. A name that
/// does not conform is taken in lower case.
#[must_use]
pub fn username_key(username: &str) -> String {
    prepare(username.trim()).unwrap_or_else(|_| lower_case(username))
}

/// Every key under which the account of that name may be stored: that of [`username_key`], and those by which names were
/// stored before they were compared by RFC 8265.
#[must_use]
pub fn stored_keys(username: &str) -> Vec<String> {
    let before = lower_case(username);
    let mut keys = vec![username_key(username)];
    for earlier in [precis::nfd(&before), before] {
        if !keys.contains(&earlier) {
            keys.push(earlier);
        }
    }
    keys
}

/// Whether that is the stored name itself, case aside, and not only one that is compared as equal.
#[must_use]
pub fn is_as_stored(typed: &str, stored: &str) -> bool {
    lower_case(typed) == lower_case(stored)
}

/// Whether that is the name of the user whose name is stored like this, as usernames are compared now or were before.
#[must_use]
pub fn is_named(typed: &str, stored: &str) -> bool {
    is_as_stored(typed, stored) || username_key(typed) == username_key(stored)
}

fn lower_case(username: &str) -> String {
    username.trim().to_lowercase()
}

/// What a username looks like: the skeletons of its forms (UTS 39 4), each as a hash, since nothing else is done with
/// them than to compare. Two names look alike if they have one in common. A name that does not conform has none.
#[must_use]
pub fn looks(username: &str) -> Vec<SecretHash> {
    let Ok(compared) = prepare(username) else { return vec![] };
    // The name is shown as it was given: a capital letter may look like another small one.
    let mut looks: Vec<_> = [compared, precis::nfc(username)].iter().map(|form| look(form)).collect();
    looks.dedup();
    looks
}

fn look(form: &str) -> SecretHash {
    SecretHash::of(skeleton(form).collect::<String>().as_bytes())
}

/// The key of an email address by which its owner signs in: that of [`EmailAddress::key`].
#[must_use]
pub fn email_key(address: &str) -> Option<String> {
    EmailAddress::parse(address.trim()).ok()?.key()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look_alike(one: &str, other: &str) -> bool {
        let others = looks(other);
        looks(one).iter().any(|look| others.contains(look))
    }

    #[test]
    fn rfc8265_3_usernames_that_may_be_given() {
        for (given, compared) in [
            ("Alice", "alice"),
            ("ALICE@Example.COM", "alice@example.com"),
            ("Ada Lovelace", "ada lovelace"),
            ("J\u{f6}rg", "j\u{f6}rg"),
            ("Jo\u{308}rg", "j\u{f6}rg"),
            ("\u{ff21}lice", "alice"),
            ("\u{5d3}\u{5d5}\u{5d3}@example.com", "\u{5d3}\u{5d5}\u{5d3}@example.com"),
            ("\u{7528}\u{6237}", "\u{7528}\u{6237}"),
            ("auth0|5f7c8ec7", "auth0|5f7c8ec7"),
        ] {
            assert_eq!(prepare(given).as_deref(), Ok(compared), "{given:?}");
            assert_eq!(username_key(&format!("\t{given} ")), compared);
        }
        assert!(prepare(&"\u{7528}".repeat(LONGEST)).is_ok(), "characters count, not bytes");
    }

    #[test]
    fn rfc8265_3_usernames_that_may_not_be_given() {
        for (given, why) in [
            ("", InvalidUsername::Empty),
            ("  ", InvalidUsername::Empty),
            (" a", InvalidUsername::Space),
            ("a  b", InvalidUsername::Space),
            ("a\nb", InvalidUsername::Control),
            ("a\u{a0}b", InvalidUsername::Character('\u{a0}')),
            ("\u{212a}evin", InvalidUsername::Character('\u{212a}')),
            ("a\u{200b}", InvalidUsername::Character('\u{200b}')),
            ("\u{202e}a", InvalidUsername::Character('\u{202e}')),
            ("\u{1f600}", InvalidUsername::Character('\u{1f600}')),
            ("a\u{5d0}", InvalidUsername::Direction),
        ] {
            assert_eq!(prepare(given), Err(why), "{given:?}");
        }
        assert_eq!(prepare(&"x".repeat(LONGEST + 1)), Err(InvalidUsername::Long));
        assert_eq!(
            InvalidUsername::Character('\u{ad}').to_string(),
            "must not contain U+00AD there (RFC 8265 3.3)"
        );
    }

    #[test]
    fn names_that_were_stored_before_are_found() {
        for (stored, typed) in [
            ("Jo\u{308}rg", "j\u{f6}rg"),
            ("Jo\u{308}rg", "JO\u{308}RG"),
            ("a\u{200b}", "A\u{200b}"),
            ("\u{ff41}lice", "\u{ff41}lice"),
        ] {
            assert!(stored_keys(typed).contains(&lower_case(stored)), "{stored:?}");
        }
        assert!(is_as_stored(" ALICE", "alice") && !is_as_stored("\u{ff41}lice", "alice"));
    }

    #[test]
    fn a129_names_that_look_alike() {
        for (one, other) in [
            ("paypal", "p\u{430}ypal"),
            ("paypal", "\u{440}\u{430}\u{443}\u{440}\u{430}l"),
            ("paypal", "paypaI"),
            ("alice", "\u{430}lice"),
            ("alice", "ALICE"),
            ("scope", "\u{455}\u{441}\u{43e}\u{440}\u{435}"),
        ] {
            assert!(look_alike(one, other), "{one} {other}");
        }
        for (one, other) in [("alice", "bob"), ("mike", "m\u{131}ke2"), ("jo", "j\u{f6}"), ("ss", "\u{df}")] {
            assert!(!look_alike(one, other), "{one} {other}");
        }
        assert!(looks("a\u{200b}").is_empty());
    }
}
