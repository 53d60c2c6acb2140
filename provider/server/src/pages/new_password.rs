//! What the pages say on which somebody chooses a password.

use std::borrow::Cow;

use super::Frame;
use super::phrase::Counted;
use crate::accounts::new_password::Unfit;

/// The texts.
pub(crate) struct NewPasswordTexts {
    /// How many characters it must have, and that everything else is up to the person.
    pub(crate) rule: Counted,
    /// [`Unfit::Short`], with the least number of characters.
    pub(crate) short: Counted,
    /// [`Unfit::Long`].
    pub(crate) long: &'static str,
    /// [`Unfit::Control`].
    pub(crate) control: &'static str,
    /// [`Unfit::Own`].
    pub(crate) own: &'static str,
    /// [`Unfit::Guessable`].
    pub(crate) guessable: &'static str,
    /// [`Unfit::Breached`].
    pub(crate) breached: &'static str,
}

/// What is wrong with the one before.
pub(crate) fn error_text(frame: Frame<'_>, error: Unfit, least: u64) -> Cow<'static, str> {
    let text = &frame.texts().new_password;
    match error {
        Unfit::Short => (text.short)(least).into(),
        Unfit::Long => text.long.into(),
        Unfit::Control => text.control.into(),
        Unfit::Own => text.own.into(),
        Unfit::Guessable => text.guessable.into(),
        Unfit::Breached => text.breached.into(),
    }
}
