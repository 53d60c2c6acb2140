//! The page on which a person sets up an application that shows codes, on the account or in the course of a sign-in.

use askama::Template;
use std::borrow::Cow;

use super::assets::passkey_path;
use super::qr;
use super::{Frame, PasskeyForm, display_name};

/// It posts `csrf`, `ticket`, `code` and, where it stands on the account, `name` to `action`.
#[derive(Template)]
#[template(path = "authenticator_app.html")]
pub struct AuthenticatorApp<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// Where the form is sent.
    pub action: &'a str,
    /// The handle of the interaction; `None` on the account.
    pub request: Option<&'a str>,
    /// The CSRF token.
    pub csrf: &'a str,
    /// The application that is set up, encrypted.
    pub ticket: &'a str,
    /// The secret, for whoever types it.
    pub secret: &'a str,
    /// The same as the address that the QR code holds.
    pub uri: &'a str,
    /// Whose account it is.
    pub username: &'a str,
    /// What makes a passkey in place of it, in the course of a sign-in.
    pub passkey: Option<PasskeyForm<'a>>,
    /// What was wrong before.
    pub error: Option<AuthenticatorAppError>,
    /// Back to where they came from.
    pub way_back: &'a str,
}

/// Why [`AuthenticatorApp`] is shown again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AuthenticatorAppError {
    /// The code is wrong.
    Wrong,
    /// It took too long: there is a new QR code.
    Expired,
    /// There are as many as there may be.
    TooMany,
    /// The passkey could not be added.
    Passkey,
}

/// Its texts.
pub(crate) struct AuthenticatorAppTexts {
    /// The heading.
    pub(crate) title: &'static str,
    /// Why it is asked for in the course of a sign-in.
    pub(crate) required: &'static str,
    /// The heading of the passkey in place of it.
    pub(crate) or_passkey: &'static str,
    /// What to do with the QR code.
    pub(crate) scan: &'static str,
    /// What the image is, for those who do not see it.
    pub(crate) image: &'static str,
    /// What leads to the secret for whoever cannot scan.
    pub(crate) instead: &'static str,
    /// What to do then.
    pub(crate) code_hint: &'static str,
    /// The label of the code.
    pub(crate) code: &'static str,
    /// The label of the name.
    pub(crate) name: &'static str,
    /// What it is called where the person says nothing.
    pub(crate) default_name: &'static str,
    /// The button.
    pub(crate) add: &'static str,
    /// [`AuthenticatorAppError::Wrong`].
    pub(crate) wrong: &'static str,
    /// [`AuthenticatorAppError::Expired`].
    pub(crate) expired: &'static str,
    /// [`AuthenticatorAppError::TooMany`].
    pub(crate) too_many: &'static str,
}

impl AuthenticatorApp<'_> {
    fn text(&self) -> &'static AuthenticatorAppTexts {
        &self.frame.texts().authenticator_app
    }

    fn title(&self) -> &'static str {
        self.text().title
    }

    fn of_account(&self) -> String {
        (self.frame.texts().password_reset.of_account)(&display_name(self.username))
    }

    fn image(&self) -> Option<String> {
        qr::svg(self.uri)
    }

    /// In groups of four.
    fn secret(&self) -> Cow<'_, str> {
        let letters: Vec<char> = self.secret.chars().collect();
        letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(" ").into()
    }

    fn is_code_wrong(&self) -> bool {
        self.error.is_some_and(|error| error != AuthenticatorAppError::Passkey)
    }

    fn script(&self) -> String {
        self.frame.asset(passkey_path())
    }

    fn error_text(&self) -> Option<&'static str> {
        Some(match self.error? {
            AuthenticatorAppError::Wrong => self.text().wrong,
            AuthenticatorAppError::Expired => self.text().expired,
            AuthenticatorAppError::TooMany => self.text().too_many,
            AuthenticatorAppError::Passkey => self.frame.texts().passkey.not_added,
        })
    }
}
