//! The sign-out pages (OpenID Connect RP-Initiated Logout section 2).

use askama::Template;

use super::{Frame, assets, display_name};

/// Asks whether to sign out. It posts `csrf`, the `hidden` fields and `decision` (`logout` or `cancel`).
#[derive(Template)]
#[template(path = "logout_confirm.html")]
pub struct LogoutConfirm<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// The client that asks for it, if known.
    pub client_name: Option<&'a str>,
    /// Who is signed in, if known.
    pub username: Option<&'a str>,
    /// Where the form is sent.
    pub action: &'a str,
    /// The CSRF token.
    pub csrf: &'a str,
    /// Further fields that are sent along, names and values.
    pub hidden: Vec<(&'a str, &'a str)>,
}

impl LogoutConfirm<'_> {
    fn title(&self) -> &'static str {
        self.frame.text().want_to_sign_out
    }

    fn asked_by(&self) -> Option<String> {
        self.client_name.map(|name| (self.frame.text().asks_to_sign_out)(&display_name(name)))
    }

    fn signed_in_as(&self) -> Option<String> {
        self.username.map(|name| (self.frame.text().signed_in_as)(&display_name(name)))
    }
}

/// Says that the session is over, tells clients so by frames, and goes on when they have loaded, or after some seconds
/// where scripts do not run (OpenID Connect Front-Channel Logout section 3). It needs a policy with a script and with
/// the frames: see [`csp_with_frames`](super::csp_with_frames).
#[derive(Template)]
#[template(path = "signed_out.html")]
pub struct SignedOut<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// The client the person came from, if known.
    pub client_name: Option<&'a str>,
    /// What clients are told by.
    pub frames: &'a [String],
    /// Where the person goes next, if not of their own.
    pub onward: Option<&'a str>,
}

impl SignedOut<'_> {
    fn title(&self) -> &'static str {
        self.frame.text().signed_out
    }

    fn what_next(&self) -> String {
        let text = self.frame.text();
        match (self.onward, self.client_name) {
            (Some(_), _) => text.returning.to_owned(),
            (None, Some(name)) => (text.may_go_back_to)(&display_name(name)),
            (None, None) => text.may_close.to_owned(),
        }
    }

    fn script(&self) -> String {
        self.frame.asset(assets::signed_out_path())
    }
}
