//! What kept a validator from its issuer's documents.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::printable;

/// Why a document could not be had, or was of no use.
#[derive(Copy, Clone, Debug, Eq, PartialEq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The answer has a status other than 200.
    HttpStatus,
    /// The answer is a redirect: none is followed.
    Redirect,
    /// The answer is a page for people.
    Html,
    /// The answer is not JSON.
    NotJson,
    /// The answer is not the document that was asked for.
    Malformed,
    /// The metadata are those of another issuer.
    IssuerMismatch,
    /// The metadata name an address that is not an https URL.
    Insecure,
    /// The metadata do not name the endpoint.
    NotOffered,
    /// The key set has no key that can be used here.
    NoKeys,
    /// The answer is signed, and its signature or its claims are not accepted.
    Untrusted,
    /// It was asked for a moment ago.
    Cooldown,
    /// The host: it took too long.
    Timeout,
    /// The host: no connection, or it broke off.
    Connect,
    /// The host: the name was not found.
    Dns,
    /// The host: the certificate is not trusted, or TLS failed otherwise.
    Tls,
    /// The host: the certificate is for another name.
    TlsName,
    /// The answer is too long.
    TooLarge,
    /// The host: whoever waited for it went away. It counts as no attempt.
    Cancelled,
    /// The host: anything else.
    Other,
}

impl Cause {
    /// Every cause.
    pub const ALL: [Self; 19] = [
        Self::HttpStatus,
        Self::Redirect,
        Self::Html,
        Self::NotJson,
        Self::Malformed,
        Self::IssuerMismatch,
        Self::Insecure,
        Self::NotOffered,
        Self::NoKeys,
        Self::Untrusted,
        Self::Cooldown,
        Self::Timeout,
        Self::Connect,
        Self::Dns,
        Self::Tls,
        Self::TlsName,
        Self::TooLarge,
        Self::Cancelled,
        Self::Other,
    ];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HttpStatus => "http_status",
            Self::Redirect => "redirect",
            Self::Html => "html",
            Self::NotJson => "not_json",
            Self::Malformed => "malformed",
            Self::IssuerMismatch => "issuer_mismatch",
            Self::Insecure => "insecure",
            Self::NotOffered => "not_offered",
            Self::NoKeys => "no_keys",
            Self::Untrusted => "untrusted",
            Self::Cooldown => "cooldown",
            Self::Timeout => "timeout",
            Self::Connect => "connect",
            Self::Dns => "dns",
            Self::Tls => "tls",
            Self::TlsName => "tls_name",
            Self::TooLarge => "too_large",
            Self::Cancelled => "cancelled",
            Self::Other => "other",
        }
    }

    /// The cause of that name; [`Cause::Other`] for any other text.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        Self::ALL.into_iter().find(|cause| cause.as_str() == name).unwrap_or(Self::Other)
    }
}

/// Trouble with one document of the issuer.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Trouble {
    /// What kind of trouble.
    pub cause: Cause,
    /// What was fetched.
    pub url: String,
    /// The status of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// What the host, or the document, says of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What to do about it, where that can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Trouble {
    pub(crate) fn new(cause: Cause, url: &str) -> Self {
        Self { cause, url: printable(url), status: None, message: None, hint: None }
    }

    pub(crate) fn message(self, message: &str) -> Self {
        let message = printable(message);
        Self { message: (!message.is_empty()).then_some(message), ..self }
    }

    pub(crate) fn hint(self, hint: &str) -> Self {
        Self { hint: Some(hint.to_owned()), ..self }
    }
}

/// One line for a log.
impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.cause.as_str(), self.url)?;
        if let Some(status) = self.status {
            write!(f, ", status {status}")?;
        }
        if let Some(message) = &self.message {
            write!(f, ", {message}")?;
        }
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, "; {hint}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_has_one_name() {
        for cause in Cause::ALL {
            assert_eq!(Cause::from_name(cause.as_str()), cause);
            assert_eq!(serde_json::to_value(cause).unwrap(), cause.as_str());
        }
        assert_eq!(Cause::from_name("x"), Cause::Other);
    }
}
