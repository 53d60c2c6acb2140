//! What the host fetches for a validator, which does no I/O of its own.

use serde::{Deserialize, Serialize};

use crate::Cause;

/// An HTTP request to make, without following redirects.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Fetch {
    /// Identifies what is fetched: of two fetches with the same key, one is enough.
    pub key: String,
    /// The method.
    pub method: Method,
    /// The URL: https, except for hosts for which the settings allow http. For [`Method::Resolve`] the issuer, and for
    /// [`Method::Remember`] nothing.
    pub url: String,
    /// Header fields to send.
    pub headers: Vec<(String, String)>,
    /// The body of a POST; of [`Method::Remember`] the time until which the name is remembered.
    pub body: Option<String>,
    /// The greatest size of the answer's body; a longer one is a failure.
    pub max_bytes: usize,
    /// How long it may take, in milliseconds.
    pub timeout_ms: u64,
}

/// The methods in use: of HTTP, and of what the host does by itself.
#[derive(Copy, Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// GET.
    Get,
    /// POST.
    Post,
    /// The host's own function is asked about the issuer named by `url`, which nothing vouches for yet: status 200 with
    /// its settings as JSON (those of [`crate::settings::IssuerSettings`] but `issuer`), or 404.
    Resolve,
    /// The host takes note of `key` for all nodes, until the time in `body` (seconds since 1970) at least: status 200
    /// when it was new, 409 when it was known. Of two at once, one is new.
    Remember,
}

/// What was answered.
#[derive(Copy, Clone, Debug, Default)]
pub struct Response<'a> {
    /// The status; whatever is not 200 is a failure.
    pub status: u16,
    /// The media type, where one was given.
    pub content_type: Option<&'a str>,
    /// `Cache-Control`, where it was given.
    pub cache_control: Option<&'a str>,
    /// The body.
    pub body: &'a [u8],
}

/// Why there was no answer.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{}: {message}", cause.as_str())]
pub struct FetchFailure {
    /// What kind of failure.
    pub cause: Cause,
    /// What the host says of it, for logs.
    pub message: String,
}

impl FetchFailure {
    /// A failure of a kind that the host knows.
    #[must_use]
    pub fn new(cause: Cause, message: impl Into<String>) -> Self {
        Self { cause, message: message.into() }
    }
}

impl From<String> for FetchFailure {
    /// A failure of a kind that the host does not know.
    fn from(message: String) -> Self {
        Self { cause: Cause::Other, message }
    }
}

/// How much of a document is read, in bytes.
pub(crate) const MAX_BYTES: usize = 256 * 1024;
/// How long a fetch may take, in milliseconds.
pub(crate) const TIMEOUT_MS: u64 = 5_000;

impl Fetch {
    /// What the host does by itself.
    pub(crate) fn of_host(key: String, method: Method, url: &str, body: Option<String>) -> Self {
        let headers = Vec::new();
        let url = url.to_owned();
        Self { key, method, url, headers, body, max_bytes: MAX_BYTES, timeout_ms: TIMEOUT_MS }
    }

    pub(crate) fn get(key: &str, url: &str, accept: &str) -> Self {
        Self {
            key: key.to_owned(),
            method: Method::Get,
            url: url.to_owned(),
            headers: vec![("Accept".to_owned(), accept.to_owned())],
            body: None,
            max_bytes: MAX_BYTES,
            timeout_ms: TIMEOUT_MS,
        }
    }
}

/// Whether a URL may be fetched: https, or http where `allow_http` says so or the host is this machine.
pub(crate) fn acceptable(url: &str, allow_http: bool) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.is_empty() || authority.contains('@') || url.contains(['#', ' ', '\\', '\n', '\r', '\t']) {
        return false;
    }
    scheme == "https" || (scheme == "http" && (allow_http || is_loopback(authority)))
}

fn is_loopback(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a236_https_alone_but_on_this_machine() {
        for url in [
            "https://id.example",
            "https://id.example:8443/a?b",
            "http://localhost:1/x",
            "http://127.0.0.1",
            "http://[::1]:8080",
        ] {
            assert!(acceptable(url, false), "{url}");
        }
        for url in [
            "http://id.example",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example/",
            "http://localhost@evil.example/",
            "https://a@b/",
            "file:///etc/passwd",
            "ftp://localhost/",
            "//id.example",
            "https://",
            "https:///x",
            "https://a/#b",
            "https://a\\@b",
            "",
        ] {
            assert!(!acceptable(url, false), "{url}");
        }
        assert!(acceptable("http://id.example", true));
    }
}
