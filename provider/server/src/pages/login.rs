//! The sign-in page (OpenID Connect Core section 3.1.2.3).

use askama::Template;
use std::borrow::Cow;

use super::Frame;
use super::display::{client_links, display_host, display_name, visible};

/// The sign-in form. It posts `request`, `csrf`, `username` and `password` to `action`, or `cancel=1`.
#[derive(Template)]
#[template(path = "login.html")]
pub struct Login<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// The client's name.
    pub client_name: &'a str,
    /// The host the person will be sent back to.
    pub client_host: Option<&'a str>,
    /// The client's privacy policy.
    pub policy_uri: Option<&'a str>,
    /// The client's terms of service.
    pub tos_uri: Option<&'a str>,
    /// Where the form is sent.
    pub action: &'a str,
    /// The handle of the authorization request under way.
    pub request: &'a str,
    /// The CSRF token.
    pub csrf: &'a str,
    /// What the username field is filled with: the last attempt, or `login_hint`.
    pub username: &'a str,
    /// Why the person sees the form again.
    pub error: Option<LoginError>,
}

/// Why the sign-in form is shown again. An unknown user and a wrong password are one reason, so that nobody
/// learns which accounts there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginError {
    /// No account has this username and password.
    Wrong,
    /// Too many attempts.
    Throttled {
        /// In how many minutes the next attempt is welcome.
        minutes: u64,
    },
    /// The form was older than its token.
    Expired,
}

impl Login<'_> {
    fn title(&self) -> String {
        (self.frame.text().sign_in_to)(&display_name(self.client_name))
    }

    fn host(&self) -> Option<Cow<'_, str>> {
        self.client_host.map(display_host)
    }

    /// Not cut, unlike a name that is only shown: it will be sent again.
    fn username(&self) -> Cow<'_, str> {
        visible(self.username)
    }

    fn error_text(&self) -> Option<Cow<'static, str>> {
        let text = self.frame.text();
        Some(match self.error? {
            LoginError::Wrong => text.wrong.into(),
            LoginError::Throttled { minutes } => (text.throttled)(minutes).into(),
            LoginError::Expired => text.expired.into(),
        })
    }

    fn is_wrong(&self) -> bool {
        self.error == Some(LoginError::Wrong)
    }

    fn links(&self) -> Vec<(&'static str, &str)> {
        client_links(self.frame.text(), self.policy_uri, self.tos_uri)
    }
}
