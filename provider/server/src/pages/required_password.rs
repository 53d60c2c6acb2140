//! The page on which a person changes a password that has to be changed before they are signed in.

use askama::Template;
use std::borrow::Cow;

use super::new_password::error_text;
use super::{Frame, display_name};
use crate::accounts::new_password::Unfit;

/// It posts `request`, `csrf` and `password` to `action`.
#[derive(Template)]
#[template(path = "required_password.html")]
pub struct RequiredPassword<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// Where the form is sent.
    pub action: &'a str,
    /// The handle of the interaction.
    pub request: &'a str,
    /// The CSRF token.
    pub csrf: &'a str,
    /// Whose password it is, for password managers as well.
    pub username: &'a str,
    /// How many characters it must have.
    pub least: u64,
    /// What was wrong before.
    pub error: Option<RequiredPasswordError>,
    /// Back to the sign-in page.
    pub way_back: &'a str,
}

/// Why [`RequiredPassword`] is shown again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RequiredPasswordError {
    /// It will not do.
    Unfit(Unfit),
    /// It is the present one.
    Same,
}

/// Its texts.
pub(crate) struct RequiredPasswordTexts {
    /// Why it is there.
    pub(crate) why: &'static str,
    /// The button.
    pub(crate) change: &'static str,
    /// [`RequiredPasswordError::Same`].
    pub(crate) same: &'static str,
}

impl RequiredPassword<'_> {
    fn text(&self) -> &'static RequiredPasswordTexts {
        &self.frame.texts().required_password
    }

    fn title(&self) -> &'static str {
        self.frame.texts().password_reset.choose
    }

    fn of_account(&self) -> String {
        (self.frame.texts().password_reset.of_account)(&display_name(self.username))
    }

    fn rule(&self) -> String {
        (self.frame.texts().new_password.rule)(self.least)
    }

    fn error_text(&self) -> Option<Cow<'static, str>> {
        Some(match self.error? {
            RequiredPasswordError::Unfit(unfit) => error_text(self.frame, unfit, self.least),
            RequiredPasswordError::Same => self.text().same.into(),
        })
    }
}
