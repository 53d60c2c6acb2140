//! The issuer: the name by which clients know a provider, compared by them as a string (RFC 8414 2,
//! OpenID Connect Discovery 3). It never changes, so its spelling has to be right at the start.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// The first segments of the provider's own paths, and of those that it may have one day. Where a proxy strips the path of
/// the issuer, a request for such a path could not be told from one below it.
const OWN: [&str; 37] = [
    ".well-known",
    "account",
    "admin",
    "api",
    "assets",
    "authorize",
    "authorize-challenge",
    "brand",
    "check_session",
    "connect",
    "consent",
    "console",
    "demo",
    "device",
    "device_authorization",
    "forgot-password",
    "introspect",
    "jwks",
    "language",
    "livez",
    "login",
    "logos",
    "logout",
    "metrics",
    "par",
    "readyz",
    "register",
    "reset-password",
    "revocations",
    "revoke",
    "scim",
    "select-account",
    "signup",
    "static",
    "t",
    "token",
    "userinfo",
];

/// The issuer of the default tenant, in its one canonical spelling.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Issuer {
    text: String,
    url: Url,
}

impl Issuer {
    /// Reads an issuer: `https`, a host in lower case, perhaps a port, perhaps a path, and nothing else. With
    /// `insecure_http`, `http` is accepted for names of this machine.
    ///
    /// # Errors
    /// A sentence that says what is wrong and what would be right.
    pub fn parse(text: &str, insecure_http: bool) -> Result<Self, String> {
        let url = Url::parse(text)
            .map_err(|_| format!("must be an https URL such as https://id.example.com, not {text:?}"))?;
        check_scheme(&url, insecure_http)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must not carry a username or password".to_owned());
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("must have no query and no fragment (RFC 8414 2)".to_owned());
        }
        // The parser writes the host in lower case and drops the default port and the dots; whoever
        // compares strings would see another issuer.
        let canonical = url.as_str().trim_end_matches('/');
        if canonical != text {
            return Err(format!(
                "must be spelled {canonical:?}, not {text:?}: clients compare it as a string"
            ));
        }
        check_path(path_of(text))?;
        Ok(Self { text: text.to_owned(), url })
    }

    /// The issuer string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The same as a URL.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Whether it is `https`: then cookies are `Secure`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }
}

/// Reads any issuer that could be accepted; whether `http` is, another setting decides.
impl TryFrom<String> for Issuer {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text, true)
    }
}

impl From<Issuer> for String {
    fn from(issuer: Issuer) -> Self {
        issuer.text
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The path of an issuer, such as `/auth`: empty where it has none.
#[must_use]
pub fn path_of(issuer: &str) -> &str {
    let authority = issuer.split_once("://").map_or(issuer, |(_, rest)| rest);
    authority.find('/').and_then(|at| authority.get(at..)).unwrap_or_default()
}

/// A path that nobody spells in two ways: no byte of it is ever encoded, and it is the path of cookies as it stands.
fn check_path(path: &str) -> Result<(), String> {
    let Some(segments) = path.strip_prefix('/') else {
        return Ok(());
    };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    if segments.split('/').any(|segment| segment.is_empty() || !segment.bytes().all(is_plain)) {
        return Err(format!(
            "must have a path of letters, digits and -._~ between single slashes, such as /auth, not {path:?}"
        ));
    }
    match segments.split('/').next() {
        Some(first) if OWN.contains(&first) => Err(format!(
            "must not have a path below /{first}, which is one of the provider's own; take another one, such as /auth"
        )),
        _ => Ok(()),
    }
}

fn check_scheme(url: &Url, insecure_http: bool) -> Result<(), String> {
    match url.scheme() {
        "https" if url.host_str().is_some() => Ok(()),
        "http" if !is_loopback(url) => Err(
            "must begin with https://; http is only for names of this machine, such as http://localhost:8080"
                .to_owned(),
        ),
        "http" if insecure_http => Ok(()),
        "http" => {
            Err("must begin with https://; to try things out on this machine, use --insecure-http".to_owned())
        }
        scheme => Err(format!("must begin with https://, not {scheme:?}")),
    }
}

/// Whether the host is this machine by name or address.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Issuer, path_of};

    #[test]
    fn good_issuers_keep_their_spelling() {
        for text in [
            "https://id.example.com",
            "https://id.example.com:8443",
            "https://192.0.2.1",
            "https://[2001:db8::1]:444",
            "https://id.example.com/auth",
            "https://id.example.com:8443/a-b.c_d~e/F/t",
            "https://id.example.com/tt",
        ] {
            assert_eq!(Issuer::parse(text, false).unwrap().as_str(), text);
        }
        for text in ["http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"] {
            let issuer = Issuer::parse(text, true).unwrap();
            assert!(!issuer.is_https());
            assert!(Issuer::parse(text, false).unwrap_err().contains("--insecure-http"));
        }
    }

    #[test]
    fn rfc8414_2_everything_else_is_refused_with_a_reason() {
        let cases = [
            ("", "https URL"),
            ("id.example.com", "https URL"),
            ("ftp://id.example.com", "https://"),
            ("http://id.example.com", "https://"),
            ("http://localhost.example.com", "https://"),
            ("https://id.example.com/", "spelled \"https://id.example.com\""),
            ("https://ID.example.com", "spelled"),
            ("https://id.example.com:443", "spelled"),
            ("https://id.example.com/auth/", "spelled \"https://id.example.com/auth\""),
            ("https://id.example.com/a/../b", "spelled"),
            ("https://id.example.com/a//b", "single slashes"),
            ("https://id.example.com//", "spelled"),
            ("https://id.example.com/a%20b", "letters"),
            ("https://id.example.com/a;b", "letters"),
            ("https://id.example.com/t", "own"),
            ("https://id.example.com/login/x", "own"),
            ("https://id.example.com/.well-known", "own"),
            ("https://id.example.com/auth?a=b", "query"),
            ("https://id.example.com?a=b", "query"),
            ("https://id.example.com#a", "fragment"),
            ("https://me:pw@id.example.com", "username"),
            (" https://id.example.com", "spelled"),
        ];
        for (text, reason) in cases {
            let why = Issuer::parse(text, true).unwrap_err();
            assert!(why.contains(reason), "{text:?}: {why}");
        }
    }

    #[test]
    fn paths_of_issuers() {
        for (issuer, path) in [
            ("https://id.example.com", ""),
            ("http://[::1]:8080", ""),
            ("https://id.example.com/auth", "/auth"),
            ("https://id.example.com:8443/a/b", "/a/b"),
        ] {
            assert_eq!(path_of(issuer), path, "{issuer}");
        }
    }
}
