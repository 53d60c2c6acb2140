//! The Content-Security-Policy of the pages (CSP Level 3).

use credenza_protocol::redirect_uri::is_forbidden_scheme;
use url::{Host, Url};

/// What scripts a page has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Scripts {
    /// None.
    None,
    /// The provider's own.
    Own,
    /// Those of a CAPTCHA besides, from these sources, which are ours to choose.
    OwnAndCaptcha(&'static str),
}

impl From<bool> for Scripts {
    fn from(own: bool) -> Self {
        if own { Self::Own } else { Self::None }
    }
}

/// The value of the `Content-Security-Policy` header of a hosted page.
///
/// Everything is forbidden but the provider's own stylesheet, its images and `data:` images, forms to itself and the
/// scripts that `scripts` names; the page cannot be framed (RFC 6749 section 10.13).
///
/// `form_action` lists further targets of the page's form: Chromium applies `form-action` to each redirect after a
/// submission as well, so a page that ends in a redirect to a client needs that client's [`form_action_source`]. The
/// client's own redirects count too: if its callback redirects to another origin, only a whole scheme (`https:`)
/// lets the browser through. Entries that are neither an origin nor a scheme are dropped.
#[must_use]
pub fn csp(form_action: &[&str], scripts: impl Into<Scripts>) -> String {
    policy(form_action, scripts.into(), &[])
}

/// As [`csp()`], for the page that notifies clients of a logout by frames: `frames` lists their origins (OpenID Connect
/// Front-Channel Logout section 3).
#[must_use]
pub fn csp_with_frames(form_action: &[&str], script: bool, frames: &[&str]) -> String {
    policy(form_action, script.into(), frames)
}

fn policy(form_action: &[&str], scripts: Scripts, frames: &[&str]) -> String {
    let mut policy = match scripts {
        Scripts::None => String::from("default-src 'none'; style-src 'self'; "),
        Scripts::Own => String::from("default-src 'none'; style-src 'self'; script-src 'self'; "),
        Scripts::OwnAndCaptcha(sources) => format!(
            "default-src 'none'; style-src 'self' {sources}; script-src 'self' {sources}; connect-src {sources}; \
             frame-src {sources}; "
        ),
    };
    policy.push_str("img-src 'self' data:; form-action 'self'");
    for source in form_action.iter().filter(|source| is_source(source)) {
        policy.push(' ');
        policy.push_str(source);
    }
    let mut framed = frames.iter().filter(|source| is_source(source)).peekable();
    if framed.peek().is_some() {
        policy.push_str("; frame-src");
    }
    for source in framed {
        policy.push(' ');
        policy.push_str(source);
    }
    policy.push_str("; frame-ancestors 'none'; base-uri 'none'");
    policy
}

/// The policy of a page whose module calls the provider itself, as an application's own would be: the demo of
/// `@credenza/browser`.
#[cfg(feature = "demo")]
pub const MODULE_CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; \
     connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

/// The policy of the check-session iframe: the provider's own script, and nothing else. Any site may frame it, since it
/// shows nothing and takes no input (OpenID Connect Session Management section 3.2).
pub const FRAMEABLE_CSP: &str =
    "default-src 'none'; script-src 'self'; form-action 'none'; frame-ancestors *; base-uri 'none'";

/// The source expression that lets a form end at `redirect_uri`: its origin, or its scheme where the grammar
/// of sources cannot name the origin (private-use schemes of RFC 8252 section 7.1, IPv6 literals).
///
/// `None` if `redirect_uri` is not an absolute URI, or its scheme executes or embeds content (`javascript:`,
/// `data:`).
#[must_use]
pub fn form_action_source(redirect_uri: &str) -> Option<String> {
    let uri = Url::parse(redirect_uri).ok()?;
    let scheme = uri.scheme();
    if !matches!(scheme, "https" | "http") && is_forbidden_scheme(scheme) {
        return None;
    }
    let source = match uri.host() {
        Some(Host::Domain(_) | Host::Ipv4(_)) if uri.origin().is_tuple() => {
            uri.origin().ascii_serialization()
        }
        _ => format!("{scheme}:"),
    };
    is_source(&source).then_some(source)
}

/// Whether a source may go into the header: a scheme or an origin in plain ASCII. No space, `;` or `,`, which would
/// end it and begin another; no quote, hence no keyword such as `'unsafe-inline'`; no `*`.
fn is_source(source: &str) -> bool {
    source.contains(':')
        && source
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b';' | b',' | b'\'' | b'"' | b'*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_is_strict() {
        assert_eq!(
            csp(&[], false),
            "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
             frame-ancestors 'none'; base-uri 'none'"
        );
        let policy = csp(&["https://app.example", "com.example.app:", "https:"], true);
        assert!(policy.contains("; script-src 'self';"));
        assert!(policy.contains("; form-action 'self' https://app.example com.example.app: https:;"));
    }

    #[test]
    fn a_captcha_loads_from_its_own_sources_alone() {
        let policy = csp(&["https:"], Scripts::OwnAndCaptcha("https://captcha.example"));
        for part in [
            "style-src 'self' https://captcha.example; script-src 'self' https://captcha.example; ",
            "connect-src https://captcha.example; frame-src https://captcha.example; ",
            "form-action 'self' https:; frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{policy}");
        }
    }

    #[test]
    fn frames_are_allowed_one_by_one() {
        let policy = csp_with_frames(&[], true, &["https://a.example", "https://b.example:8443", "'self'"]);
        assert!(
            policy.contains("; frame-src https://a.example https://b.example:8443; frame-ancestors 'none'")
        );
        assert!(policy.contains("; script-src 'self';"), "{policy}");
        assert_eq!(csp_with_frames(&[], false, &["*"]), csp(&[], false));
    }

    #[test]
    fn hostile_sources_are_dropped() {
        let bad = [
            "https://a b",
            "https://a;script-src *",
            "https://a,x:",
            "'unsafe-inline'",
            "https://*",
            "*",
            "",
        ];
        assert_eq!(csp(&bad, true), csp(&[], true));
        assert_eq!(csp(&["https://a\r\nX: y", "https://ä.example", "app.example"], false), csp(&[], false));
    }

    #[test]
    fn a_redirect_uri_gives_its_origin_or_scheme() {
        let cases = [
            ("https://app.example/cb?x=a;b", Some("https://app.example")),
            ("https://app.example:8443/cb", Some("https://app.example:8443")),
            ("http://127.0.0.1:4711/cb", Some("http://127.0.0.1:4711")),
            ("http://[::1]:4711/cb", Some("http:")),
            ("com.example.app:/cb", Some("com.example.app:")),
            ("com.example.app://cb", Some("com.example.app:")),
            ("https://user@app.example/", Some("https://app.example")),
            ("https://a;b.example/", None),
            ("javascript:alert(1)", None),
            ("data:text/html,x", None),
            ("/cb", None),
        ];
        for (uri, source) in cases {
            assert_eq!(form_action_source(uri).as_deref(), source, "{uri}");
        }
    }
}
