//! Which host a request names (RFC 9112 3.2, RFC 9113 8.3.1). Only the form counts here: the issuer is a setting, so
//! that no name leads anywhere else than another.

use http::header::HOST;
use http::{Request, Version};

/// Checks that a request names one host, in one way.
///
/// # Errors
/// A sentence for the client.
pub(super) fn check<B>(request: &Request<B>) -> Result<(), &'static str> {
    let mut fields = request.headers().get_all(HOST).iter();
    let (first, second) = (fields.next(), fields.next());
    if second.is_some() {
        return Err("The request has two Host fields");
    }
    let field = first.map(|value| value.to_str().unwrap_or_default());
    if field.is_some_and(|field| !is_host(field)) {
        return Err("The Host field is not valid");
    }
    let authority = request.uri().authority().map(http::uri::Authority::as_str);
    let is_http2 = request.version() >= Version::HTTP_2;
    match (field, authority) {
        (_, Some(authority)) if !is_host(authority) => Err("The host is not valid"),
        (None, None) if is_http2 => Err("The request names no host"),
        // Even where the target names the host (RFC 9112 3.2.2).
        (None, _) if request.version() == Version::HTTP_11 => Err("The request has no Host field"),
        (Some(field), Some(authority)) if is_http2 && !field.eq_ignore_ascii_case(authority) => {
            Err("The request names two hosts")
        }
        _ => Ok(()),
    }
}

/// `uri-host [ ":" port ]` (RFC 9110 7.2); neither http nor https knows an empty host.
fn is_host(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((literal, port)) => return is_address(literal) && is_port(port),
            None => return false,
        },
        None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
    };
    let is_name = !host.is_empty() && host.bytes().all(is_name_byte);
    is_name && port.is_none_or(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_address(literal: &str) -> bool {
    literal.parse::<std::net::Ipv6Addr>().is_ok()
}

/// What follows the bracket: nothing, or a port.
fn is_port(rest: &str) -> bool {
    let digits = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    rest.is_empty() || rest.strip_prefix(':').is_some_and(digits)
}

/// A byte of a registered name (RFC 3986 3.2.2).
fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(version: Version, target: &str, hosts: &[&str]) -> Request<()> {
        let mut request = Request::builder().version(version).uri(target);
        for host in hosts {
            request = request.header(HOST, *host);
        }
        request.body(()).unwrap()
    }

    #[test]
    fn rfc9112_3_2_one_valid_host() {
        let checked = |hosts: &[&str]| check(&request(Version::HTTP_11, "/token", hosts)).is_ok();
        for host in ["a", "id.example.com", "id.example.com:8443", "127.0.0.1:1", "[::1]", "[::1]:80", "a:"] {
            assert!(checked(&[host]), "{host}");
        }
        for host in
            ["", ":80", "a b", "a/b", "u@a", "a:b", "a:80:80", "[::1", "[a]", "[::1]x", "a\"", "a,b c"]
        {
            assert!(!checked(&[host]), "{host:?}");
        }
        assert!(!checked(&[]) && !checked(&["a", "a"]) && !checked(&["a", "b"]));
        assert!(check(&request(Version::HTTP_10, "/", &[])).is_ok());
        assert!(check(&request(Version::HTTP_10, "/", &["a", "a"])).is_err());
        assert!(check(&request(Version::HTTP_11, "http://a/", &["b"])).is_ok(), "the target counts");
        assert!(check(&request(Version::HTTP_11, "http://a/", &[])).is_err());
    }

    #[test]
    fn rfc9113_8_3_1_authority_or_host() {
        let checked = |target: &str, hosts: &[&str]| check(&request(Version::HTTP_2, target, hosts)).is_ok();
        assert!(checked("http://a/", &[]) && checked("http://a/", &["A"]) && checked("/", &["a"]));
        assert!(!checked("/", &[]) && !checked("http://a/", &["b"]) && !checked("http://u@a/", &[]));
    }
}
