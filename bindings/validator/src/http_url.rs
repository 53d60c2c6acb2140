//! Comparing the URL of a request with the `htu` of a DPoP proof (RFC 9449 section 4.3, RFC 3986 section 6.2).

/// A URL as it is compared: without query and fragment, scheme and host in lower case, no default port, no empty
/// path, and each octet written in one way. `None` for anything but an http or https URL without a user.
pub(crate) fn normal(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let default_port = match scheme.as_str() {
        "https" => ":443",
        "http" => ":80",
        _ => return None,
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    let authority = authority.to_ascii_lowercase();
    let host = authority.strip_suffix(default_port).or(authority.strip_suffix(':')).unwrap_or(&authority);
    if host.is_empty() || host.contains('@') || !url.bytes().all(|byte| matches!(byte, b'!'..=b'~')) {
        return None;
    }
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    let path = if path.is_empty() { "/" } else { path };
    Some(format!("{scheme}://{host}{}", normal_escapes(path)?))
}

/// Escapes in upper case, and none for characters that need none (RFC 3986 sections 6.2.2.1 and 6.2.2.2).
fn normal_escapes(path: &str) -> Option<String> {
    let mut parts = path.split('%');
    let mut normal = parts.next()?.to_owned();
    for part in parts {
        let (hex, rest) = part.split_at_checked(2)?;
        if !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        match char::from(u8::from_str_radix(hex, 16).ok()?) {
            plain @ ('a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '.' | '_' | '~') => normal.push(plain),
            _ => normal.extend(["%", &hex.to_ascii_uppercase()]),
        }
        normal.push_str(rest);
    }
    Some(normal)
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn rfc3986_6_2_equivalent_urls_compare_equal() {
        let expected = Some("https://api.example/a%2Fb/~c".to_owned());
        for url in [
            "https://api.example/a%2Fb/~c",
            "HTTPS://API.example:443/a%2fb/%7Ec?x=1",
            "https://api.example:/a%2Fb/%7e%63#f",
        ] {
            assert_eq!(normal(url), expected, "{url}");
        }
        assert_eq!(normal("http://api.example"), normal("http://api.example:80/"));
        assert_eq!(normal("http://[::1]:8080"), Some("http://[::1]:8080/".to_owned()));
    }

    #[test]
    fn what_differs_compares_unequal() {
        let one = normal("https://api.example/a");
        for url in [
            "http://api.example/a",
            "https://api.example:8443/a",
            "https://api.example/A",
            "https://api.example/a/",
            "https://api.example.evil/a",
            "https://api.example/b/../a",
        ] {
            assert_ne!(normal(url), one, "{url}");
        }
    }

    #[test]
    fn what_is_no_http_url_has_no_form() {
        for url in [
            "",
            "/a",
            "api.example/a",
            "ftp://a/",
            "https://",
            "https://u@a/",
            "https://a/%zz",
            "https://a/%1",
            "https://a/ b",
            "https://a/é",
        ] {
            assert_eq!(normal(url), None, "{url}");
        }
    }
}
