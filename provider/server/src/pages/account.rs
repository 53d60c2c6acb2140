//! The account page: where a person is signed in.

use askama::Template;
use credenza_protocol::time::Time;
use std::borrow::Cow;

use super::assets::local_times_path;
use super::moment::Moment;
use super::phrase::Named;
use super::{AccountNav, Frame, display_name};

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
    /// The other pages.
    pub nav: AccountNav<'a>,
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
    /// Where the person was when they signed in, if that is known.
    pub place: Option<String>,
    /// The names of the applications that were given access in it.
    pub applications: Vec<&'a str>,
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
    /// Where a session began, as far as the address of the network tells.
    pub(crate) place: Named,
    /// The applications that were given access in a session, by their names.
    pub(crate) used_by: Named,
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

    fn place(&self, place: &str) -> String {
        (self.text().place)(&display_name(place))
    }

    /// When it began, and when it was last used.
    fn moments(&self, session: &SessionLine<'_>) -> [Moment; 2] {
        let text = self.text();
        [(text.signed_in_at, session.signed_in), (text.last_seen_at, session.last_seen)]
            .map(|(text, time)| Moment::new(self.frame, text, time))
    }

    fn used_by(&self, session: &SessionLine<'_>) -> String {
        let names: Vec<_> = session.applications.iter().map(|name| display_name(name)).collect();
        (self.text().used_by)(&names.join(", "))
    }

    fn local_times(&self) -> String {
        self.frame.asset(local_times_path())
    }
}
