//! Languages, and texts in several of them: a member without a tag, and the same with a language tag behind `#` (RFC 7591
//! 2.2, OpenID Connect Dynamic Client Registration 2.1).

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The longest tag that is read (RFC 5646 4.4.1 asks for 35).
const LONGEST_TAG: usize = 35;
/// The member that has translations, up to the tag.
const PREFIX: &str = "description#";

/// Translations of the member `description`, by their tags. They stand beside it: `description#de`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Descriptions(pub BTreeMap<String, String>);

/// The form of BCP 47: a language of two to eight letters, then subtags of one to eight letters and digits.
#[must_use]
pub fn is_language_tag(text: &str) -> bool {
    let mut subtags = text.split('-');
    let language = subtags.next().unwrap_or_default();
    text.len() <= LONGEST_TAG
        && (2..=8).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_alphabetic())
        && subtags
            .all(|tag| (1..=8).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

impl Descriptions {
    /// The text for readers of that language: of exactly this tag, of a part of it (RFC 4647 3.4), or else of the language
    /// as it is somewhere, the first by tag.
    #[must_use]
    pub fn for_language(&self, tag: &str) -> Option<&str> {
        let mut range = Some(tag);
        while let Some(wanted) = range {
            let found = self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(wanted));
            if let Some((_, text)) = found {
                return Some(text);
            }
            range = wanted.rsplit_once('-').map(|(shorter, _)| shorter);
        }
        let language = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let somewhere = self.0.iter().find(|(known, _)| language(known) == language(tag));
        somewhere.map(|(_, text)| text.as_str())
    }

    /// A tag that stands twice, since tags are the same in any case (RFC 5646 2.1.1).
    #[must_use]
    pub fn repeated(&self) -> Option<&str> {
        let tags = self.0.keys().enumerate();
        let mut repeated =
            tags.filter(|(n, tag)| self.0.keys().take(*n).any(|before| before.eq_ignore_ascii_case(tag)));
        repeated.next().map(|(_, tag)| tag.as_str())
    }
}

impl Serialize for Descriptions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (tag, text) in &self.0 {
            map.serialize_entry(&format!("{PREFIX}{tag}"), text)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Descriptions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

/// What is left of an object when its other members are taken: each must be a translation.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Descriptions;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("members such as description#de")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Descriptions, A::Error> {
        let mut found = BTreeMap::new();
        while let Some(name) = map.next_key::<String>()? {
            let Some(tag) = name.strip_prefix(PREFIX) else {
                return Err(A::Error::custom(format!("unknown field `{name}`")));
            };
            if !is_language_tag(tag) {
                return Err(A::Error::custom(format!(
                    "`{name}` must end in a language tag such as de-AT (BCP 47)"
                )));
            }
            found.insert(tag.to_owned(), map.next_value()?);
        }
        Ok(Descriptions(found))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn texts(pairs: &[(&str, &str)]) -> Descriptions {
        Descriptions(pairs.iter().map(|(tag, text)| ((*tag).to_owned(), (*text).to_owned())).collect())
    }

    #[test]
    fn the_text_is_that_of_the_readers_language() {
        let known =
            texts(&[("de-AT", "Jänner"), ("de-DE", "Januar"), ("fr", "janvier"), ("zh-Hant", "一月")]);
        for (tag, text) in [
            ("fr", Some("janvier")),
            ("FR-ca", Some("janvier")),
            ("de-DE", Some("Januar")),
            ("de-de-1996", Some("Januar")),
            ("de", Some("Jänner")),
            ("de-CH", Some("Jänner")),
            ("zh", Some("一月")),
            ("en", None),
            ("f", None),
        ] {
            assert_eq!(known.for_language(tag), text, "{tag}");
        }
        assert_eq!(texts(&[]).for_language("de"), None);
    }

    #[test]
    fn tags_are_the_same_in_any_case() {
        assert_eq!(texts(&[("de", "a"), ("de-AT", "b")]).repeated(), None);
        assert_eq!(texts(&[("DE", "a"), ("de", "b")]).repeated(), Some("de"));
    }

    #[test]
    fn members_are_read_and_written_with_their_tags() {
        let read = |value| serde_json::from_value::<Descriptions>(value);
        let written = json!({"description#de": "a", "description#pt-BR": "b"});
        let known = read(written.clone()).unwrap();
        assert_eq!(known, texts(&[("de", "a"), ("pt-BR", "b")]));
        assert_eq!(serde_json::to_value(&known).unwrap(), written);
        for (wrong, why) in [
            (json!({"name#de": "a"}), "unknown field"),
            (json!({"description#": "a"}), "language tag"),
            (json!({"description#d": "a"}), "language tag"),
            (json!({"description#de_AT": "a"}), "language tag"),
            (json!({"description#de": 1}), "string"),
            (json!({"description#de": null}), "string"),
        ] {
            let error = read(wrong.clone()).unwrap_err().to_string();
            assert!(error.contains(why), "{wrong}: {error}");
        }
    }
}
