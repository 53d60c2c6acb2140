//! Letters that tell a person that how they sign in has changed.

use credenza_protocol::authenticator::AuthenticatorKind;

use super::phrase::Named;
use super::{Lang, Letter, display_name};

/// What has changed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FactorChange<'a> {
    /// An application of that name was added that shows codes.
    TotpAdded(&'a str),
    /// A passkey of that name was added.
    PasskeyAdded(&'a str),
    /// The authenticator of that name was removed.
    Removed(&'a str),
    /// An operator has removed what there was, or all of one kind.
    Reset(Option<AuthenticatorKind>),
    /// There are new recovery codes.
    RecoveryCodesRenewed,
    /// A recovery code was used.
    RecoveryCodeUsed,
    /// A copy of a passkey was used, and refused.
    PasskeyCopied(&'a str),
}

/// Its texts.
pub(crate) struct FactorLetterTexts {
    /// The subject, with the tenant's name.
    pub(crate) subject: Named,
    /// Whose account it is, with the username.
    pub(crate) account: Named,
    /// [`FactorChange::TotpAdded`].
    pub(crate) totp_added: Named,
    /// [`FactorChange::PasskeyAdded`].
    pub(crate) passkey_added: Named,
    /// [`FactorChange::Removed`].
    pub(crate) removed: Named,
    /// [`FactorChange::Reset`] of everything.
    pub(crate) reset: &'static str,
    /// The same of authenticator apps.
    pub(crate) reset_totp: &'static str,
    /// The same of passkeys.
    pub(crate) reset_passkeys: &'static str,
    /// The same of trusted browsers.
    pub(crate) reset_browsers: &'static str,
    /// [`FactorChange::RecoveryCodesRenewed`].
    pub(crate) recovery_codes_renewed: &'static str,
    /// [`FactorChange::RecoveryCodeUsed`].
    pub(crate) recovery_code_used: &'static str,
    /// [`FactorChange::PasskeyCopied`].
    pub(crate) passkey_copied: Named,
    /// What to do for whom it is a surprise.
    pub(crate) by_others: &'static str,
}

impl<'a> Letter<'a> {
    /// What tells of such a change.
    #[must_use]
    pub fn factor_changed(lang: Lang, brand: &'a str, username: &str, change: FactorChange<'_>) -> Self {
        let text = &lang.texts().factor_letter;
        let said = match change {
            FactorChange::TotpAdded(name) => (text.totp_added)(&display_name(name)),
            FactorChange::PasskeyAdded(name) => (text.passkey_added)(&display_name(name)),
            FactorChange::Removed(name) => (text.removed)(&display_name(name)),
            FactorChange::Reset(None) => text.reset.to_owned(),
            FactorChange::Reset(Some(AuthenticatorKind::Totp)) => text.reset_totp.to_owned(),
            FactorChange::Reset(Some(AuthenticatorKind::Passkey)) => text.reset_passkeys.to_owned(),
            FactorChange::Reset(Some(AuthenticatorKind::TrustedBrowser)) => text.reset_browsers.to_owned(),
            FactorChange::RecoveryCodesRenewed => text.recovery_codes_renewed.to_owned(),
            FactorChange::RecoveryCodeUsed => text.recovery_code_used.to_owned(),
            FactorChange::PasskeyCopied(name) => (text.passkey_copied)(&display_name(name)),
        };
        let account = (text.account)(&display_name(username));
        Self::notice(lang, brand, text.subject, vec![account, said, text.by_others.to_owned()])
    }
}
