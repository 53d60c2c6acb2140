//! Why a request was refused, for the log of whoever runs the service: what was found and what was wanted. It is never
//! part of an answer, as it tells a stranger what this service is set up to accept.

mod refusal;
mod trouble;

use serde::Serialize;

pub(crate) use refusal::Refusal;
pub use trouble::{Cause, Trouble};

/// How long a text of a token may be in a detail, in characters.
const MAX_TEXT: usize = 128;
/// How many texts a detail lists.
const MAX_TEXTS: usize = 16;

/// What a refusal is about. Texts of the token are shortened, and hold no control characters; `kid`, `iss` and `exp` are
/// what the token says of itself, whether or not its signature was verified.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Detail {
    /// All of it as one line, for a log.
    pub reason: String,
    /// The header member, the claim, or the part of the request that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// What is wrong with that member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
    /// What was found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub found: Vec<String>,
    /// What was wanted: any of these, unless the rule is one that wants all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wanted: Vec<String>,
    /// By how many seconds clocks may differ, where a time was compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leeway: Option<i64>,
    /// The `kid` of the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// The `iss` of the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// The `exp` of the token, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    /// What kept the validator from its issuer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<Trouble>,
}

/// What is wrong with a member.
#[derive(Copy, Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// It is not there, or empty.
    Missing,
    /// It is there, but not of the kind of value that it has to be.
    WrongKind,
    /// Its value is not one of those that were wanted.
    Other,
}

impl Problem {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::WrongKind => "wrong_kind",
            Self::Other => "other",
        }
    }
}

impl Detail {
    /// A member that has another value than was wanted.
    pub(crate) fn of(member: &str) -> Self {
        Self { member: Some(printable(member)), problem: Some(Problem::Other), ..Self::default() }
    }

    pub(crate) fn missing(member: &str) -> Self {
        Self { problem: Some(Problem::Missing), ..Self::of(member) }
    }

    pub(crate) fn wrong_kind(member: &str) -> Self {
        Self { problem: Some(Problem::WrongKind), ..Self::of(member) }
    }

    pub(crate) fn found<T: AsRef<str>>(self, found: impl IntoIterator<Item = T>) -> Self {
        Self { found: texts(found), ..self }
    }

    pub(crate) fn wanted<T: AsRef<str>>(self, wanted: impl IntoIterator<Item = T>) -> Self {
        Self { wanted: texts(wanted), ..self }
    }

    pub(crate) fn leeway(self, seconds: i64) -> Self {
        Self { leeway: Some(seconds), ..self }
    }

    /// What the token says of itself.
    pub(crate) fn token(self, kid: Option<&str>, iss: Option<&str>, exp: Option<i64>) -> Self {
        Self { kid: kid.map(printable), iss: iss.map(printable), exp, ..self }
    }

    /// With the line for the log, which begins with what the rule says.
    pub(crate) fn told(self, description: &str) -> Self {
        let mut reason = description.to_owned();
        if let Some(member) = &self.member {
            let problem = match self.problem {
                Some(Problem::Missing) => " is missing",
                Some(Problem::WrongKind) => " is of another kind",
                _ => "",
            };
            reason.push_str(&format!(": {member}{problem}"));
        }
        if !self.found.is_empty() {
            reason.push_str(&format!(" is {}", quoted(&self.found)));
        }
        if !self.wanted.is_empty() {
            reason.push_str(&format!(", wanted {}", quoted(&self.wanted)));
        }
        if let Some(leeway) = self.leeway {
            reason.push_str(&format!(", with {leeway} seconds of leeway"));
        }
        if let Some(trouble) = &self.trouble {
            reason.push_str(&format!(": {trouble}"));
        }
        Self { reason, ..self }
    }
}

fn quoted(texts: &[String]) -> String {
    texts.iter().map(|text| format!("{text:?}")).collect::<Vec<_>>().join(", ")
}

fn texts<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Vec<String> {
    texts.into_iter().take(MAX_TEXTS).map(|text| printable(text.as_ref())).collect()
}

/// A text from outside, fit for one line of a log.
pub(crate) fn printable(text: &str) -> String {
    let mut shown: String =
        text.chars().take(MAX_TEXT).map(|c| if c.is_control() { '?' } else { c }).collect();
    if text.chars().nth(MAX_TEXT).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_was_found_and_what_was_wanted() {
        let detail = Detail::of("typ").found(["JWT"]).wanted(["at+jwt"]).told("the token is of another type");
        assert_eq!(detail.reason, r#"the token is of another type: typ is "JWT", wanted "at+jwt""#);
        let detail = Detail::missing("sub").told("the token lacks a claim");
        assert_eq!(detail.reason, "the token lacks a claim: sub is missing");
        let detail = Detail::of("exp").found(["5"]).leeway(30).told("the token has expired");
        assert_eq!(detail.reason, r#"the token has expired: exp is "5", with 30 seconds of leeway"#);
    }

    #[test]
    fn what_a_stranger_wrote_stays_in_one_short_line() {
        let hostile = format!("a\r\nb\u{85}{}", "x".repeat(10_000));
        let detail = Detail::of(&hostile).found([&hostile; 100]).token(Some(&hostile), None, None).told("x");
        assert!(detail.reason.len() < MAX_TEXT * (MAX_TEXTS + 2) * 2);
        assert!(!detail.reason.chars().chain(detail.kid.unwrap().chars()).any(char::is_control));
    }
}
