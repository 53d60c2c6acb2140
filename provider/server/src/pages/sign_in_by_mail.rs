//! The pages to which the link of a mail leads by which somebody signs in.

use askama::Template;
use chrono::DateTime;
use credenza_protocol::time::Time;
use std::borrow::Cow;

use super::phrase::Named;
use super::{Frame, display_name};

/// Asks whether the person signs in to that account here. It posts `request`, `csrf` and `token` to `action`.
#[derive(Template)]
#[template(path = "sign_in_link.html")]
pub struct SignInLink<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// The name of the client to which they go on, or of the tenant.
    pub name: &'a str,
    /// Whose account it is.
    pub username: &'a str,
    /// Whether an operator has made the link.
    pub is_given: bool,
    /// Where the form is sent.
    pub action: &'a str,
    /// The handle of the interaction.
    pub request: &'a str,
    /// The CSRF token.
    pub csrf: &'a str,
    /// The secret of the link.
    pub token: &'a str,
}

/// Tells a code that is to be typed in the browser that asked. It has no form: nobody signs in here.
#[derive(Template)]
#[template(path = "sign_in_elsewhere.html")]
pub struct SignInElsewhere<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// Whose account it is.
    pub username: &'a str,
    /// How the browser that asked is recognised; empty if it did not say.
    pub device: &'a str,
    /// When it asked.
    pub asked_at: Time,
    /// The code.
    pub code: &'a str,
}

/// The texts of these pages, and of the sign-in page about them.
pub(crate) struct SignInByMailTexts {
    /// The button on the sign-in page.
    pub(crate) send: &'static str,
    /// What the sign-in page says where no name was typed.
    pub(crate) name_missing: &'static str,
    /// What the page says that asks for the code, with the name or address that was typed.
    pub(crate) sent_to: Named,
    /// Whose account it is, by username.
    pub(crate) of_account: Named,
    /// What to do for whom it is another's.
    pub(crate) not_yours: &'static str,
    /// That an operator has made the link.
    pub(crate) given: &'static str,
    /// The heading of [`SignInElsewhere`].
    pub(crate) elsewhere_title: &'static str,
    /// What it says, with the username.
    pub(crate) elsewhere: Named,
    /// In which browser it was asked for.
    pub(crate) asked_in: Named,
    /// When.
    pub(crate) asked_at: Named,
    /// What to do with the code.
    pub(crate) type_code: &'static str,
    /// What not to do with it.
    pub(crate) keep_code: &'static str,
    /// The link is no longer good.
    pub(crate) link_is_dead: &'static str,
}

impl SignInLink<'_> {
    fn text(&self) -> &'static SignInByMailTexts {
        &self.frame.texts().sign_in_by_mail
    }

    fn title(&self) -> String {
        (self.frame.texts().login.title)(&display_name(self.name))
    }

    fn of_account(&self) -> String {
        (self.text().of_account)(&display_name(self.username))
    }
}

impl SignInElsewhere<'_> {
    fn text(&self) -> &'static SignInByMailTexts {
        &self.frame.texts().sign_in_by_mail
    }

    fn title(&self) -> &'static str {
        self.text().elsewhere_title
    }

    fn elsewhere(&self) -> String {
        (self.text().elsewhere)(&display_name(self.username))
    }

    fn asked_in(&self) -> String {
        let device = match self.device {
            "" => Cow::Borrowed(self.frame.texts().account.unknown_device),
            device => display_name(device),
        };
        (self.text().asked_in)(&device)
    }

    fn asked_at(&self) -> String {
        let at = DateTime::from_timestamp(self.asked_at.seconds(), 0).unwrap_or_default();
        (self.text().asked_at)(&(self.frame.texts().shared.date_time)(at))
    }

    /// In two halves, as people read six digits.
    fn code(&self) -> String {
        let (first, second) = self.code.split_at_checked(self.code.len() / 2).unwrap_or((self.code, ""));
        format!("{first} {second}")
    }
}
