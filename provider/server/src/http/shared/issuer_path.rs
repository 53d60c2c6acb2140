//! An issuer under a path, such as `https://host.example/auth` (RFC 8414 2, OpenID Connect Discovery 3).
//!
//! A proxy may strip that path from requests or leave it; both are served. It is taken off before a request is routed, so
//! that the table of paths does not know it. Everything that the provider writes carries it: URLs of the metadata begin
//! with the issuer, and pages, redirects and cookies with [`Realm::base`](crate::realm::Realm).

use axum::Router;
use axum::extract::Request;
use http::Uri;
use http::uri::PathAndQuery;
use tower::Layer as _;
use tower::util::MapRequestLayer;

/// RFC 8414 3.1: for an issuer with a path, the well-known part may stand between host and path.
const WELL_KNOWN: [&str; 2] =
    ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"];
/// What operators ask stays at the root: whoever publishes the path of the issuer does not publish it.
const OPERATORS: [&str; 2] = ["/livez", "/readyz"];

/// The router, which also answers below that path; the same one where it is empty.
pub(crate) fn below(path: &str, router: Router) -> Router {
    if path.is_empty() {
        return router;
    }
    let path = path.to_owned();
    let strip = MapRequestLayer::new(move |mut request: Request| {
        if let Some(uri) = stripped(request.uri(), &path) {
            *request.uri_mut() = uri;
        }
        request
    });
    Router::new().fallback_service(strip.layer(router))
}

/// The URI without the path; `None` where it does not have it.
fn stripped(uri: &Uri, path: &str) -> Option<Uri> {
    let rest = rest(uri.path(), path)?;
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(format!("{rest}{query}")).ok()?);
    Uri::from_parts(parts).ok()
}

/// The same for the path of a URI. A segment that merely begins like the issuer's path is another one.
fn rest(full: &str, path: &str) -> Option<String> {
    let well_known = WELL_KNOWN.into_iter().find(|part| full.starts_with(part)).unwrap_or_default();
    let rest = full.strip_prefix(well_known)?.strip_prefix(path)?;
    let is_whole = rest.is_empty() || rest.starts_with('/');
    if !is_whole || OPERATORS.contains(&rest) {
        return None;
    }
    match (well_known, rest) {
        ("", "") => Some("/".to_owned()),
        (well_known, rest) => Some(format!("{well_known}{rest}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<String> {
        stripped(&text.parse().unwrap(), "/auth").map(|uri| uri.to_string())
    }

    #[test]
    fn the_path_is_taken_off_once() {
        for (full, rest) in [
            ("/auth", "/"),
            ("/auth/", "/"),
            ("/auth?a=b", "/?a=b"),
            ("/auth/token", "/token"),
            ("/auth/t/acme/login?request=x%20y", "/t/acme/login?request=x%20y"),
            ("/auth/auth/token", "/auth/token"),
            ("/auth/.well-known/openid-configuration", "/.well-known/openid-configuration"),
            ("/.well-known/openid-configuration/auth", "/.well-known/openid-configuration"),
            (
                "/.well-known/oauth-authorization-server/auth/t/a",
                "/.well-known/oauth-authorization-server/t/a",
            ),
            ("http://id.example/auth/token?a=b", "http://id.example/token?a=b"),
        ] {
            assert_eq!(of(full).as_deref(), Some(rest), "{full}");
        }
    }

    #[test]
    fn other_paths_stay_as_they_are() {
        for full in [
            "/",
            "/token",
            "/authx",
            "/authx/token",
            "/author",
            "/Auth/token",
            "/%61uth/token",
            "//auth/token",
            "/t/acme/auth/token",
            "/auth/livez",
            "/auth/readyz",
            "/livez",
            "/.well-known/openid-configuration",
            "/.well-known/openid-configuration/authx",
            "/.well-known/openid-configuration/t/acme",
            "/.well-known/other/auth",
            "*",
        ] {
            assert_eq!(of(full), None, "{full}");
        }
    }

    #[test]
    fn a_path_of_several_segments() {
        let rest = |full| super::rest(full, "/a/b");
        assert_eq!(rest("/a/b/token").as_deref(), Some("/token"));
        assert_eq!(rest("/.well-known/openid-configuration/a/b").as_deref(), Some(WELL_KNOWN[0]));
        assert!(rest("/a/token").is_none() && rest("/a/bc").is_none() && rest("/a").is_none());
    }
}
