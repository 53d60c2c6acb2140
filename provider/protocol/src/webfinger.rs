//! WebFinger (RFC 7033), by which a client finds the issuer of somebody whose identifier it was given (OpenID Connect
//! Discovery 2).
//!
//! The host of the identifier alone decides: whoever is named at it, and whether there is such an account, the answer is
//! the same.

use schemars::JsonSchema;
use serde::Serialize;
use url::{Host, Url};

use crate::error::Refusal;
use crate::params::Params;

/// The relation of an issuer (OpenID Connect Discovery 2).
pub const REL: &str = "http://openid.net/specs/connect/1.0/issuer";
/// The media type of the answer (RFC 7033 10.2).
pub const MEDIA_TYPE: &str = "application/jrd+json";

/// Why there is no answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[expect(missing_docs, reason = "the message of each variant says it")]
pub enum Error {
    #[error("resource is missing")]
    Missing,
    #[error("there are too many parameters, or resource is repeated")]
    Repeated,
    #[error("resource is not a URI")]
    Malformed,
    #[error("nothing is known of this resource")]
    Unknown,
}

impl Error {
    /// The status of the answer (RFC 7033 4.2).
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Unknown => 404,
            Self::Missing | Self::Repeated | Self::Malformed => 400,
        }
    }
}

impl Refusal for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "not_found",
            Self::Missing | Self::Repeated | Self::Malformed => "invalid_request",
        }
    }

    fn rule(&self) -> &'static str {
        "RFC 7033 4.2"
    }
}

/// A request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Request {
    /// The host of the resource, and its port where one is named.
    pub host: String,
    resource: String,
    /// Whether the issuer is asked for: by name, or since no relation is.
    wants_issuer: bool,
}

/// The answer, a JSON Resource Descriptor (RFC 7033 4.4).
#[derive(Clone, Debug, Eq, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "ResourceDescriptor")]
pub struct Descriptor {
    /// The resource that was asked about.
    pub subject: String,
    /// Its links; without the issuer's where other relations alone are asked for (4.3).
    pub links: Vec<Link>,
}

/// A link.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "ResourceLink")]
pub struct Link {
    /// The relation.
    pub rel: &'static str,
    /// The issuer.
    pub href: String,
}

impl Request {
    /// Reads `resource` and `rel` (RFC 7033 4.1). Parameters that are not known are ignored.
    ///
    /// # Errors
    /// [`Error`]; [`Error::Unknown`] for a kind of resource that has no issuer here.
    pub fn read(params: &Params) -> Result<Self, Error> {
        if params.is_repeated("resource") {
            return Err(Error::Repeated);
        }
        let resource = params.get("resource").ok_or(Error::Missing)?;
        let mut relations = params.all("rel").peekable();
        let wants_issuer = relations.peek().is_none() || relations.any(|rel| rel == REL);
        Ok(Self { host: host(resource)?, resource: resource.to_owned(), wants_issuer })
    }

    /// The answer, with the issuer of that host.
    #[must_use]
    pub fn describe(self, issuer: &str) -> Descriptor {
        let link = self.wants_issuer.then(|| Link { rel: REL, href: issuer.to_owned() });
        Descriptor { subject: self.resource, links: link.into_iter().collect() }
    }
}

/// Whether a text is a host as [`Request::host`] has it: in lower case, in ASCII, perhaps with a port other than 443. An
/// asterisk would stand for itself and for no other host.
#[must_use]
pub fn is_host(text: &str) -> bool {
    !text.contains('*') && of_url(&format!("https://{text}/")).is_ok_and(|host| host == text)
}

/// The host of an identifier: `acct:user@host` (RFC 7565) or an https URL, which are what OpenID Connect Discovery 2.1
/// makes of everything that people type. A `mailto:` address has no issuer: it is another resource than the account of the
/// same name.
fn host(resource: &str) -> Result<String, Error> {
    let (scheme, rest) = resource.split_once(':').ok_or(Error::Malformed)?;
    if scheme.eq_ignore_ascii_case("acct") {
        return of_account(rest);
    }
    if scheme.eq_ignore_ascii_case("https") {
        return of_url(resource);
    }
    let is_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    let is_uri =
        scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(is_scheme);
    Err(if is_uri { Error::Unknown } else { Error::Malformed })
}

