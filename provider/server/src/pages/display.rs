//! How text from outside is shown: names that clients and people chose, hosts, links.

use std::borrow::Cow;

use credenza_protocol::text::{has_right_to_left, is_unseen, shapes};
use url::Url;

/// The longest name on a page, in characters.
const NAME_LIMIT: usize = 80;
/// The longest host name there is (RFC 1035 section 2.3.4).
const HOST_LIMIT: usize = 255;

/// A name that is fit to stand in a sentence of a page: without control, bidirectional and invisible characters, spaces
/// folded to one, and at most 80 characters long (the last one is then an ellipsis).
///
/// Client names, brands and usernames are chosen by others. With these characters a name could reorder or
/// hide the words around it, look like another one, or push the page's own text out of sight.
#[must_use]
pub fn display_name(name: &str) -> Cow<'_, str> {
    let seen = visible(name);
    let shown = if seen.chars().count() <= NAME_LIMIT { seen } else { cut(&seen).into() };
    // Read from right to left, it must not take the words and signs beside it along (UAX 9 2.7).
    if has_right_to_left(&shown) { format!("\u{2068}{shown}\u{2069}").into() } else { shown }
}

fn cut(name: &str) -> String {
    let mut cut: String = name.chars().take(NAME_LIMIT - 1).collect();
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    cut
}

/// A host name. Its end is what counts, so a long one loses its beginning.
pub(crate) fn display_host(host: &str) -> Cow<'_, str> {
    let seen = visible(host);
    match seen.chars().count().checked_sub(HOST_LIMIT) {
        None | Some(0) => seen,
        Some(extra) => Cow::Owned(format!("…{}", seen.chars().skip(extra).collect::<String>())),
    }
}

/// `text` without invisible characters, and with single spaces.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }) {
        let doubled = c == ' ' && (clean.is_empty() || clean.ends_with(' '));
        if !doubled && (!is_unseen(c) || shapes(clean.chars().next_back(), c)) {
            clean.push(c);
        }
    }
    clean.truncate(clean.trim_end().len());
    if clean == text { Cow::Borrowed(text) } else { Cow::Owned(clean) }
}

pub(crate) fn is_web_link(uri: &str) -> bool {
    Url::parse(uri).is_ok_and(|uri| matches!(uri.scheme(), "https" | "http"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_are_kept_without_a_copy() {
        let persian = "علی\u{200C}رضا";
        for name in ["", "Acme", "Zoë & Søn, 株式会社", "a@b.example", "O'Neil <x>"] {
            assert!(matches!(display_name(name), Cow::Borrowed(kept) if kept == name), "{name}");
        }
        for name in ["متجر", persian] {
            assert!(matches!(visible(name), Cow::Borrowed(kept) if kept == name), "{name}");
        }
    }

    #[test]
    fn names_that_are_read_from_right_to_left_stand_apart() {
        for name in ["متجر", "علی\u{200C}رضا", "דוד 1"] {
            assert_eq!(display_name(name), format!("\u{2068}{name}\u{2069}"));
        }
    }

    #[test]
    fn bidi_zero_width_and_control_characters_are_removed() {
        let cases = [
            ("moc.\u{202E}live\u{202C}", "moc.live"),
            ("\u{2066}Bank\u{2069}\u{200F}\u{061C}", "Bank"),
            ("Cre\u{200B}den\u{FEFF}za\u{2060}\u{00AD}", "Credenza"),
            ("A\u{E0041}\u{3164}\u{FE0F}B\u{0}\u{1b}[1m\u{85}C", "AB[1m C"),
            ("  two\r\n\tlines\u{2028}and\u{3000}\u{a0}more ", "two lines and more"),
            ("\u{200B} \u{202E}", ""),
        ];
        for (name, shown) in cases {
            assert_eq!(display_name(name), shown, "{}", name.escape_unicode());
        }
    }

    #[test]
    fn long_names_are_cut_at_80_characters() {
        let exact = "é".repeat(80);
        assert_eq!(display_name(&exact), exact);
        let long = "é".repeat(10_240);
        let shown = display_name(&long);
        assert_eq!(shown.chars().count(), 80);
        assert!(shown.ends_with('…'));
    }

    #[test]
    fn a_long_host_keeps_its_end() {
        let host = format!("accounts.example.{}evil.test", "a.".repeat(300));
        let shown = display_host(&host);
        assert!(shown.ends_with("evil.test") && shown.starts_with('…'));
        assert_eq!(display_host("app.example"), "app.example");
    }
}
