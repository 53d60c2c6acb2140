//! The page that asks for a second factor.

use askama::Template;
use credenza_protocol::time::Seconds;
use std::borrow::Cow;

use super::assets::passkey_path;
use super::phrase::Counted;
use super::{Frame, PasskeyForm, display_name};

/// It posts `request`, `csrf` and `code` or `recovery_code` to `action`.
#[derive(Template)]
#[template(path = "second_factor.html")]
pub struct SecondFactor<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// Where the forms are sent.
    pub action: &'a str,
    /// The handle of the interaction.
    pub request: &'a str,
    /// The CSRF token.
    pub csrf: &'a str,
    /// Whose account it is.
    pub username: &'a str,
    /// Whether they have an application that shows codes.
    pub has_totp: bool,
    /// For how long they may have the browser remembered, if at all.
    pub trust_for: Option<Seconds>,
    /// What asks for a passkey, where they have one.
    pub passkey: Option<PasskeyForm<'a>>,
    /// What was wrong before.
    pub error: Option<SecondFactorError>,
    /// Back to the sign-in page.
    pub way_back: &'a str,
}

/// Why [`SecondFactor`] is shown again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SecondFactorError {
    /// The code is wrong.
    Wrong,
    /// It was used.
    Used,
    /// The recovery code is wrong.
    WrongRecovery,
    /// The passkey is not good, or its answer came too late.
    Passkey,
    /// There were too many.
    TooMany {
        /// The next may be tried after so many seconds.
        seconds: u64,
    },
}

/// Its texts.
pub(crate) struct SecondFactorTexts {
    /// The heading.
    pub(crate) title: &'static str,
    /// Where the code is to be found.
    pub(crate) explanation: &'static str,
    /// The label of the code.
    pub(crate) code: &'static str,
    /// The button.
    pub(crate) confirm: &'static str,
    /// The choice not to be asked in this browser, for so many days.
    pub(crate) trust: Counted,
    /// What leads to the recovery codes.
    pub(crate) lost: &'static str,
    /// The label of the recovery code.
    pub(crate) recovery_code: &'static str,
    /// The button.
    pub(crate) use_recovery_code: &'static str,
    /// [`SecondFactorError::Wrong`].
    pub(crate) wrong: &'static str,
    /// [`SecondFactorError::Used`].
    pub(crate) used: &'static str,
    /// [`SecondFactorError::WrongRecovery`].
    pub(crate) wrong_recovery: &'static str,
    /// [`SecondFactorError::TooMany`], with minutes.
    pub(crate) too_many: Counted,
}

impl SecondFactor<'_> {
    fn text(&self) -> &'static SecondFactorTexts {
        &self.frame.texts().second_factor
    }

    fn title(&self) -> &'static str {
        self.text().title
    }

    fn of_account(&self) -> String {
        (self.frame.texts().password_reset.of_account)(&display_name(self.username))
    }

    /// Whether the recovery code is what the person was about to type, or all that there is.
    fn is_open(&self) -> bool {
        !self.has_totp && self.passkey.is_none() || self.error == Some(SecondFactorError::WrongRecovery)
    }

    fn passkey_script(&self) -> String {
        self.frame.asset(passkey_path())
    }

    /// The choice, in days: a part of one counts as one.
    fn trust(&self, lifetime: &Seconds) -> String {
        (self.text().trust)(lifetime.0.unsigned_abs().div_ceil(86_400))
    }

    fn is_code_wrong(&self) -> bool {
        matches!(self.error, Some(SecondFactorError::Wrong | SecondFactorError::Used))
    }

    fn error_text(&self) -> Option<Cow<'static, str>> {
        Some(match self.error? {
            SecondFactorError::Wrong => self.text().wrong.into(),
            SecondFactorError::Used => self.text().used.into(),
            SecondFactorError::WrongRecovery => self.text().wrong_recovery.into(),
            SecondFactorError::Passkey => self.frame.texts().passkey.refused.into(),
            SecondFactorError::TooMany { seconds } => {
                (self.text().too_many)(seconds.div_ceil(60).max(1)).into()
            }
        })
    }
}
