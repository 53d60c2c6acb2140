//! The terms of a tenant: on a page of their own, and on the pages of a new account.

use askama::Template;

use super::display::is_web_link;
use super::phrase::Named;
use super::{Frame, display_name};

/// What has to be accepted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Terms<'a> {
    /// The version, which the form sends.
    pub version: &'a str,
    /// Where they stand.
    pub uri: Option<&'a str>,
}

impl Terms<'_> {
    /// Where they stand, if a browser can be led there.
    pub(crate) fn link(&self) -> Option<&str> {
        self.uri.filter(|uri| is_web_link(uri))
    }
}

/// Asks somebody to accept them who signs in. It posts `request`, `csrf` and `terms` to `action`.
#[derive(Template)]
#[template(path = "accept_terms.html")]
pub struct AcceptTerms<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// Where the form is sent.
    pub action: &'a str,
    /// The handle of the interaction.
    pub request: &'a str,
    /// The CSRF token.
    pub csrf: &'a str,
    /// Whose account it is.
    pub username: &'a str,
    /// Who asks.
    pub brand: &'a str,
    /// What has to be accepted.
    pub terms: Terms<'a>,
    /// Whether they have accepted others before.
    pub have_changed: bool,
    /// Back to the sign-in page.
    pub way_back: &'a str,
}

/// The texts of terms.
pub(crate) struct TermsTexts {
    /// That they must be accepted, with the name of the tenant.
    pub(crate) asked: Named,
    /// The same where they have changed.
    pub(crate) changed: Named,
    /// The button.
    pub(crate) accept: &'static str,
    /// The label of the choice on the pages of a new account.
    pub(crate) choice: &'static str,
    /// The choice was not made.
    pub(crate) missing: &'static str,
}

impl AcceptTerms<'_> {
    fn title(&self) -> &'static str {
        self.frame.texts().applicant.terms_of_service
    }

    fn of_account(&self) -> String {
        (self.frame.texts().password_reset.of_account)(&display_name(self.username))
    }

    fn said(&self) -> String {
        let text = &self.frame.texts().terms;
        let said = if self.have_changed { text.changed } else { text.asked };
        said(&display_name(self.brand))
    }
}
