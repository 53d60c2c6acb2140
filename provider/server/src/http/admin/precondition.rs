//! `ETag` and `If-Match` (RFC 9110 8.8.3, 13.1.1): whoever changes something says what they have read.

use credenza_protocol::version::Version;
use credenza_storage::Expected;
use http::HeaderMap;
use http::header::IF_MATCH;

use super::problem::Problem;

/// What the caller has read.
#[derive(Clone, Debug)]
pub(crate) enum IfMatch {
    /// It does not matter to them (`*`).
    Any,
    /// One of these.
    One(Vec<String>),
}

/// The entity tag of a version.
pub(super) fn etag(version: Version) -> String {
    format!("\"{}\"", version.number())
}

/// Reads the header, which must be there.
pub(super) fn read(headers: &HeaderMap) -> Result<IfMatch, Problem> {
    let mut tags = vec![];
    for value in headers.get_all(IF_MATCH) {
        let text = value.to_str().map_err(|_| wrong())?;
        tags.extend(text.split(',').map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty()));
    }
    match tags.as_slice() {
        [] => Err(Problem::NoPrecondition),
        [tag] if tag == "*" => Ok(IfMatch::Any),
        // Tags are compared strongly, so a weak one matches nothing.
        _ if tags.iter().all(|tag| tag.trim_start_matches("W/").starts_with('"')) => Ok(IfMatch::One(tags)),
        _ => Err(wrong()),
    }
}

/// Reads the header, if it is there.
pub(super) fn read_if_sent(headers: &HeaderMap) -> Result<Option<IfMatch>, Problem> {
    if headers.contains_key(IF_MATCH) { read(headers).map(Some) } else { Ok(None) }
}

fn wrong() -> Problem {
    Problem::Parameter("If-Match".to_owned(), "must be the ETag of an answer, with its quotation marks, or *")
}

impl IfMatch {
    /// Whether this is the version that was read.
    pub(super) fn check(&self, version: Version) -> Result<(), Problem> {
        match self {
            Self::Any => Ok(()),
            Self::One(tags) if tags.contains(&etag(version)) => Ok(()),
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
