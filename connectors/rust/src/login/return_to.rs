//! Where people go after they signed in or out: to a page of this application, never elsewhere.

use url::Url;

/// The path and query to go to; `/` for whatever would lead to another origin.
pub(super) fn sanitize(asked: &str, origin: &Url) -> String {
    let is_own = asked.starts_with('/')
        && !asked.starts_with("//")
        && !asked.contains('\\')
        && !asked.chars().any(char::is_control);
    let resolved = is_own.then(|| origin.join(asked).ok()).flatten();
    match resolved.filter(|url| url.origin() == origin.origin()) {
        // `/.//evil.example` is no other origin yet, but a path that would be one as a `Location`.
        Some(url) if !url.path().starts_with("//") => asked.to_owned(),
        _ => "/".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_this_application_alone() {
        let origin = Url::parse("https://app.example").unwrap();
        for own in ["/", "/orders", "/orders?id=5&next=%2F%2Fevil.example#top", "/a//b", "/@evil.example"] {
            assert_eq!(sanitize(own, &origin), own);
        }
        for other in [
            "",
            "orders",
            "//evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "https://evil.example/",
            "/\t/evil.example",
            "/\n",
            "/.//evil.example",
            "/..//evil.example",
            "javascript:alert(1)",
            " //evil.example",
            "/a\\b",
        ] {
            assert_eq!(sanitize(other, &origin), "/", "{other:?}");
        }
    }
}
