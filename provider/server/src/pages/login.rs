//! The sign-in page (OpenID Connect Core section 3.1.2.3).

use askama::Template;
use std::borrow::Cow;

use super::display::visible;
use super::{Applicant, Frame};

/// The sign-in form. It posts `request`, `csrf`, `username` and `password` to `action`, or `cancel=1`.
#[derive(Template)]
#[template(path = "login.html")]
pub struct Login<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// Who asks.
    pub applicant: Applicant<'a>,
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
        (self.frame.text().sign_in_to)(&self.applicant.display_name())
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
}
