//! The page on which a person changes their password.

use askama::Template;
use std::borrow::Cow;

use super::new_password::error_text;
use super::{AccountNav, Frame};
use crate::accounts::new_password::Unfit;

/// It posts `csrf`, `old`, `password` and `everywhere` to `action`.
#[derive(Template)]
#[template(path = "change_password.html")]
pub struct ChangePassword<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// Where the form is sent.
    pub action: &'a str,
    /// The CSRF token.
    pub csrf: &'a str,
    /// Whose password it is, for password managers.
    pub username: &'a str,
    /// How many characters it must have.
    pub least: u64,
    /// What was wrong before.
    pub error: Option<ChangePasswordError>,
    /// The other pages.
    pub nav: AccountNav<'a>,
}

/// Why [`ChangePassword`] is shown again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ChangePasswordError {
    /// The old password is wrong.
    Wrong,
    /// There were too many wrong ones; the next may come after so many seconds.
    Throttled(u64),
    /// The new one will not do.
    Unfit(Unfit),
    /// Somebody has changed it at the same moment.
    Overtaken,
}

/// Its texts.
pub(crate) struct ChangePasswordTexts {
    /// The heading, the button, and the link to the page.
    pub(crate) title: &'static str,
    /// The label of the old password.
    pub(crate) old: &'static str,
    /// The label of the choice.
    pub(crate) everywhere: &'static str,
    /// [`ChangePasswordError::Wrong`].
    pub(crate) wrong: &'static str,
    /// [`ChangePasswordError::Overtaken`].
    pub(crate) overtaken: &'static str,
    /// Said on the account page afterwards.
    pub(crate) done: &'static str,
}

impl ChangePassword<'_> {
    fn text(&self) -> &'static ChangePasswordTexts {
        &self.frame.texts().change_password
    }

    fn title(&self) -> &'static str {
        self.text().title
    }

    fn new_password(&self) -> &'static str {
        self.frame.texts().password_reset.new_password
    }

    fn rule(&self) -> String {
        (self.frame.texts().new_password.rule)(self.least)
    }

    fn error_text(&self) -> Option<Cow<'static, str>> {
        Some(match self.error? {
            ChangePasswordError::Wrong => self.text().wrong.into(),
            ChangePasswordError::Throttled(seconds) => (self.frame.texts().login.throttled)(seconds).into(),
            ChangePasswordError::Unfit(unfit) => error_text(self.frame, unfit, self.least),
            ChangePasswordError::Overtaken => self.text().overtaken.into(),
        })
    }

    fn is_of_new(&self) -> bool {
        matches!(self.error, Some(ChangePasswordError::Unfit(_)))
    }
}
