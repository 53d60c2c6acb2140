//! PRECIS: how internationalized usernames and passwords are prepared and compared (RFC 8264, RFC 8265).
//!
//! The classes are derived from the properties of Unicode as RFC 8264 8 describes, so that they follow each version of
//! Unicode; IANA's table of them stands at version 6.3, which lacks what was added since 2013.

mod context;
mod derived;
mod direction;

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

use derived::Derived;

/// Why a text does not conform to a profile.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Nonconforming {
    /// This character may not stand there.
    Character(char),
    /// It mixes directions (RFC 5893 2).
    Direction,
}

/// Normalization form C (UAX 15).
pub(crate) fn nfc(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned()
}

/// Normalization form D (UAX 15).
pub(crate) fn nfd(text: &str) -> String {
    DecomposingNormalizerBorrowed::new_nfd().normalize(text).into_owned()
}

/// The width mapping rule (RFC 8264 5.2.1): fullwidth and halfwidth characters become what they are forms of.
pub(crate) fn widths(text: &str) -> String {
    let nfkc = ComposingNormalizerBorrowed::new_nfkc();
    let mut mapped = String::with_capacity(text.len());
    for character in text.chars() {
        if character == '\u{3000}' || ('\u{ff01}'..='\u{ffee}').contains(&character) {
            let mut buffer = [0; 4];
            mapped.push_str(&nfkc.normalize(character.encode_utf8(&mut buffer)));
        } else {
            mapped.push(character);
        }
    }
    mapped
}

/// One word of a username by the profile `UsernameCaseMapped` (RFC 8265 3.3): the form that is compared. The rules are
/// applied until nothing changes (RFC 8264 7).
///
/// # Errors
/// [`Nonconforming`].
pub(crate) fn username_case_mapped(word: &str) -> Result<String, Nonconforming> {
    let mut text = word.to_owned();
    for _ in 0..4 {
        let prepared = widths(&text);
        conforms(&prepared)?;
        let mapped = nfc(&prepared.to_lowercase());
        if mapped == text {
            break;
        }
        text = mapped;
    }
    conforms(&text)?;
    if direction::keeps_bidi_rule(&text) { Ok(text) } else { Err(Nonconforming::Direction) }
}

/// Whether each character is of the class `IdentifierClass` (RFC 8264 4.2), in its context where that counts.
fn conforms(text: &str) -> Result<(), Nonconforming> {
    let characters: Vec<char> = text.chars().collect();
    for (at, character) in characters.iter().copied().enumerate() {
        let fits = match Derived::of(character) {
            Derived::Valid => true,
            Derived::Contextual => context::fits(&characters, at),
            Derived::FreeformOnly | Derived::Disallowed | Derived::Unassigned => false,
        };
        if !fits {
            return Err(Nonconforming::Character(character));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc8265_3_5_examples() {
        for (word, compared) in [
            ("juliet@example.com", "juliet@example.com"),
            ("fussball", "fussball"),
            ("fu\u{df}ball", "fu\u{df}ball"),
            ("\u{3c0}", "\u{3c0}"),
            ("\u{3a3}", "\u{3c3}"),
            ("\u{3c3}", "\u{3c3}"),
            ("\u{3c2}", "\u{3c2}"),
            ("Juliet", "juliet"),
            ("\u{ff21}lice", "alice"),
            ("a\u{30a}", "\u{e5}"),
            ("A\u{30a}", "\u{e5}"),
            ("\u{ff76}\u{ff9e}", "\u{30ac}"),
            ("\u{130}", "i\u{307}"),
            ("\u{5d3}\u{5d5}\u{5d3}", "\u{5d3}\u{5d5}\u{5d3}"),
            ("l\u{b7}l", "l\u{b7}l"),
        ] {
            assert_eq!(username_case_mapped(word).as_deref(), Ok(compared), "{}", word.escape_unicode());
            assert_eq!(username_case_mapped(compared).as_deref(), Ok(compared), "it is stable");
        }
    }

    #[test]
    fn rfc8265_3_5_what_does_not_conform() {
        for (word, wrong) in [
            ("foo bar", ' '),
            ("henry\u{2163}", '\u{2163}'),
            ("\u{265a}", '\u{265a}'),
            ("\u{212a}evin", '\u{212a}'),
            ("\u{fb01}", '\u{fb01}'),
            ("a\u{200b}", '\u{200b}'),
            ("a\u{202e}", '\u{202e}'),
            ("a\u{ad}", '\u{ad}'),
            ("a\u{200d}b", '\u{200d}'),
            ("a\u{0}", '\0'),
            ("\u{1100}", '\u{1100}'),
            ("\u{e000}", '\u{e000}'),
            ("a\u{b7}b", '\u{b7}'),
            ("\u{30fb}", '\u{30fb}'),
            ("\u{1f600}", '\u{1f600}'),
        ] {
            assert_eq!(username_case_mapped(word), Err(Nonconforming::Character(wrong)), "{word:?}");
        }
        for mixed in ["a\u{5d0}", "\u{5d0}a", "\u{5d0}1\u{661}", "1\u{5d0}"] {
            assert_eq!(username_case_mapped(mixed), Err(Nonconforming::Direction), "{mixed:?}");
        }
    }
}
