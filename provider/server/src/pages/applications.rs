//! The page of the applications that have access to a person's account.

use askama::Template;
use credenza_protocol::time::Time;
use std::borrow::Cow;

use super::assets::local_times_path;
use super::consent::sentence;
use super::moment::Moment;
use super::phrase::Named;
use super::{AccountNav, Frame, ScopeLine, display_name};

/// The list. It posts `csrf` and `client_id`, whose access ends.
#[derive(Template)]
#[template(path = "applications.html")]
pub struct Applications<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// The applications.
    pub applications: Vec<ApplicationLine<'a>>,
    /// Where the form is sent.
    pub action: &'a str,
    /// The CSRF token.
    pub csrf: &'a str,
    /// The other pages.
    pub nav: AccountNav<'a>,
}

/// One application.
#[derive(Clone, Debug)]
pub struct ApplicationLine<'a> {
    /// Its id.
    pub client_id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// What it may do.
    pub scopes: Vec<ScopeLine<'a>>,
    /// When it last got tokens, if it has access now.
    pub last_used: Option<Time>,
}

/// Its texts.
pub(crate) struct ApplicationsTexts {
    /// The heading, and the link to the page.
    pub(crate) title: &'static str,
    /// What is shown when the list is empty.
    pub(crate) none: &'static str,
    /// When an application was last active, with date and time.
    pub(crate) last_used: Named,
    /// That it has no access now, and would get it without a question.
    pub(crate) remembered: &'static str,
    /// The button.
    pub(crate) withdraw: &'static str,
    /// What happens then.
    pub(crate) explanation: &'static str,
}

impl Applications<'_> {
    fn text(&self) -> &'static ApplicationsTexts {
        &self.frame.texts().applications
    }

    fn title(&self) -> &'static str {
        self.text().title
    }

    fn name<'s>(&self, application: &'s ApplicationLine<'_>) -> Cow<'s, str> {
        display_name(application.name)
    }

    fn sentence<'s>(&self, scope: &ScopeLine<'s>) -> Cow<'s, str> {
        sentence(self.frame, scope)
    }

    /// When it was last active; `None` where it has no access now.
    fn last_used(&self, application: &ApplicationLine<'_>) -> Option<Moment> {
        let text = self.text().last_used;
        application.last_used.map(|time| Moment::new(self.frame, text, time))
    }

    fn local_times(&self) -> String {
        self.frame.asset(local_times_path())
    }
}
