//! The target of a fetch: a URL is parsed once, and only the parsed parts are used.

use http::header::{ACCEPT_ENCODING, CONNECTION, HOST, USER_AGENT};
use http::{HeaderName, Method, Request};
use http_body_util::Full;
use hyper::body::Bytes;
use rustls::pki_types::ServerName;
use url::{Host, Position, Url};

use super::EgressError;

/// The longest URL.
const LONGEST: usize = 4096;

pub(super) struct Target {
    pub(super) host: Host<String>,
    pub(super) port: u16,
    pub(super) tls_name: ServerName<'static>,
    authority: String,
    path_and_query: String,
}

impl Target {
    /// Parses an https URL without user information; any port is allowed.
    pub(super) fn parse(text: &str) -> Result<Self, EgressError> {
        if text.len() > LONGEST {
            return Err(EgressError::Url("is too long"));
        }
        let url = Url::parse(text).map_err(|_| EgressError::Url("cannot be read"))?;
        if url.scheme() != "https" {
            return Err(EgressError::Url("is not https"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(EgressError::Url("contains a username or a password"));
        }
        let host = url.host().ok_or(EgressError::Url("has no host"))?.to_owned();
        let tls_name = match &host {
            Host::Domain(name) => ServerName::try_from(name.clone()).ok(),
            Host::Ipv4(address) => Some(ServerName::IpAddress((*address).into())),
            Host::Ipv6(address) => Some(ServerName::IpAddress((*address).into())),
        };
        Ok(Self {
            tls_name: tls_name.ok_or(EgressError::Url("has an invalid host name"))?,
            host,
            port: url.port().unwrap_or(443),
            authority: url[Position::BeforeHost..Position::AfterPort].to_owned(),
            path_and_query: url[Position::BeforePath..Position::AfterQuery].to_owned(),
        })
    }

    pub(super) fn host(&self) -> String {
        self.host.to_string()
    }

    /// A request to the target, with no headers beyond those needed.
    pub(super) fn request(
        &self,
        method: Method,
        header: (HeaderName, &str),
        body: String,
    ) -> Result<Request<Full<Bytes>>, EgressError> {
        Request::builder()
            .method(method)
            .uri(&self.path_and_query)
            .header(HOST, &self.authority)
            .header(USER_AGENT, concat!("credenza/", env!("CARGO_PKG_VERSION")))
            .header(ACCEPT_ENCODING, "identity")
            .header(CONNECTION, "close")
            .header(header.0, header.1)
            .body(Full::from(body))
            .map_err(|_| EgressError::Url("cannot be requested"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_has_the_parts_of_the_url() {
        let target = Target::parse("https://keys.test:8443/a/b?c=d#e").unwrap();
        assert_eq!((target.host().as_str(), target.port), ("keys.test", 8443));
        let request = target.request(Method::GET, (http::header::ACCEPT, "*/*"), String::new()).unwrap();
        assert_eq!(request.uri(), "/a/b?c=d");
        assert_eq!(request.headers()[HOST], "keys.test:8443");
        let target = Target::parse("https://[2606:4700::1]").unwrap();
        let request = target.request(Method::GET, (http::header::ACCEPT, "*/*"), String::new()).unwrap();
        assert_eq!((request.uri().path(), target.port), ("/", 443));
        assert_eq!(request.headers()[HOST], "[2606:4700::1]");
    }

    #[test]
    fn other_urls_are_refused() {
        for text in [
            "",
            "keys.test",
            "/keys",
            "http://keys.test/",
            "HTTP://keys.test/",
            "ftp://keys.test/",
            "file:///etc/passwd",
            "gopher://keys.test/",
            "data:application/json,{}",
            "javascript:alert(1)",
            "https://",
            "https:///",
            "https://user@keys.test/",
            "https://user:pass@keys.test/",
            "https://:pass@keys.test/",
            "https://keys.test@evil.test/",
            "https://keys.test:99999/",
            "https://a b.test/",
            "https://[::1/",
            "https://[fe80::1%25eth0]/",
        ] {
            assert!(matches!(Target::parse(text), Err(EgressError::Url(_))), "{text:?}");
        }
        assert!(Target::parse(&format!("https://keys.test/{}", "a".repeat(5000))).is_err());
    }
}
