//! The derived property of each character (RFC 8264 8), from the properties of Unicode (9).

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, NoncharacterCodePoint};
use icu_properties::{CodePointMapData, CodePointSetData};

/// What a character may be used for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Derived {
    /// `PVALID`: in any text.
    Valid,
    /// `FREE_PVAL` and `ID_DIS`: in free text, and in no identifier.
    FreeformOnly,
    /// `CONTEXTJ` and `CONTEXTO`: where its neighbours call for it.
    Contextual,
    /// `DISALLOWED`.
    Disallowed,
    /// `UNASSIGNED`: no character yet.
    Unassigned,
}

impl Derived {
    /// The property of a character; the order of the rules is that of RFC 8264 8.
    pub(super) fn of(character: char) -> Self {
        use GeneralCategory as Gc;
        if let Some(exception) = exception(character) {
            return exception;
        }
        let category = CodePointMapData::<Gc>::new().get(character);
        let is_ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character)
            || CodePointSetData::new::<NoncharacterCodePoint>().contains(character);
        if category == Gc::Unassigned && !is_ignorable {
            Self::Unassigned
        } else if character.is_ascii_graphic() {
            Self::Valid
        } else if matches!(character, '\u{200c}' | '\u{200d}') {
            Self::Contextual
        } else if is_old_hangul(character) || is_ignorable || category == Gc::Control {
            Self::Disallowed
        } else if has_compatibility(character) {
            Self::FreeformOnly
        } else {
            match category {
                Gc::LowercaseLetter
                | Gc::UppercaseLetter
                | Gc::OtherLetter
                | Gc::DecimalNumber
                | Gc::ModifierLetter
                | Gc::NonspacingMark
                | Gc::SpacingMark => Self::Valid,
                Gc::TitlecaseLetter | Gc::LetterNumber | Gc::OtherNumber | Gc::EnclosingMark => {
                    Self::FreeformOnly
                }
                Gc::SpaceSeparator
                | Gc::MathSymbol
                | Gc::CurrencySymbol
                | Gc::ModifierSymbol
                | Gc::OtherSymbol => Self::FreeformOnly,
                Gc::ConnectorPunctuation
                | Gc::DashPunctuation
                | Gc::OpenPunctuation
                | Gc::ClosePunctuation
                | Gc::InitialPunctuation
                | Gc::FinalPunctuation
                | Gc::OtherPunctuation => Self::FreeformOnly,
                _ => Self::Disallowed,
            }
        }
    }
}

/// RFC 5892 2.6, to which RFC 8264 9.6 refers.
fn exception(character: char) -> Option<Derived> {
    match character {
        '\u{df}' | '\u{3c2}' | '\u{6fd}' | '\u{6fe}' | '\u{f0b}' | '\u{3007}' => Some(Derived::Valid),
        '\u{b7}'
        | '\u{375}'
        | '\u{5f3}'
        | '\u{5f4}'
        | '\u{30fb}'
        | '\u{660}'..='\u{669}'
        | '\u{6f0}'..='\u{6f9}' => Some(Derived::Contextual),
        '\u{640}' | '\u{7fa}' | '\u{302e}' | '\u{302f}' | '\u{3031}'..='\u{3035}' | '\u{303b}' => {
            Some(Derived::Disallowed)
        }
        _ => None,
    }
}

/// Conjoining jamo (RFC 8264 9.9): parts of syllables that are written as one character each.
const fn is_old_hangul(character: char) -> bool {
    matches!(character, '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97c}' | '\u{d7b0}'..='\u{d7fb}')
}

/// Whether normalization form KC is another one (RFC 8264 9.17).
fn has_compatibility(character: char) -> bool {
    let mut buffer = [0; 4];
    let text = character.encode_utf8(&mut buffer);
    !ComposingNormalizerBorrowed::new_nfkc().is_normalized(text)
}
