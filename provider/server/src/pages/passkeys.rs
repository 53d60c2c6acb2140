//! What pages have in common that ask for a passkey, and the page that makes one.

use askama::Template;

use super::assets::passkey_path;
use super::{AccountNav, Frame};

/// A ceremony on a page: the script of [`passkey_path`] hands the options to the browser, and posts its answer as `passkey` with
/// `ticket`.
#[derive(Clone, Copy, Debug)]
pub struct PasskeyForm<'a> {
    /// The options, as JSON.
    pub options: &'a str,
    /// What the answer is checked by, encrypted.
    pub ticket: &'a str,
    /// Whether the browser offers none beside the name: after one was refused, it would be offered again and again.
    pub is_quiet: bool,
}

/// The page that makes a passkey. It posts `csrf`, `ticket`, `passkey` and `name` to `action`.
#[derive(Template)]
#[template(path = "add_passkey.html")]
pub struct AddPasskey<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// Where the form is sent.
    pub action: &'a str,
    /// The CSRF token.
    pub csrf: &'a str,
    /// The ceremony.
    pub form: PasskeyForm<'a>,
    /// What was wrong before.
    pub error: Option<AddPasskeyError>,
    /// Back to the page of the passkeys.
    pub way_back: &'a str,
    /// The other pages.
    pub nav: AccountNav<'a>,
}

/// Why [`AddPasskey`] is shown again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AddPasskeyError {
    /// The browser's answer is not what was asked for, or came too late.
    Refused,
    /// There are as many as there may be.
    TooMany,
    /// It is somebody's already.
    Taken,
}

/// The texts of passkeys.
pub(crate) struct PasskeyTexts {
    /// The button of the sign-in.
    pub(crate) sign_in: &'static str,
    /// That a passkey was refused.
    pub(crate) refused: &'static str,
    /// That the person or the browser broke off.
    pub(crate) cancelled: &'static str,
    /// That the browser cannot do it.
    pub(crate) failed: &'static str,
    /// The heading of the page that makes one.
    pub(crate) add_title: &'static str,
    /// What happens there.
    pub(crate) add_explanation: &'static str,
    /// The label of the name.
    pub(crate) name: &'static str,
    /// The button.
    pub(crate) add: &'static str,
    /// That it takes a script, or another browser.
    pub(crate) unsupported: &'static str,
    /// That this device has one of the account.
    pub(crate) present: &'static str,
    /// [`AddPasskeyError::Refused`].
    pub(crate) not_added: &'static str,
    /// [`AddPasskeyError::TooMany`].
    pub(crate) too_many: &'static str,
    /// [`AddPasskeyError::Taken`].
    pub(crate) taken: &'static str,
}

impl AddPasskey<'_> {
    fn text(&self) -> &'static PasskeyTexts {
        &self.frame.texts().passkey
    }

    fn title(&self) -> &'static str {
        self.text().add_title
    }

    fn error_text(&self) -> Option<&'static str> {
        Some(match self.error? {
            AddPasskeyError::Refused => self.text().not_added,
            AddPasskeyError::TooMany => self.text().too_many,
            AddPasskeyError::Taken => self.text().taken,
        })
    }

    fn script(&self) -> String {
        self.frame.asset(passkey_path())
    }
}
