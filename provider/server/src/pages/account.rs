//! The account page: where a person is signed in.

use askama::Template;
use std::borrow::Cow;

use super::{Frame, display_name};

/// The list of a person's sessions. It posts `csrf` and `end`: the id of a session, or `all`.
#[derive(Template)]
#[template(path = "account.html")]
pub struct Account<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// Who is signed in.
    pub username: &'a str,
    /// The open sessions.
    pub sessions: Vec<SessionLine<'a>>,
    /// Where the form is sent.
    pub action: &'a str,
    /// The CSRF token.
    pub csrf: &'a str,
}

/// One session on the account page.
#[derive(Clone, Debug)]
pub struct SessionLine<'a> {
    /// The public id of the session: a handle, never the secret in the cookie.
    pub id: &'a str,
    /// Whether it is the session that asks.
    pub current: bool,
    /// When it began, ready to be shown.
    pub signed_in: String,
    /// When it was last used, ready to be shown.
    pub last_seen: String,
    /// What the person may know the device by.
    pub device: String,
}

impl Account<'_> {
    fn title(&self) -> &'static str {
        self.frame.text().your_account
    }

    fn signed_in_as(&self) -> String {
        (self.frame.text().signed_in_as)(&display_name(self.username))
    }

    fn device<'s>(&self, session: &'s SessionLine<'_>) -> Cow<'s, str> {
        display_name(&session.device)
    }

    fn signed_in(&self, session: &SessionLine<'_>) -> String {
        (self.frame.text().signed_in_at)(&session.signed_in)
    }

    fn last_seen(&self, session: &SessionLine<'_>) -> String {
        (self.frame.text().last_seen_at)(&session.last_seen)
    }
}
