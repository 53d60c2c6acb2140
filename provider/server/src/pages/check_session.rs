//! The check-session iframe (OpenID Connect Session Management section 3.2).

use askama::Template;

use super::assets;

/// A page that shows nothing. Its script answers clients that ask whether the sign-in has changed. It is sent with
/// [`FRAMEABLE_CSP`](super::FRAMEABLE_CSP).
#[derive(Template)]
#[template(path = "check_session.html")]
pub struct CheckSession<'a> {
    /// The path of the tenant.
    pub base: &'a str,
    /// The name of the cookie that the script reads.
    pub cookie: &'a str,
}

impl CheckSession<'_> {
    fn script(&self) -> String {
        format!("{}{}", self.base, assets::check_session_path())
    }
}
