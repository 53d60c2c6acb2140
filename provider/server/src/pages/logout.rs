//! The sign-out pages (OpenID Connect RP-Initiated Logout section 2).

use askama::Template;
use credenza_protocol::logout::Refused;

use super::phrase::Named;
use super::{Frame, assets, display_name};

/// Asks whether to sign out. It posts `csrf`, the `hidden` fields and `decision` (`logout` or `cancel`).
#[derive(Clone, Template)]
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
    /// What of the request is not followed, if anything.
    pub refused: Option<LogoutRefusal<'a>>,
}

/// What of a logout request was refused.
#[derive(Clone, Copy, Debug)]
pub struct LogoutRefusal<'a> {
    /// What.
    pub what: Refused,
    /// The same in English, for the developer of the application.
    pub detail: &'a str,
    /// The rule that the request breaks.
    pub rule: &'a str,
    /// Whether a session ended with this very request.
    pub has_ended: bool,
    /// The code by which the log is searched.
    pub support_code: &'a str,
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
    /// What was refused.
    pub(crate) refused: RefusedTexts,
}

/// The texts about what of a logout request is not followed, and about the session. They are whole sentences.
pub(crate) struct RefusedTexts {
    /// [`Refused::Hint`].
    pub(crate) hint: &'static str,
    /// [`Refused::Client`].
    pub(crate) client: &'static str,
    /// [`Refused::RedirectUri`].
    pub(crate) redirect_uri: &'static str,
    /// [`Refused::Unnamed`].
    pub(crate) unnamed: &'static str,
    /// [`Refused::Unconfirmed`].
    pub(crate) unconfirmed: &'static str,
    /// The session goes on unless the person ends it.
    pub(crate) still_signed_in: &'static str,
    /// The session has ended.
    pub(crate) has_ended: &'static str,
    /// There was no session.
    pub(crate) was_not_signed_in: &'static str,
}

impl LogoutRefusal<'_> {
    fn explanation(&self, frame: &Frame<'_>) -> &'static str {
        let text = &frame.texts().logout.refused;
        match self.what {
            Refused::Hint => text.hint,
            Refused::Client => text.client,
            Refused::RedirectUri => text.redirect_uri,
            Refused::Unnamed => text.unnamed,
            Refused::Unconfirmed => text.unconfirmed,
        }
    }
}

impl LogoutConfirm<'_> {
    fn text(&self) -> &'static LogoutTexts {
        &self.frame.texts().logout
    }

    fn title(&self) -> &'static str {
        self.text().title
    }

    /// Whoever is asked is signed in.
    fn session_text(&self, _refused: &LogoutRefusal<'_>) -> &'static str {
        self.text().refused.still_signed_in
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
    /// Where the person signs in again, if that is offered.
    pub sign_in: Option<&'a str>,
    /// What of the request was not followed, if anything.
    pub refused: Option<LogoutRefusal<'a>>,
}

impl<'a> SignedOut<'a> {
    /// The page that says no more than that.
    #[must_use]
    pub const fn of(frame: Frame<'a>) -> Self {
        Self { frame, client_name: None, frames: &[], onward: None, sign_in: None, refused: None }
    }
}

impl SignedOut<'_> {
    fn text(&self) -> &'static LogoutTexts {
        &self.frame.texts().logout
    }

    fn title(&self) -> &'static str {
        let text = self.text();
        text.signed_out
    }

    fn session_text(&self, refused: &LogoutRefusal<'_>) -> &'static str {
        let text = &self.text().refused;
        if refused.has_ended { text.has_ended } else { text.was_not_signed_in }
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
