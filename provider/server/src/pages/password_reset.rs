//! The pages of somebody who has forgotten their password: asking for a link, what was asked for, and a new password.

use askama::Template;
use std::borrow::Cow;

use super::display::visible;
use super::new_password::error_text;
use super::phrase::Named;
use super::{Frame, RobotCheck, RobotCheckBy, WayOn, display_name};
use crate::accounts::new_password::Unfit;

/// Asks whose password it is. It posts `request`, `csrf` and `username` to `action`.
#[derive(Template)]
#[template(path = "forgot_password.html")]
pub struct ForgotPassword<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// Where the form is sent.
    pub action: &'a str,
    /// The handle of the interaction that the person came from.
    pub request: &'a str,
    /// The CSRF token.
    pub csrf: &'a str,
    /// What the field is filled with.
    pub username: &'a str,
    /// What shows that somebody is no robot, where that is asked.
    pub robot_check: Option<RobotCheck<'a>>,
    /// Why the page is shown again.
    pub error: Option<ForgotError>,
    /// Back to the sign-in page.
    pub way_back: &'a str,
}

/// Why [`ForgotPassword`] is shown again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ForgotError {
    /// Nothing shows that it is no robot.
    Robot,
    /// The person has asked too often; they may ask again after so many seconds.
    Throttled(u64),
}

/// Says that mail is on its way, if there is somebody to send it to. It is the same page for every name.
#[derive(Template)]
#[template(path = "mail_sent.html")]
pub struct MailSent<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// Back to the sign-in page.
    pub way_back: &'a str,
    /// To ask once more.
    pub again: &'a str,
}

/// Asks for a new password. It posts `token` and `password` to `action`.
#[derive(Template)]
#[template(path = "reset_password.html")]
pub struct ResetPassword<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// Where the form is sent.
    pub action: &'a str,
    /// The secret of the link.
    pub token: &'a str,
    /// Whose password it is, for password managers as well.
    pub username: &'a str,
    /// How many characters it must have.
    pub least: u64,
    /// What was wrong with the one before.
    pub error: Option<Unfit>,
}

/// Says that the password was changed.
#[derive(Template)]
#[template(path = "password_changed.html")]
pub struct PasswordChanged<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// On to the sign-in.
    pub way_on: WayOn<'a>,
}

/// The texts of these pages.
pub(crate) struct PasswordResetTexts {
    /// The link to the first of them, and its heading.
    pub(crate) forgot: &'static str,
    /// What happens then.
    pub(crate) explanation: &'static str,
    /// The button that asks for mail.
    pub(crate) send: &'static str,
    /// The link back to the sign-in.
    pub(crate) back: &'static str,
    /// The heading of [`MailSent`].
    pub(crate) sent_title: &'static str,
    /// What it says.
    pub(crate) sent: &'static str,
    /// What to do when nothing comes.
    pub(crate) nothing_came: &'static str,
    /// The link to ask once more.
    pub(crate) again: &'static str,
    /// The heading of [`ResetPassword`], and its button.
    pub(crate) choose: &'static str,
    /// Whose password it is, by username.
    pub(crate) of_account: Named,
    /// The label of the new password.
    pub(crate) new_password: &'static str,
    /// The link is no longer good.
    pub(crate) link_is_dead: &'static str,
    /// The heading of [`PasswordChanged`].
    pub(crate) changed_title: &'static str,
    /// What it says.
    pub(crate) changed: &'static str,
}

impl ForgotPassword<'_> {
    fn text(&self) -> &'static PasswordResetTexts {
        &self.frame.texts().password_reset
    }

    fn title(&self) -> &'static str {
        self.text().forgot
    }

    fn username(&self) -> Cow<'_, str> {
        visible(self.username)
    }

    fn label(&self) -> &'static str {
        self.frame.texts().login.username_or_email
    }

    fn error_text(&self) -> Option<Cow<'static, str>> {
        Some(match self.error? {
            ForgotError::Robot => self.frame.texts().robot_check.missing.into(),
            ForgotError::Throttled(seconds) => (self.frame.texts().login.throttled)(seconds).into(),
        })
    }
}

impl MailSent<'_> {
    fn text(&self) -> &'static PasswordResetTexts {
        &self.frame.texts().password_reset
    }

    fn title(&self) -> &'static str {
        self.text().sent_title
    }
}

impl ResetPassword<'_> {
    fn text(&self) -> &'static PasswordResetTexts {
        &self.frame.texts().password_reset
    }

    fn title(&self) -> &'static str {
        self.text().choose
    }

    fn of_account(&self) -> String {
        (self.text().of_account)(&display_name(self.username))
    }

    fn rule(&self) -> String {
        (self.frame.texts().new_password.rule)(self.least)
    }

    fn error_text(&self) -> Option<Cow<'static, str>> {
        self.error.map(|error| error_text(self.frame, error, self.least))
    }
}

impl PasswordChanged<'_> {
    fn text(&self) -> &'static PasswordResetTexts {
        &self.frame.texts().password_reset
    }

    fn title(&self) -> &'static str {
        self.text().changed_title
    }
}
