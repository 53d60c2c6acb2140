//! The target of a fetch: a URL is parsed once, and only the parsed parts are used.

use std::net::IpAddr;

use http::header::{ACCEPT_ENCODING, CONNECTION, HOST, USER_AGENT};
use http::{HeaderName, Method, Request};
use http_body_util::Full;
use hyper::body::Bytes;
use rustls::pki_types::ServerName;
use url::{Host, Position, Url};

use super::{EgressError, address};
use crate::config::Allow;

/// The longest URL.
const LONGEST: usize = 4096;

pub(super) struct Target {
    pub(super) host: Host<String>,
    pub(super) port: u16,
    pub(super) tls_name: ServerName<'static>,
    /// Whether it is https.
    pub(super) is_tls: bool,
    authority: String,
    path_and_query: String,
}

impl Target {
    /// Parses an https URL without user information; any port is allowed.
    pub(super) fn parse(text: &str) -> Result<Self, EgressError> {
        Self::of_webhook(text, false)
    }

    /// The same of a webhook, which may be http to a host that is this machine, where `http_loopback` says so.
    pub(super) fn of_webhook(text: &str, http_loopback: bool) -> Result<Self, EgressError> {
        if text.len() > LONGEST {
            return Err(EgressError::Url("is too long"));
        }
        let url = Url::parse(text).map_err(|_| EgressError::Url("cannot be read"))?;
        let is_tls = url.scheme() == "https";
        let is_plain = http_loopback && url.scheme() == "http" && is_loopback(&url);
        if !is_tls && !is_plain {
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
            port: url.port().unwrap_or(if is_tls { 443 } else { 80 }),
            is_tls,
            authority: url[Position::BeforeHost..Position::AfterPort].to_owned(),
            path_and_query: url[Position::BeforePath..Position::AfterQuery].to_owned(),
        })
    }

    pub(super) fn host(&self) -> String {
        self.host.to_string()
    }

    /// Refuses a private address that is not listed, and a name that only a private network knows. Where whole networks
    /// are listed, such a name may lead to one of them, which shows when it is resolved. Where nothing may be reached but
    /// what is listed, everything else is refused.
    pub(super) fn check_host(&self, allow: &Allow) -> Result<(), EgressError> {
        let listed = |address: IpAddr| address::may_be_reached(address, allow);
        match &self.host {
            Host::Ipv4(address) if !listed(IpAddr::V4(*address)) => {
                Err(EgressError::Forbidden(IpAddr::V4(*address)))
            }
            Host::Ipv6(address) if !listed(IpAddr::V6(*address)) => {
                Err(EgressError::Forbidden(IpAddr::V6(*address)))
            }
            Host::Domain(name) if allow.is_closed() && !allow.names(name) => Err(EgressError::Unlisted),
            Host::Domain(name) if is_private(name) && !allow.names(name) && !allow.has_networks() => {
                Err(EgressError::Url("names a private host that egress.allow does not list"))
            }
            _ => Ok(()),
        }
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

/// Whether the host is this machine by its name or its address.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Whether a name is one of a private network: a single label, or below a suffix that the public internet does not
/// resolve (RFC 6761 6.3, RFC 6762 3, RFC 8375; `internal` is reserved by ICANN).
fn is_private(name: &str) -> bool {
    const SUFFIXES: [&str; 4] = [".localhost", ".local", ".internal", ".home.arpa"];
    let name = name.trim_end_matches('.');
    !name.contains('.') || SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
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

    #[test]
    fn a_webhook_may_be_http_on_this_machine_where_that_is_set() {
        for text in ["http://127.0.0.1:9/a", "http://[::1]/", "http://localhost/"] {
            let target = Target::of_webhook(text, true).unwrap();
            assert!(!target.is_tls && Target::of_webhook(text, false).is_err(), "{text}");
        }
        assert_eq!(Target::of_webhook("http://localhost/", true).unwrap().port, 80);
        for text in ["http://hooks.test/", "http://10.0.0.1/", "http://localhost.test/", "ftp://localhost/"] {
            assert!(Target::of_webhook(text, true).is_err(), "{text}");
        }
    }

    #[test]
    fn private_hosts_are_refused_unless_they_are_listed() {
        let check = |url: &str, items: &[&str]| {
            let items: Vec<_> = items.iter().map(ToString::to_string).collect();
            Target::parse(url).unwrap().check_host(&Allow::parse(&items).unwrap()).is_ok()
        };
        for url in [
            "https://169.254.169.254/latest",
            "https://10.0.0.1/",
            "https://127.1/",
            "https://[::ffff:10.0.0.1]/",
            "https://localhost/",
            "https://hooks/",
            "https://metadata.google.internal/",
            "https://a.localhost./",
            "https://printer.local/",
        ] {
            assert!(!check(url, &[]), "{url}");
            assert!(!check(url, &["other.test"]), "{url}");
        }
        assert!(check("https://hooks.example.com/", &[]) && check("https://1.1.1.1/", &[]));
        assert!(check("https://10.0.0.1/", &["10.0.0.0/8"]) && !check("https://10.0.0.1/", &["10.0.0.2"]));
        assert!(check("https://hooks/", &["hooks"]) && check("https://localhost/", &["127.0.0.0/8"]));
    }
}
