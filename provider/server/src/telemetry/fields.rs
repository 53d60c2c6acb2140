//! Fields of lines that callers choose.

use tracing::Span;

/// Longer texts of callers are cut, in characters.
const LONGEST: usize = 256;

/// A text of a caller, fit for the log. Logged as a text, it is quoted and escaped in both formats.
#[must_use]
pub fn cut(text: &str) -> &str {
    let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(end, _)| end);
    text.get(..end).unwrap_or(text)
}

/// From now on the lines of this request name the client that it says it is from.
pub fn of_client(client_id: &str) {
    Span::current().record("client_id", cut(client_id));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(cut("short"), "short");
        assert_eq!(cut(&"a".repeat(300)).len(), LONGEST);
        assert_eq!(cut(&"\u{e9}".repeat(300)).chars().count(), LONGEST);
    }
}
