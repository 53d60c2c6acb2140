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

/// The URL of a request as it is compared. A host that writes the request target as it came behind its own origin gets two
/// URLs in one where the target is in absolute form (RFC 9112 section 3.2.2): the origin is the host's, as a client could
/// write any, and the path that of the target.
pub(crate) fn asked(url: &str) -> Option<String> {
    let (origin, target) = ["http://", "https://"]
        .into_iter()
        .filter_map(|scheme| split_at_second(url, scheme))
        .min_by_key(|(origin, _)| origin.len())
        .unwrap_or((url, ""));
    match target.split_once("://") {
        None => normal(url),
        Some((_, rest)) => {
            let path = rest.find(['/', '?', '#']).and_then(|at| rest.get(at..)).unwrap_or_default();
            normal(&format!("{origin}{path}"))
        }
    }
}

/// Splits before a scheme that follows upon an authority without a path between.
fn split_at_second<'a>(url: &'a str, scheme: &str) -> Option<(&'a str, &'a str)> {
    let authority = url.find("://")? + 3;
    let at = authority + url.get(authority..)?.find(scheme)?;
    let (origin, target) = url.split_at_checked(at)?;
    let is_authority = at > authority && !origin.get(authority..)?.contains(['/', '?', '#']);
    is_authority.then_some((origin, target))
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
    use super::{asked, normal};

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
    fn rfc9112_3_2_2_a_target_in_absolute_form_behind_an_origin_is_its_path() {
        let expected = normal("https://api.example/a");
        for url in [
            "https://api.example/a",
            "https://api.examplehttp://api.example/a?b",
            "https://api.examplehttps://other.example/a",
            "https://api.example:443http://api.example:80/a",
        ] {
            assert_eq!(asked(url), expected, "{url}");
        }
        assert_eq!(asked("https://api.examplehttp://api.example"), normal("https://api.example/"));
        for path in ["/x/http://y/a", "/?u=http://y/a", "/#http://y/a"] {
            let url = format!("https://api.example{path}");
            assert_eq!(asked(&url), normal(&url), "{url}");
        }
        assert_eq!(asked("http://http://a/"), normal("http://http://a/"));
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
