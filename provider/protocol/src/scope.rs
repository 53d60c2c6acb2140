//! `scope` (RFC 6749 3.3): a set of words, kept in the order they came.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// More words than this are an attack, not a request.
const MAX_WORDS: usize = 64;
/// Longer than any legitimate scope.
const MAX_LENGTH: usize = 4096;

/// A set of scope words without repetition, in the order in which they were first given.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Scope(Vec<String>);

/// The text is not a scope of RFC 6749 3.3.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("scope holds a forbidden character, or is too long")]
pub struct InvalidScope;

impl Scope {
    /// Reads a scope: words of `%x21 / %x23-5B / %x5D-7E`, one space between them.
    ///
    /// Further spaces are forgiven. A repeated word counts once.
    ///
    /// # Errors
    /// [`InvalidScope`] for any other character, more than 64 words or 4096 bytes.
    pub fn parse(text: &str) -> Result<Self, InvalidScope> {
        if text.len() > MAX_LENGTH || !text.bytes().all(is_scope_byte) {
            return Err(InvalidScope);
        }
        let mut words: Vec<String> = Vec::new();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            if words.iter().any(|known| known == word) {
                continue;
            }
            if words.len() == MAX_WORDS {
                return Err(InvalidScope);
            }
            words.push(word.to_owned());
        }
        Ok(Self(words))
    }

    /// A scope from storage. Remembered consent may exceed the limits for a single request, which [`Scope::parse`]
    /// enforces.
    #[must_use]
    pub fn stored(text: &str) -> Self {
        Self(text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect())
    }

    /// Whether the word is in the set.
    #[must_use]
    pub fn contains(&self, word: &str) -> bool {
        self.0.iter().any(|known| known == word)
    }

    /// Whether every word of `self` is in `other`.
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        self.0.iter().all(|word| other.contains(word))
    }

    /// The words that are in `other` too, in the order of `self`.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self(self.0.iter().filter(|word| other.contains(word)).cloned().collect())
    }

    /// The words of `self`, then the new ones of `other`.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut words = self.0.clone();
        words.extend(other.0.iter().filter(|word| !self.contains(word)).cloned());
        Self(words)
    }

    /// The set without one word.
    #[must_use]
    pub fn without(&self, word: &str) -> Self {
        Self(self.0.iter().filter(|known| *known != word).cloned().collect())
    }

    /// Whether the set is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The words, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

fn is_scope_byte(byte: u8) -> bool {
    matches!(byte, b' ' | 0x21 | 0x23..=0x5b | 0x5d..=0x7e)
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Scope {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Scope".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "description": "Words with one space between them (RFC 6749 3.3)" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc6749_3_3_words_and_order() {
        let scope = Scope::parse("openid  email openid profile").unwrap();
        assert_eq!(scope.to_string(), "openid email profile");
        assert!(scope.contains("email"));
        assert!(!scope.contains("Email"));
        assert!(Scope::parse("").unwrap().is_empty());
    }

    #[test]
    fn rfc6749_3_3_forbidden_characters() {
        for text in ["a\"b", "a\\b", "a\tb", "a\nb", "ä", "a\u{0}"] {
            assert_eq!(Scope::parse(text), Err(InvalidScope), "{text:?}");
        }
    }

    #[test]
    fn a024_a_flood_of_words_is_refused() {
        let many = (0..500_000).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
        assert_eq!(Scope::parse(&many), Err(InvalidScope));
        let sixty_four = (0..64).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
        assert!(Scope::parse(&sixty_four).is_ok());
        assert_eq!(Scope::parse(&format!("{sixty_four} 64")), Err(InvalidScope));
    }

    #[test]
    fn sets() {
        let all = Scope::parse("openid email").unwrap();
        let one = Scope::parse("email").unwrap();
        assert!(one.is_subset(&all) && !all.is_subset(&one));
        assert_eq!(all.intersection(&one), one);
        assert_eq!(one.union(&all).to_string(), "email openid");
        assert_eq!(all.without("openid"), one);
    }
}
