//! Asks for the code of a mail that is on its way.

use askama::Template;

use super::phrase::Named;
use super::{Frame, display_name};

/// Says that mail is on its way, and asks for the code in it. It posts `request`, `csrf`, `ticket` and `code` to `action`. It is
/// the same page whether there is an account or not.
#[derive(Template)]
#[template(path = "mailed_code.html")]
pub struct MailedCode<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// What the code is for.
    pub of: CodeOf,
    /// Where the form is sent.
    pub action: &'a str,
    /// The handle of the interaction.
    pub request: &'a str,
    /// The CSRF token.
    pub csrf: &'a str,
    /// What the code is compared with, encrypted.
    pub ticket: &'a str,
    /// The address or the name as it was typed.
    pub typed: &'a str,
    /// What was wrong with the code before.
    pub error: Option<CodeError>,
    /// To ask for another mail.
    pub again: &'a str,
    /// To the sign-in page.
    pub way_back: &'a str,
}

/// What the code of a mail is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CodeOf {
    /// A new account.
    SignUp,
    /// A sign-in without a password.
    SignIn,
}

/// What is wrong with a code.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CodeError {
    /// It is another one, or no longer good.
    Wrong,
    /// Too many were.
    TooMany,
}

/// The texts of the page, but for those that depend on what the code is for.
pub(crate) struct MailedCodeTexts {
    /// The heading.
    pub(crate) title: &'static str,
    /// The label of the code.
    pub(crate) code: &'static str,
    /// [`CodeError::Wrong`].
    pub(crate) wrong: &'static str,
    /// [`CodeError::TooMany`].
    pub(crate) too_many: &'static str,
    /// The link to ask once more.
    pub(crate) again: &'static str,
}

/// What depends on what the code is for.
struct About {
    sent_to: Named,
    confirm: &'static str,
    nothing_came: &'static str,
    back: &'static str,
}

impl MailedCode<'_> {
    fn text(&self) -> &'static MailedCodeTexts {
        &self.frame.texts().mailed_code
    }

    fn about(&self) -> About {
        let texts = self.frame.texts();
        let (sign_up, sign_in, back) = (&texts.sign_up, &texts.sign_in_by_mail, texts.password_reset.back);
        match self.of {
            CodeOf::SignUp => About {
                sent_to: sign_up.sent_to,
                confirm: sign_up.confirm,
                nothing_came: sign_up.nothing_came,
                back: sign_up.have_one,
            },
            CodeOf::SignIn => About {
                sent_to: sign_in.sent_to,
                confirm: texts.shared.sign_in,
                nothing_came: texts.password_reset.nothing_came,
                back,
            },
        }
    }

    fn title(&self) -> &'static str {
        self.text().title
    }

    fn sent_to(&self) -> String {
        (self.about().sent_to)(&display_name(self.typed))
    }

    fn error_text(&self) -> Option<&'static str> {
        Some(match self.error? {
            CodeError::Wrong => self.text().wrong,
            CodeError::TooMany => self.text().too_many,
        })
    }
}
