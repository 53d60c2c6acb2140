//! The way on from a page on which something ends.

use super::phrase::Named;
use super::{Frame, display_name};

/// A link by which a person goes on.
#[derive(Clone, Debug)]
pub struct WayOn<'a> {
    /// Its target.
    pub uri: String,
    /// What is there.
    pub to: Destination<'a>,
}

/// What a [`WayOn`] leads to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Destination<'a> {
    /// The application of that name.
    Client(&'a str),
    /// Where people of the tenant begin.
    Home,
    /// The person's own account.
    Account,
    /// The page that they come from.
    PageAgain,
    /// The sign-in.
    SignIn,
    /// Where a link to a new password is asked for.
    ForgotPassword,
    /// Where somebody makes an account.
    SignUp,
    /// Where a new password is chosen.
    NewPassword,
}

/// The texts of such links.
pub(crate) struct WayOnTexts {
    /// [`Destination::Client`], with its name.
    pub(crate) client: Named,
    /// [`Destination::Home`].
    pub(crate) home: &'static str,
    /// [`Destination::Account`].
    pub(crate) account: &'static str,
    /// [`Destination::PageAgain`].
    pub(crate) page_again: &'static str,
}

impl WayOn<'_> {
    /// What the link says.
    pub(crate) fn label(&self, frame: &Frame<'_>) -> String {
        let text = &frame.texts().way_on;
        match self.to {
            Destination::Client(name) => (text.client)(&display_name(name)),
            Destination::Home => text.home.to_owned(),
            Destination::Account => text.account.to_owned(),
            Destination::PageAgain => text.page_again.to_owned(),
            Destination::SignIn => frame.texts().shared.sign_in.to_owned(),
            Destination::ForgotPassword => frame.texts().password_reset.forgot.to_owned(),
            Destination::SignUp => frame.texts().sign_up.create.to_owned(),
            Destination::NewPassword => frame.texts().password_reset.choose.to_owned(),
        }
    }
}
