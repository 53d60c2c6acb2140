//! The Bidi Rule (RFC 5893 2): a text that is read from right to left does not mix directions, so that it looks the same
//! wherever it stands.

use icu_properties::CodePointMapData;
use icu_properties::props::BidiClass;

/// Whether a word keeps the rule. One without characters of that direction always does (RFC 8265 3.3.2).
pub(super) fn keeps_bidi_rule(word: &str) -> bool {
    const RIGHT_TO_LEFT: [BidiClass; 3] =
        [BidiClass::RightToLeft, BidiClass::ArabicLetter, BidiClass::ArabicNumber];
    const ALLOWED: [BidiClass; 10] = [
        BidiClass::RightToLeft,
        BidiClass::ArabicLetter,
        BidiClass::ArabicNumber,
        BidiClass::EuropeanNumber,
        BidiClass::EuropeanSeparator,
        BidiClass::CommonSeparator,
        BidiClass::EuropeanTerminator,
        BidiClass::OtherNeutral,
        BidiClass::BoundaryNeutral,
        BidiClass::NonspacingMark,
    ];
    const LAST: [BidiClass; 4] =
        [BidiClass::RightToLeft, BidiClass::ArabicLetter, BidiClass::EuropeanNumber, BidiClass::ArabicNumber];
    let classes: Vec<BidiClass> =
        word.chars().map(|character| CodePointMapData::<BidiClass>::new().get(character)).collect();
    if !classes.iter().any(|class| RIGHT_TO_LEFT.contains(class)) {
        return true;
    }
    let begins = matches!(classes.first(), Some(&BidiClass::RightToLeft | &BidiClass::ArabicLetter));
    let ends = classes
        .iter()
        .rev()
        .find(|class| **class != BidiClass::NonspacingMark)
        .is_some_and(|class| LAST.contains(class));
    let mixes_numbers =
        classes.contains(&BidiClass::EuropeanNumber) && classes.contains(&BidiClass::ArabicNumber);
    begins && ends && !mixes_numbers && classes.iter().all(|class| ALLOWED.contains(class))
}
