//! The account selection page (OpenID Connect Core section 3.1.2.1, `prompt=select_account`).

use askama::Template;
use std::borrow::Cow;

use super::phrase::Named;
use super::{Frame, display_name};

/// Asks whether to go on with the account that is signed in. It posts `request`, `csrf`, `session` and
/// `decision` (`continue` or `other`).
#[derive(Template)]
#[template(path = "select_account.html")]
pub struct SelectAccount<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// The client's name.
    pub client_name: &'a str,
    /// The username of the account that is signed in.
    pub username: &'a str,
    /// The name of the person behind it.
    pub display_name: &'a str,
    /// Where the form is sent.
    pub action: &'a str,
    /// The handle of the pending authorization request.
    pub request: &'a str,
    /// The CSRF token.
    pub csrf: &'a str,
    /// The public id of the session of the account that is shown.
    pub session: &'a str,
}

/// The texts of the account selection page.
pub(crate) struct SelectAccountTexts {
    /// The heading, with the client's name.
    pub(crate) title: Named,
    /// The button that goes on, with the person's name.
    pub(crate) continue_as: Named,
    /// The button that leads to the sign-in page.
    pub(crate) other: &'static str,
}

impl SelectAccount<'_> {
    fn text(&self) -> &'static SelectAccountTexts {
        &self.frame.texts().select_account
    }

    fn title(&self) -> String {
        (self.text().title)(&display_name(self.client_name))
    }

    fn continue_as(&self) -> String {
        let person = display_name(self.display_name);
        let name = if person.is_empty() { self.username() } else { person };
        (self.text().continue_as)(&name)
    }

    fn username(&self) -> Cow<'_, str> {
        display_name(self.username)
    }
}
