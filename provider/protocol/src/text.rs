//! Texts that people see: names, descriptions, claims. Lengths count characters, and what cannot be seen is refused,
//! since it could make one name look like another or reorder the words around it (UTS 39 3.1, UAX 9).

use icu_properties::props::{BidiClass, DefaultIgnorableCodePoint, GeneralCategory, NoncharacterCodePoint};
use icu_properties::{CodePointMapData, CodePointSetData};

/// Zero-width non-joiner and joiner: they shape words of Persian and of Indic scripts, and join emoji.
const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];
/// Selectors of one of two forms of a character, such as that of an emoji.
const SELECTORS: std::ops::RangeInclusive<char> = '\u{fe00}'..='\u{fe0f}';

/// Why a text is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum UnfitText {
    /// It says nothing.
    #[error("must not be empty")]
    Empty,
    /// It has more than so many characters.
    #[error("must have at most {0} characters")]
    Long(usize),
    /// It has characters that act on a terminal or a log.
    #[error("must not contain control characters")]
    Control,
    /// It has characters that cannot be seen, or that reorder the text around them.
    #[error("must not contain characters that cannot be seen or that change the direction of text")]
    Unseen,
}

/// Whether a character cannot be seen, reorders the text around it, or has no agreed meaning: controls, format
/// characters such as those of bidirectional text, line separators, what is ignored where it has no effect, fillers,
/// characters for private use.
#[must_use]
pub fn is_unseen(character: char) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new().get(character);
    matches!(
        category,
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
            | GeneralCategory::PrivateUse
    ) || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character)
        || CodePointSetData::new::<NoncharacterCodePoint>().contains(character)
        // A braille pattern without dots; object replacement.
        || matches!(character, '\u{2800}' | '\u{fffc}')
}

/// Whether a text has letters or digits of a script that is written from right to left.
#[must_use]
pub fn has_right_to_left(text: &str) -> bool {
    const CLASSES: [BidiClass; 3] =
        [BidiClass::RightToLeft, BidiClass::ArabicLetter, BidiClass::ArabicNumber];
    text.chars().any(|character| CLASSES.contains(&CodePointMapData::<BidiClass>::new().get(character)))
}

/// Refuses a text of one line that says nothing, is longer than so many characters, or holds what cannot be seen.
/// Joiners and selectors of emoji are let through where they shape what stands before them.
///
/// # Errors
/// [`UnfitText`], the first reason.
pub fn check_line(text: &str, longest: usize) -> Result<(), UnfitText> {
    if text.trim().is_empty() {
        Err(UnfitText::Empty)
    } else if text.chars().count() > longest {
        Err(UnfitText::Long(longest))
    } else if text.chars().any(char::is_control) {
        Err(UnfitText::Control)
    } else if has_unseen(text) {
        Err(UnfitText::Unseen)
    } else {
        Ok(())
    }
}

/// The same for a text of several lines, such as an address.
///
/// # Errors
/// [`UnfitText`], the first reason.
pub fn check_lines(text: &str, longest: usize) -> Result<(), UnfitText> {
    let flat: String = text.chars().map(|c| if matches!(c, '\r' | '\n') { ' ' } else { c }).collect();
    check_line(&flat, longest)
}

/// Whether a character that cannot be seen shapes the one before it, so that the word would be spelt wrong without.
#[must_use]
pub fn shapes(before: Option<char>, character: char) -> bool {
    let is_shaping = JOINERS.contains(&character) || SELECTORS.contains(&character);
    is_shaping && before.is_some_and(can_be_shaped)
}

/// Whether the text has a character that cannot be seen and that shapes nothing.
fn has_unseen(text: &str) -> bool {
    let mut before: Option<char> = None;
    for character in text.chars() {
        if is_unseen(character) && !shapes(before, character) {
            return true;
        }
        before = Some(character);
    }
    false
}

/// Letters, marks and symbols beyond ASCII have other forms. A selector may precede a joiner, as in emoji.
fn can_be_shaped(before: char) -> bool {
    SELECTORS.contains(&before)
        || !before.is_ascii() && !before.is_whitespace() && !is_unseen(before)
        // Digits and two signs have an emoji form.
        || before.is_ascii_digit()
        || matches!(before, '#' | '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_all_scripts_are_kept() {
        for text in [
            "Acme",
            "Zoë & Søn, 株式会社",
            "متجر",
            "علی\u{200c}رضا",
            "क्\u{200d}ष",
            "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}\u{1f3fd}",
            "\u{2764}\u{fe0f} Hearts",
            "\u{2764}\u{fe0f}\u{200d}\u{1f525}",
            "No. 1\u{fe0f}\u{20e3}",
            "e\u{301}",
        ] {
            assert_eq!(check_line(text, 100), Ok(()), "{}", text.escape_unicode());
        }
        assert_eq!(check_lines("1 Way\r\nOxford", 100), Ok(()));
    }

    #[test]
    fn a080_what_cannot_be_seen_is_refused() {
        for (text, why) in [
            ("", UnfitText::Empty),
            (" \u{3000}", UnfitText::Empty),
            ("éééé", UnfitText::Long(3)),
            ("a\nb", UnfitText::Control),
            ("\u{1b}[m", UnfitText::Control),
            ("ab\u{85}", UnfitText::Control),
            ("m\u{202e}", UnfitText::Unseen),
            ("\u{2066}a", UnfitText::Unseen),
            ("a\u{200b}", UnfitText::Unseen),
            ("a\u{200d}", UnfitText::Unseen),
            ("\u{200c}", UnfitText::Unseen),
            ("é\u{200d}\u{200d}", UnfitText::Unseen),
            ("a\u{ad}", UnfitText::Unseen),
            ("\u{feff}a", UnfitText::Unseen),
            ("a\u{2028}", UnfitText::Unseen),
            ("\u{3164}", UnfitText::Unseen),
            ("\u{2800}", UnfitText::Unseen),
            ("a\u{e000}", UnfitText::Unseen),
            ("\u{e0041}", UnfitText::Unseen),
            ("\u{fffe}", UnfitText::Unseen),
        ] {
            assert_eq!(check_line(text, 3), Err(why), "{}", text.escape_unicode());
        }
    }
}
