//! The account page: where a person is signed in.

use askama::Template;
use chrono::DateTime;
use credenza_protocol::time::Time;
use std::borrow::Cow;

use super::phrase::Named;
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
    /// Where the password is changed.
    pub change_password: &'a str,
    /// Where the applications are that have access.
    pub applications: &'a str,
    /// Where the copy of their data is.
    pub own_data: &'a str,
    /// Where they delete the account, if they may.
    pub delete: Option<&'a str>,
    /// Whether the password has just been changed.
    pub is_changed: bool,
}

/// One session on the account page.
#[derive(Clone, Debug)]
pub struct SessionLine<'a> {
    /// The public id of the session: a handle, never the secret in the cookie.
    pub id: &'a str,
    /// Whether it is the session of this browser.
    pub current: bool,
    /// When it began.
    pub signed_in: Time,
    /// When it was last used.
    pub last_seen: Time,
    /// How the person may recognise the device; empty if it did not say.
    pub device: String,
}

/// The texts of the account page.
pub(crate) struct AccountTexts {
    /// The heading.
    pub(crate) title: &'static str,
    /// The heading of the list of sessions.
    pub(crate) where_signed_in: &'static str,
    /// What is shown when the list is empty.
    pub(crate) no_sessions: &'static str,
    /// Marks the session of this browser.
    pub(crate) this_device: &'static str,
    /// Stands in for the name of a device that did not say what it is.
    pub(crate) unknown_device: &'static str,
    /// When a session began, with date and time.
    pub(crate) signed_in_at: Named,
    /// When a session was last used, with date and time.
    pub(crate) last_seen_at: Named,
    /// The button that ends every session.
    pub(crate) sign_out_everywhere: &'static str,
}

impl Account<'_> {
    fn text(&self) -> &'static AccountTexts {
        &self.frame.texts().account
    }

    fn title(&self) -> &'static str {
        self.text().title
    }

    fn signed_in_as(&self) -> String {
        (self.frame.texts().shared.signed_in_as)(&display_name(self.username))
    }

    fn device<'s>(&self, session: &'s SessionLine<'_>) -> Cow<'s, str> {
        let name = display_name(&session.device);
        if name.is_empty() { Cow::Borrowed(self.text().unknown_device) } else { name }
    }

    fn signed_in(&self, session: &SessionLine<'_>) -> String {
        (self.text().signed_in_at)(&self.date_time(session.signed_in))
    }

    fn last_seen(&self, session: &SessionLine<'_>) -> String {
        (self.text().last_seen_at)(&self.date_time(session.last_seen))
    }

    /// Empty for a time that is beyond what a calendar can show.
    fn date_time(&self, time: Time) -> String {
        let time = DateTime::from_timestamp(time.seconds(), 0);
        time.map(self.frame.texts().shared.date_time).unwrap_or_default()
    }
}
