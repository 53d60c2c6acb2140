//! Passwords as they are compared: the profile `OpaqueString` (RFC 8265 4.2), so that one password that two keyboards
//! send in two forms is one.
//!
//! Of its class only what could not be typed is refused: control characters. Characters that Unicode has assigned since,
//! and those that join emoji, are what people choose today, and refusing them would protect nobody.

use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;
use zeroize::Zeroizing;

use crate::precis;

/// The longest password, in characters: nobody types a longer one (ASVS 6.2.9 asks that 64 be allowed).
pub const LONGEST: usize = 1024;
/// The longest password, in bytes; a longer one is refused unread.
pub const LONGEST_BYTES: usize = 4096;

/// Why a password cannot be set.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum InvalidPassword {
    /// It has no characters.
    #[error("must not be empty")]
    Empty,
    /// It has more than [`LONGEST`] characters or [`LONGEST_BYTES`] bytes.
    #[error("must have at most {LONGEST} characters and {LONGEST_BYTES} bytes")]
    Long,
    /// It has control characters, which cannot be typed everywhere.
    #[error("must not contain control characters")]
    Control,
}

/// Whether a password is too long to be looked at.
#[must_use]
pub fn is_long(password: &str) -> bool {
    password.len() > LONGEST_BYTES || password.chars().count() > LONGEST
}

/// The form in which a password is hashed and compared: spaces of every kind are one, and the form of its letters is
/// NFC. Case is kept, and nothing is trimmed.
///
/// # Errors
/// [`InvalidPassword`].
pub fn opaque_string(password: &str) -> Result<Zeroizing<String>, InvalidPassword> {
    if password.is_empty() {
        return Err(InvalidPassword::Empty);
    }
    if is_long(password) {
        return Err(InvalidPassword::Long);
    }
    if password.chars().any(char::is_control) {
        return Err(InvalidPassword::Control);
    }
    let is_space = |character: char| {
        CodePointMapData::<GeneralCategory>::new().get(character) == GeneralCategory::SpaceSeparator
    };
    let spaced = password.chars().map(|character| if is_space(character) { ' ' } else { character });
    let spaced = Zeroizing::new(spaced.collect::<String>());
    Ok(Zeroizing::new(precis::nfc(&spaced)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc8265_4_3_examples() {
        for (typed, compared) in [
            ("correct horse battery staple", "correct horse battery staple"),
            ("Correct Horse Battery Staple", "Correct Horse Battery Staple"),
            ("\u{3c0}\u{df}\u{e5}", "\u{3c0}\u{df}\u{e5}"),
            ("Jack of \u{2666}s", "Jack of \u{2666}s"),
            ("foo\u{1680}bar", "foo bar"),
            (" spaces\u{a0}kept\u{3000}", " spaces kept "),
            ("a\u{30a}", "\u{e5}"),
            ("\u{fb01}", "\u{fb01}"),
            ("\u{1f468}\u{200d}\u{1f469}", "\u{1f468}\u{200d}\u{1f469}"),
        ] {
            assert_eq!(opaque_string(typed).unwrap().as_str(), compared, "{typed:?}");
        }
        assert_eq!(opaque_string(""), Err(InvalidPassword::Empty));
        assert_eq!(opaque_string("my cat is a \u{9}by"), Err(InvalidPassword::Control));
        assert_eq!(opaque_string("\0"), Err(InvalidPassword::Control));
    }

    #[test]
    fn a126_its_length_is_in_characters() {
        assert!(opaque_string(&"\u{7528}".repeat(LONGEST)).is_ok());
        assert_eq!(opaque_string(&"x".repeat(LONGEST + 1)), Err(InvalidPassword::Long));
        assert_eq!(opaque_string(&"\u{1f600}".repeat(LONGEST_BYTES / 4 + 1)), Err(InvalidPassword::Long));
    }
}