/// RFC 7565 7: a user and a host, without a port.
fn of_account(text: &str) -> Result<String, Error> {
    let (user, host) = text.split_once('@').ok_or(Error::Malformed)?;
    if user.is_empty() || user.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(Error::Malformed);
    }
    match Host::parse(host) {
        Ok(host) => Ok(host.to_string()),
        Err(_) => Err(Error::Malformed),
    }
}

fn of_url(text: &str) -> Result<String, Error> {
    let url = Url::parse(text).map_err(|_| Error::Malformed)?;
    let host = url.host_str().ok_or(Error::Malformed)?;
    Ok(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<Request, Error> {
        Request::read(&Params::parse(query.as_bytes()).unwrap())
    }

    #[test]
    fn discovery_2_1_the_host_of_an_identifier() {
        for (resource, host) in [
            ("acct:joe@example.com", "example.com"),
            ("ACCT:joe@EXAMPLE.com", "example.com"),
            ("acct:juliet%40capulet.example@shoppingsite.example", "shoppingsite.example"),
            ("acct:joe@b%C3%BCcher.example", "xn--bcher-kva.example"),
            ("https://example.com", "example.com"),
            ("https://example.com:443/joe", "example.com"),
            ("https://example.com:8080/", "example.com:8080"),
            ("https://joe@example.com:8080/", "example.com:8080"),
            ("HTTPS://Example.COM/a?b#c", "example.com"),
        ] {
            assert_eq!(super::host(resource).as_deref(), Ok(host), "{resource}");
        }
        for resource in ["mailto:joe@example.com", "http://example.com/", "tel:+1", "urn:a:b", "x-a+b.c:d"] {
            assert_eq!(super::host(resource), Err(Error::Unknown), "{resource}");
        }
        for resource in [
            "joe@example.com",
            "example.com",
            ":",
            "a b:c",
            "acct:joe",
            "acct:@example.com",
            "acct:joe@",
            "acct:joe@example.com:80",
            "acct:joe@a@example.com",
            "acct:joe@example.com/x",
            "acct:j e@example.com",
            "https://",
            "https://exa mple.com",
        ] {
            assert_eq!(super::host(resource), Err(Error::Malformed), "{resource}");
        }
    }

    #[test]
    fn rfc7033_4_1_resource_once_and_any_relations() {
        let wants = |query: &str| read(query).map(|request| !request.describe("https://id").links.is_empty());
        let account = "resource=acct%3Ajoe%40example.com";
        let rel = "rel=http%3A%2F%2Fopenid.net%2Fspecs%2Fconnect%2F1.0%2Fissuer";
        assert_eq!(wants(account), Ok(true));
        assert_eq!(wants(&format!("{account}&{rel}&other=1")), Ok(true));
        assert_eq!(wants(&format!("{account}&rel=author&{rel}")), Ok(true));
        assert_eq!(wants(&format!("{account}&rel=author&rel=avatar")), Ok(false));
        assert_eq!(wants(rel), Err(Error::Missing));
        assert_eq!(wants("resource="), Err(Error::Missing));
        assert_eq!(wants(&format!("{account}&{account}")), Err(Error::Repeated));
    }

    #[test]
    fn hosts_have_one_spelling() {
        for host in [
            "example.com",
            "example.com:8443",
            "xn--bcher-kva.example",
            "192.0.2.1",
            "[2001:db8::1]",
            "localhost",
        ] {
            assert!(is_host(host), "{host}");
        }
        for other in [
            "",
            "Example.com",
            "example.com:443",
            "example.com/",
            "https://example.com",
            "a b",
            "bücher.example",
            "u@a",
            "*.a",
        ] {
            assert!(!is_host(other), "{other}");
        }
    }
}
