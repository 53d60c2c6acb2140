//! The pages of somebody who changes their address of mail.

use askama::Template;
use std::borrow::Cow;

use super::mailed_code::MailedCodeTexts;
use super::phrase::Named;
use super::sign_up::SignUpTexts;
use super::{AccountNav, CodeError, Frame, WayOn, display_name};

/// The address, and the form for another one. It posts `csrf` and `email`, or `cancel=1`, to `action`.
#[derive(Template)]
#[template(path = "email.html")]
pub struct Email<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// The other pages.
    pub nav: AccountNav<'a>,
    /// Where the form is sent.
    pub action: &'a str,
    /// The CSRF token.
    pub csrf: &'a str,
    /// The address as it is, and whether the person has proven it.
    pub address: Option<(&'a str, bool)>,
    /// The address that waits to be proven.
    pub pending: Option<&'a str>,
    /// What the field is filled with.
    pub typed: &'a str,
    /// What was wrong with it.
    pub error: Option<EmailError>,
    /// Whether it was just changed.
    pub is_changed: bool,
}

/// Why [`Email`] is shown again. None of it depends on which accounts there are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EmailError {
    /// It is not an address.
    NotAnAddress,
    /// Its domain is not admitted.
    NotAdmitted,
    /// The person has it already.
    Own,
    /// There were too many; the next may come after so many seconds.
    Throttled(u64),
}

/// Says that mail is on its way, and asks for the code in it. It posts `csrf`, `ticket` and `code` to `action`.
#[derive(Template)]
#[template(path = "email_code.html")]
pub struct EmailCode<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// The other pages.
    pub nav: AccountNav<'a>,
    /// Where the form is sent.
    pub action: &'a str,
    /// The CSRF token.
    pub csrf: &'a str,
    /// What the code is compared with, encrypted.
    pub ticket: &'a str,
    /// The address as it was typed.
    pub email: &'a str,
    /// What was wrong with the code before.
    pub error: Option<CodeError>,
    /// To ask for another mail.
    pub again: &'a str,
}

/// What the link of a mail leads to: a button that does what the mail is about. It posts `token` to `action`, with `csrf` where
/// somebody must be signed in.
#[derive(Template)]
#[template(path = "email_link.html")]
pub struct EmailLink<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// Where the form is sent.
    pub action: &'a str,
    /// The CSRF token, if there is one.
    pub csrf: Option<&'a str>,
    /// The secret of the link.
    pub token: &'a str,
    /// The address.
    pub address: &'a str,
    /// Whether it shall replace another one, or have its place back.
    pub is_undo: bool,
}

/// Says that the address has its place back, and leads to a new password.
#[derive(Template)]
#[template(path = "email_restored.html")]
pub struct EmailRestored<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// On to the new password.
    pub way_on: WayOn<'a>,
}

/// Their texts.
pub(crate) struct EmailTexts {
    /// The heading, and the link to the page.
    pub(crate) title: &'static str,
    /// What the address is called.
    pub(crate) current: &'static str,
    /// That there is none.
    pub(crate) none: &'static str,
    /// That it is not proven.
    pub(crate) unproven: &'static str,
    /// The label of the field.
    pub(crate) new: &'static str,
    /// What happens then.
    pub(crate) explanation: &'static str,
    /// That another one waits.
    pub(crate) waits: Named,
    /// The button that ends that.
    pub(crate) cancel: &'static str,
    /// [`EmailError::NotAdmitted`].
    pub(crate) not_admitted: &'static str,
    /// [`EmailError::Own`].
    pub(crate) own: &'static str,
    /// Said afterwards.
    pub(crate) changed: &'static str,
    /// The heading of what the first link leads to.
    pub(crate) confirm_title: &'static str,
    /// What its button does, with the address.
    pub(crate) confirm: Named,
    /// The heading of what the second link leads to, and its button.
    pub(crate) undo_title: &'static str,
    /// What its button does, with the address.
    pub(crate) undo: Named,
    /// The heading when that is done.
    pub(crate) restored_title: &'static str,
    /// What has happened.
    pub(crate) restored: &'static str,
    /// That the person must be signed in to the account that asked.
    pub(crate) sign_in_first: &'static str,
    /// That the link is of no use any more.
    pub(crate) link_is_dead: &'static str,
    /// That another account has the address by now.
    pub(crate) taken: &'static str,
    /// That it was changed too often.
    pub(crate) too_often: &'static str,
}

impl Email<'_> {
    fn text(&self) -> &'static EmailTexts {
        &self.frame.texts().email
    }

    fn title(&self) -> &'static str {
        self.text().title
    }

    fn waits(&self, pending: &str) -> String {
        (self.text().waits)(&display_name(pending))
    }

    fn error_text(&self) -> Option<Cow<'static, str>> {
        Some(match self.error? {
            EmailError::NotAnAddress => self.frame.texts().sign_up.not_an_address.into(),
            EmailError::NotAdmitted => self.text().not_admitted.into(),
            EmailError::Own => self.text().own.into(),
            EmailError::Throttled(seconds) => (self.frame.texts().login.throttled)(seconds).into(),
        })
    }
}

impl EmailCode<'_> {
    fn text(&self) -> &'static MailedCodeTexts {
        &self.frame.texts().mailed_code
    }

    fn about(&self) -> &'static SignUpTexts {
        &self.frame.texts().sign_up
    }

    fn title(&self) -> &'static str {
        self.text().title
    }

    fn sent_to(&self) -> String {
        (self.about().sent_to)(&display_name(self.email))
    }

    fn error_text(&self) -> Option<&'static str> {
        Some(match self.error? {
            CodeError::Wrong => self.text().wrong,
            CodeError::TooMany => self.text().too_many,
        })
    }
}

impl EmailLink<'_> {
    fn title(&self) -> &'static str {
        let text = &self.frame.texts().email;
        if self.is_undo { text.undo_title } else { text.confirm_title }
    }

    fn explanation(&self) -> String {
        let text = &self.frame.texts().email;
        let explain = if self.is_undo { text.undo } else { text.confirm };
        explain(&display_name(self.address))
    }
}

impl EmailRestored<'_> {
    fn title(&self) -> &'static str {
        let EmailTexts { restored_title, .. } = &self.frame.texts().email;
        restored_title
    }
}
