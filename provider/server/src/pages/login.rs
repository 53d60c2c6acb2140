//! The sign-in page (OpenID Connect Core section 3.1.2.3).

use askama::Template;
use std::borrow::Cow;

use super::assets::passkey_path;
use super::display::visible;
use super::phrase::{Counted, Named};
use super::{Applicant, Frame, PasskeyForm, RobotCheck, RobotCheckBy};

/// The sign-in form. It posts `request`, `csrf`, `username` and `password` to `action`, or `cancel=1`.
#[derive(Template)]
#[template(path = "login.html")]
pub struct Login<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// The client that asks.
    pub applicant: Applicant<'a>,
    /// Where the form is sent.
    pub action: &'a str,
    /// The handle of the pending authorization request.
    pub request: &'a str,
    /// The CSRF token.
    pub csrf: &'a str,
    /// What the username field is filled with: the last attempt, or `login_hint`, which may be an address.
    pub username: &'a str,
    /// Whether an address may be typed in place of the username.
    pub by_email: bool,
    /// Where somebody goes who has forgotten their password, if they can be helped.
    pub forgot_password: Option<&'a str>,
    /// Where somebody goes who has no account, if they may make one.
    pub sign_up: Option<&'a str>,
    /// Whether the person is signed in already, and shall prove once more that it is them.
    pub is_again: bool,
    /// Whether a link to sign in by can be mailed. Then the form may post `mail=1` in place of a password.
    pub by_mail: bool,
    /// What asks for a passkey, where people may have them.
    pub passkey: Option<PasskeyForm<'a>>,
    /// What shows that somebody is no robot, where that is asked.
    pub robot_check: Option<RobotCheck<'a>>,
    /// Why the person sees the form again.
    pub error: Option<LoginError>,
}

/// Why the sign-in form is shown again. An unknown user and a wrong password are one reason, so that nobody
/// learns which accounts there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginError {
    /// No account has this username and password.
    Wrong,
    /// A link is to be mailed, and nobody was named.
    NameMissing,
    /// The account waits for an operator's decision.
    Waits,
    /// The passkey is not good, or its answer came too late.
    Passkey,
    /// Nothing shows that it is no robot.
    Robot,
    /// Too many attempts.
    Throttled {
        /// After how many seconds the person may try again.
        seconds: u64,
    },
}

/// The texts of the sign-in page.
pub(crate) struct LoginTexts {
    /// The heading, with the client's name.
    pub(crate) title: Named,
    /// Why somebody who is signed in is asked.
    pub(crate) again: &'static str,
    /// The label of the username where an email address may stand in its place.
    pub(crate) username_or_email: &'static str,
    /// The button that returns to the client without a sign-in.
    pub(crate) cancel: &'static str,
    /// [`LoginError::Wrong`].
    pub(crate) wrong: &'static str,
    /// [`LoginError::Waits`].
    pub(crate) waits: &'static str,
    /// [`LoginError::Throttled`], with the number of seconds.
    pub(crate) throttled: Counted,
}

impl Login<'_> {
    fn text(&self) -> &'static LoginTexts {
        &self.frame.texts().login
    }

    fn title(&self) -> String {
        (self.text().title)(&self.applicant.display_name())
    }

    fn label(&self) -> &'static str {
        if self.by_email { self.text().username_or_email } else { self.frame.texts().shared.username }
    }

    /// Not cut, unlike a name that is only shown: it will be sent again.
    fn username(&self) -> Cow<'_, str> {
        visible(self.username)
    }

    fn error_text(&self) -> Option<Cow<'static, str>> {
        Some(match self.error? {
            LoginError::Wrong => self.text().wrong.into(),
            LoginError::NameMissing => self.frame.texts().sign_in_by_mail.name_missing.into(),
            LoginError::Waits => self.text().waits.into(),
            LoginError::Passkey => self.frame.texts().passkey.refused.into(),
            LoginError::Robot => self.frame.texts().robot_check.missing.into(),
            LoginError::Throttled { seconds } => (self.text().throttled)(seconds).into(),
        })
    }

    /// The browser offers passkeys beside names where it can.
    fn autocomplete(&self) -> &'static str {
        if self.passkey.is_some() { "username webauthn" } else { "username" }
    }

    fn passkey_script(&self) -> String {
        self.frame.asset(passkey_path())
    }

    fn is_wrong(&self) -> bool {
        self.error == Some(LoginError::Wrong)
    }
}
