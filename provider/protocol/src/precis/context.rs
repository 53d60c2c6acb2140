//! Characters whose neighbours decide whether they may stand there (RFC 5892 appendix A).

use icu_properties::CodePointMapData;
use icu_properties::props::{CanonicalCombiningClass, JoiningType, Script};

/// Whether the character at this place may stand there.
pub(super) fn fits(characters: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| characters.get(at)).copied();
    let after = characters.get(at + 1).copied();
    match characters.get(at).copied() {
        // A.1 zero-width non-joiner, A.2 zero-width joiner
        Some('\u{200c}') => before.is_some_and(is_virama) || joins_both_ways(characters, at),
        Some('\u{200d}') => before.is_some_and(is_virama),
        // A.3 middle dot
        Some('\u{b7}') => before == Some('l') && after == Some('l'),
        // A.4 Greek lower numeral sign
        Some('\u{375}') => after.is_some_and(|after| script(after) == Script::Greek),
        // A.5 and A.6 Hebrew geresh and gershayim
        Some('\u{5f3}' | '\u{5f4}') => before.is_some_and(|before| script(before) == Script::Hebrew),
        // A.7 Katakana middle dot
        Some('\u{30fb}') => characters
            .iter()
            .any(|one| matches!(script(*one), Script::Hiragana | Script::Katakana | Script::Han)),
        // A.8 and A.9 the two kinds of Arabic digits, which are not mixed
        Some('\u{660}'..='\u{669}') => !characters.iter().any(|one| ('\u{6f0}'..='\u{6f9}').contains(one)),
        Some('\u{6f0}'..='\u{6f9}') => !characters.iter().any(|one| ('\u{660}'..='\u{669}').contains(one)),
        _ => false,
    }
}

fn is_virama(character: char) -> bool {
    CodePointMapData::<CanonicalCombiningClass>::new().get(character) == CanonicalCombiningClass::Virama
}

/// Between two letters that would join each other, transparent marks aside.
fn joins_both_ways(characters: &[char], at: usize) -> bool {
    let kind = |character: &char| CodePointMapData::<JoiningType>::new().get(*character);
    let nearest =
        |found: Option<JoiningType>, kinds: [JoiningType; 2]| found.is_some_and(|kind| kinds.contains(&kind));
    let opaque = |kind: &JoiningType| *kind != JoiningType::Transparent;
    let left = characters.iter().take(at).rev().map(kind).find(opaque);
    let right = characters.iter().skip(at + 1).map(kind).find(opaque);
    nearest(left, [JoiningType::LeftJoining, JoiningType::DualJoining])
        && nearest(right, [JoiningType::RightJoining, JoiningType::DualJoining])
}

fn script(character: char) -> Script {
    CodePointMapData::<Script>::new().get(character)
}

#[cfg(test)]
mod tests {
    use super::super::{Nonconforming, username_case_mapped};

    #[test]
    fn rfc5892_a_neighbours_decide() {
        for good in ["\u{915}\u{94d}\u{200d}\u{937}", "\u{628}\u{200c}\u{628}", "\u{30a2}\u{30fb}\u{30a4}"] {
            assert_eq!(username_case_mapped(good).as_deref(), Ok(good), "{}", good.escape_unicode());
        }
        for (bad, wrong) in [
            ("\u{627}\u{200c}\u{627}", '\u{200c}'),
            ("\u{375}a", '\u{375}'),
            ("\u{5f3}", '\u{5f3}'),
            ("\u{628}\u{660}\u{6f0}", '\u{660}'),
        ] {
            assert_eq!(username_case_mapped(bad), Err(Nonconforming::Character(wrong)), "{bad:?}");
        }
    }
}
