//! Parameters of a request, from a query or a form body (RFC 6749 3.1, 3.2, appendix B).

use url::form_urlencoded;

/// More parameters than any request has.
const MAX_PARAMETERS: usize = 100;
/// The one parameter that may come more than once (RFC 8707 2).
const REPEATABLE: &str = "resource";

/// Decoded parameters. One without a value counts as absent (RFC 6749 3.1).
#[derive(Clone, Debug, Default)]
pub struct Params {
    pairs: Vec<(String, String)>,
    repeated: Option<String>,
}

/// There are more parameters than any request has.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the request has too many parameters")]
pub struct TooMany;

impl Params {
    /// Decodes `application/x-www-form-urlencoded`.
    ///
    /// # Errors
    /// [`TooMany`] for more than a hundred parameters.
    pub fn parse(encoded: &[u8]) -> Result<Self, TooMany> {
        Self::from_pairs(form_urlencoded::parse(encoded).into_owned())
    }

    /// From pairs that are already decoded.
    ///
    /// # Errors
    /// [`TooMany`] for more than a hundred parameters.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, TooMany> {
        let mut params = Self::default();
        for (count, (name, value)) in pairs.into_iter().enumerate() {
            if count == MAX_PARAMETERS {
                return Err(TooMany);
            }
            if name != REPEATABLE && params.pairs.iter().any(|(known, _)| *known == name) {
                params.repeated.get_or_insert_with(|| name.clone());
            }
            params.pairs.push((name, value));
        }
        Ok(params)
    }

    /// The value of a parameter; `None` when it is absent or empty. Of a repeated one this is the
    /// first, so callers must check [`Params::repeated`] before.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.pairs.iter().find(|(known, _)| known == name)?;
        (!value.is_empty()).then_some(value)
    }

    /// Every value of a parameter that may come more than once.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs
            .iter()
            .filter(move |(known, value)| known == name && !value.is_empty())
            .map(|(_, v)| v.as_str())
    }

    /// All of them, in the order received.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The first parameter, other than `resource`, that came twice (RFC 6749 3.1).
    #[must_use]
    pub fn repeated(&self) -> Option<&str> {
        self.repeated.as_deref()
    }

    /// Whether this one came twice.
    #[must_use]
    pub fn is_repeated(&self, name: &str) -> bool {
        self.pairs.iter().filter(|(known, _)| known == name).count() > 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc6749_3_1_empty_is_absent() {
        let params = Params::parse(b"a=1&b=&c").unwrap();
        assert_eq!((params.get("a"), params.get("b"), params.get("c")), (Some("1"), None, None));
    }

    #[test]
    fn a009_repetition_is_seen() {
        let params = Params::parse(b"a=1&b=2&a=1").unwrap();
        assert_eq!(params.repeated(), Some("a"));
        assert!(params.is_repeated("a") && !params.is_repeated("b"));
        let resources = Params::parse(b"resource=x&resource=y").unwrap();
        assert_eq!(resources.repeated(), None);
        assert_eq!(resources.all("resource").collect::<Vec<_>>(), ["x", "y"]);
    }

    #[test]
    fn a024_a_flood_is_refused() {
        assert!(Params::parse("a=1&".repeat(100).as_bytes()).is_ok());
        assert_eq!(Params::parse("a=1&".repeat(101).as_bytes()).unwrap_err(), TooMany);
    }

    #[test]
    fn a036_garbage_is_text() {
        assert!(Params::parse(b"code=%ff%00%c0%af").unwrap().get("code").is_some());
    }
}
