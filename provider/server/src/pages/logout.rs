//! The sign-out pages (OpenID Connect RP-Initiated Logout section 2).

use askama::Template;

use super::phrase::Named;
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

/// The texts of both sign-out pages.
pub(crate) struct LogoutTexts {
    /// The heading of the question.
    pub(crate) title: &'static str,
    /// Which client asks for it.
    pub(crate) asked_by: Named,
    /// The button that leaves everything as it is.
    pub(crate) stay_signed_in: &'static str,
    /// The heading when the session is over.
    pub(crate) signed_out: &'static str,
    /// What is said while the browser goes on to the client.
    pub(crate) returning: &'static str,
    /// What a person can do now, if the client is not known.
    pub(crate) may_close: &'static str,
    /// What a person can do now, with the client's name.
    pub(crate) may_go_back_to: Named,
}

impl LogoutConfirm<'_> {
    fn text(&self) -> &'static LogoutTexts {
        &self.frame.texts().logout
    }

    fn title(&self) -> &'static str {
        self.text().title
    }

    fn asked_by(&self) -> Option<String> {
        self.client_name.map(|name| (self.text().asked_by)(&display_name(name)))
    }

    fn signed_in_as(&self) -> Option<String> {
        self.username.map(|name| (self.frame.texts().shared.signed_in_as)(&display_name(name)))
    }
}

/// Says that the session is over, notifies clients by frames, and goes on when they have loaded, or after some seconds
/// where scripts do not run (OpenID Connect Front-Channel Logout section 3). It needs a policy with a script and with
/// the frames: see [`csp_with_frames`](super::csp_with_frames).
#[derive(Template)]
#[template(path = "signed_out.html")]
pub struct SignedOut<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// The client the person came from, if known.
    pub client_name: Option<&'a str>,
    /// The URLs by which clients are notified.
    pub frames: &'a [String],
    /// Where the browser goes next by itself, if anywhere.
    pub onward: Option<&'a str>,
}

impl SignedOut<'_> {
    fn text(&self) -> &'static LogoutTexts {
        &self.frame.texts().logout
    }

    fn title(&self) -> &'static str {
        let text = self.text();
        text.signed_out
    }

    fn what_next(&self) -> String {
        match (self.onward, self.client_name) {
            (Some(_), _) => self.text().returning.to_owned(),
            (None, Some(name)) => (self.text().may_go_back_to)(&display_name(name)),
            (None, None) => self.text().may_close.to_owned(),
        }
    }

    fn script(&self) -> String {
        self.frame.asset(assets::signed_out_path())
    }
}
