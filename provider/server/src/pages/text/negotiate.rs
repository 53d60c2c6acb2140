//! Language negotiation: lookup by BCP 47 tags (RFC 4647 section 3.4).

use super::Lang;

/// How many entries of a list are read.
const MOST_ENTRIES: usize = 20;
/// The longest language tag that is read (RFC 5646 section 4.4.1 asks for 35).
const LONGEST_TAG: usize = 35;

impl Lang {
    /// The language to answer in: the first of `ui_locales` that we have (OpenID Connect Core section
    /// 3.1.2.1), else the best of `accept_language` (RFC 9110 section 12.5.4), else the default one.
    ///
    /// Both come from outside: entries that are malformed, too long or too far back in a list are ignored.
    #[must_use]
    pub fn negotiate(ui_locales: Option<&str>, accept_language: Option<&str>) -> Self {
        ui_locales.and_then(Self::asked).or_else(|| accept_language.and_then(best)).unwrap_or_default()
    }

    /// The first language that we have of a list such as `ui_locales`.
    #[must_use]
    pub fn asked(ui_locales: &str) -> Option<Self> {
        ui_locales.split(' ').take(MOST_ENTRIES).find_map(lookup)
    }
}

/// The language with the highest weight; of two with the same weight, the earlier one.
fn best(accept_language: &str) -> Option<Lang> {
    let mut best: Option<(u16, Lang)> = None;
    for entry in accept_language.split(',').take(MOST_ENTRIES) {
        let Some((weight, lang)) = weighted(entry) else { continue };
        if weight > best.map_or(0, |(highest, _)| highest) {
            best = Some((weight, lang));
        }
    }
    best.map(|(_, lang)| lang)
}

/// One entry of Accept-Language: a range, and its weight if that is not 1.
fn weighted(entry: &str) -> Option<(u16, Lang)> {
    let (range, weight) = match entry.split_once(';') {
        None => (entry, 1000),
        Some((range, parameter)) => {
            let (name, value) = parameter.trim().split_once('=')?;
            (range, name.eq_ignore_ascii_case("q").then(|| thousandths(value))??)
        }
    };
    Some((weight, lookup(range.trim())?))
}

/// A `qvalue` of RFC 9110 section 12.4.2 (`0` to `1` with up to three digits after the point), times a
/// thousand.
fn thousandths(qvalue: &str) -> Option<u16> {
    let (whole, digits) = qvalue.split_once('.').unwrap_or((qvalue, ""));
    if digits.len() > 3 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let part: u16 = format!("{digits:0<3}").parse().ok()?;
    match whole {
        "0" => Some(part),
        "1" if part == 0 => Some(1000),
        _ => None,
    }
}

/// The language for a range: `de-AT-1996` is looked up as it is, then as `de-AT`, then as `de`.
fn lookup(range: &str) -> Option<Lang> {
    let is_subtag =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    if range.len() > LONGEST_TAG || !range.split('-').all(is_subtag) {
        return None;
    }
    let mut rest = Some(range);
    while let Some(tag) = rest {
        if let Some(lang) = Lang::all().iter().find(|lang| lang.tag().eq_ignore_ascii_case(tag)) {
            return Some(*lang);
        }
        rest = tag.rsplit_once('-').map(|(shorter, _)| shorter);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::Lang;

    #[test]
    fn ui_locales_come_first_in_their_order() {
        let cases = [
            (Some("de"), None, "de"),
            (Some("fr-CA de-AT en"), Some("en"), "de"),
            (Some("EN-us de"), Some("de"), "en"),
            (Some("fr"), Some("de"), "de"),
            (Some(""), Some("de-CH, en;q=0.5"), "de"),
            (None, None, "en"),
        ];
        for (locales, accept, lang) in cases {
            assert_eq!(Lang::negotiate(locales, accept).tag(), lang, "{locales:?} {accept:?}");
        }
    }

    #[test]
    fn accept_language_goes_by_weight_then_order() {
        let cases = [
            ("de", "de"),
            ("DE-de-1996", "de"),
            ("en;q=0.5, de;q=0.8", "de"),
            ("en;q=0.8,de;q=0.800", "en"),
            ("de ; q=0.5 , en;Q=0.4", "de"),
            ("fr, de;q=0.1", "de"),
            ("de;q=0, en;q=0.001", "en"),
            ("de;q=0", "en"),
            ("*", "en"),
            ("fr-CH, *;q=0.5", "en"),
            ("zh-Hant-x-de", "en"),
        ];
        for (accept, lang) in cases {
            assert_eq!(Lang::negotiate(None, Some(accept)).tag(), lang, "{accept}");
        }
    }

    #[test]
    fn garbage_is_ignored() {
        let cases = [
            "german",
            "de-",
            "de_DE",
            "-de",
            "de;q=2",
            "de;q=",
            "de;q=0.1234",
            "de;q=-1",
            "de;x=1",
            ";;;,,=",
            "dé",
        ];
        for garbage in cases {
            assert_eq!(Lang::negotiate(Some(garbage), Some(garbage)).tag(), "en", "{garbage}");
            let accept = format!("{garbage}, de;q=0.3");
            assert_eq!(Lang::negotiate(None, Some(&accept)).tag(), "de", "{garbage}");
        }
        let flood = format!("{}de", "fr,".repeat(100_000));
        assert_eq!(Lang::negotiate(Some(&"de-".repeat(10_000)), Some(&flood)).tag(), "en");
    }
}
