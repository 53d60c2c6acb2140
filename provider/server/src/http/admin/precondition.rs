//! `ETag` and `If-Match` (RFC 9110 8.8.3, 13.1.1): whoever changes something says what they have read.

use credenza_protocol::version::Version;
use credenza_storage::Expected;
use credenza_validator::base64url;
use http::HeaderMap;
use http::header::IF_MATCH;
use ring::digest::{SHA256, digest};
use serde::Serialize;

use super::problem::Problem;
use crate::failure::Failure;

/// What the caller has read.
#[derive(Clone, Debug)]
pub(crate) enum IfMatch {
    /// It does not matter to them (`*`).
    Any,
    /// One of these.
    One(Vec<String>),
}

/// The entity tag of a version.
pub(crate) fn etag(version: Version) -> String {
    format!("\"{}\"", version.number())
}

/// The entity tag of something that has no version of its own: it is what it says.
pub(crate) fn content_etag(content: &impl Serialize) -> Result<String, Problem> {
    let text = serde_json::to_vec(content).map_err(|_| Failure::Internal("what is tagged is not JSON"))?;
    Ok(format!("\"{}\"", base64url::encode(digest(&SHA256, &text))))
}

/// Reads the header, which must be there.
pub(super) fn read(headers: &HeaderMap) -> Result<IfMatch, Problem> {
    let mut texts = vec![];
    for value in headers.get_all(IF_MATCH) {
        texts.push(value.to_str().map_err(|_| wrong())?.trim());
    }
    if texts == ["*"] {
        return Ok(IfMatch::Any);
    }
    // Several fields are one list (RFC 9110 5.3).
    let found = tags(&texts.join(",")).ok_or_else(wrong)?;
    if found.is_empty() { Err(Problem::NoPrecondition) } else { Ok(IfMatch::One(found)) }
}

/// The entity tags of a list (RFC 9110 8.8.3). Within its quotation marks, a tag may have a comma. Tags are compared
/// strongly, so a weak one matches nothing.
fn tags(mut text: &str) -> Option<Vec<String>> {
    let mut tags = vec![];
    loop {
        text = text.trim_start_matches([' ', '\t', ',']);
        if text.is_empty() {
            return Some(tags);
        }
        let opaque = text.strip_prefix("W/").unwrap_or(text).strip_prefix('"')?;
        let (_, rest) = opaque.split_once('"')?;
        let (tag, rest) = text.split_at_checked(text.len() - rest.len())?;
        tags.push(tag.to_owned());
        text = rest.trim_start_matches([' ', '\t']);
        if !text.is_empty() && !text.starts_with(',') {
            return None;
        }
    }
}

/// Reads the header, if it is there. A list without a tag names no version, and so none that there is (RFC 9110 13.1.1).
pub(super) fn read_if_sent(headers: &HeaderMap) -> Result<Option<IfMatch>, Problem> {
    if !headers.contains_key(IF_MATCH) {
        return Ok(None);
    }
    match read(headers) {
        Err(Problem::NoPrecondition) => Ok(Some(IfMatch::One(vec![]))),
        found => found.map(Some),
    }
}

fn wrong() -> Problem {
    Problem::Parameter("If-Match".to_owned(), "must be the ETag of an answer, with its quotation marks, or *")
}

impl IfMatch {
    /// Whether this is the version that was read.
    pub(super) fn check(&self, version: Version) -> Result<(), Problem> {
        self.check_tag(&etag(version))
    }

    /// Whether this is the entity tag of what was read.
    pub(super) fn check_tag(&self, tag: &str) -> Result<(), Problem> {
        match self {
            Self::Any => Ok(()),
            Self::One(tags) if tags.iter().any(|known| known == tag) => Ok(()),
            Self::One(_) => Err(Problem::Stale),
        }
    }

    /// The version that must still be there when the change is made, if this is the one that was read.
    pub(super) fn expected(&self, version: Version) -> Result<Expected, Problem> {
        self.check(version)?;
        Ok(match self {
            Self::Any => Expected::Any,
            Self::One(_) => Expected::Version(version),
        })
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn of(values: &[&'static str]) -> Result<IfMatch, Problem> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(IF_MATCH, HeaderValue::from_static(value));
        }
        read(&headers)
    }

    #[test]
    fn rfc9110_13_1_1_a_list_of_tags_or_a_star() {
        assert!(matches!(of(&["*"]), Ok(IfMatch::Any)) && matches!(of(&[" * "]), Ok(IfMatch::Any)));
        for (values, expected) in [
            (&["\"1\""][..], &["\"1\""][..]),
            (&["\"1\", W/\"2\",\"\""], &["\"1\"", "W/\"2\"", "\"\""]),
            (&["\"a,b\" , \"c\""], &["\"a,b\"", "\"c\""]),
            (&["\"1\"", "", "\"2\""], &["\"1\"", "\"2\""]),
            (&[",\"1\",,"], &["\"1\""]),
        ] {
            match of(values) {
                Ok(IfMatch::One(tags)) => assert_eq!(tags, expected, "{values:?}"),
                other => panic!("{values:?}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_header_that_may_be_left_out_guards_where_it_is_sent() {
        assert!(matches!(read_if_sent(&HeaderMap::new()), Ok(None)));
        let sent = |value| read_if_sent(&HeaderMap::from_iter([(IF_MATCH, HeaderValue::from_static(value))]));
        assert!(matches!(sent("*"), Ok(Some(IfMatch::Any))));
        let version = Version::FIRST;
        assert!(matches!(sent(""), Ok(Some(found)) if matches!(found.check(version), Err(Problem::Stale))));
        assert!(matches!(sent("1"), Err(Problem::Parameter(..))));
    }

    #[test]
    fn what_is_no_list_of_tags_is_refused() {
        for values in [&[][..], &[""], &[" , "]] {
            assert!(matches!(of(values), Err(Problem::NoPrecondition)), "{values:?}");
        }
        for value in ["1", "\"1", "1\"", "w/\"1\"", "\"1\" \"2\"", "*, \"1\"", "\"1\", *", "\"1\"x", "W/"] {
            assert!(matches!(of(&[value]), Err(Problem::Parameter(..))), "{value}");
        }
    }
}
