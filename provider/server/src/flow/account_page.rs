//! The pages of the account that a sign-in may lead to.

use serde::{Deserialize, Serialize};

/// A page of the account that a sign-in may lead to. It is a word and no address, so that nobody is led elsewhere.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountPage {
    /// The address of mail.
    Email,
    /// A copy of one's data.
    Data,
    /// The deletion of the account.
    Delete,
    /// How the person signs in.
    Security,
    /// Where an application that shows codes is added.
    AuthenticatorApp,
    /// Where a passkey is added.
    Passkey,
    /// The first one; also in place of one that only a newer server has.
    #[default]
    #[serde(other)]
    Overview,
}

impl AccountPage {
    /// Its path under the issuer.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Email => "account/email",
            Self::Data => "account/data",
            Self::Delete => "account/delete",
            Self::Security => "account/security",
            Self::AuthenticatorApp => "account/security/app",
            Self::Passkey => "account/security/passkey",
            Self::Overview => "account",
        }
    }

    /// Whether it is the first one.
    #[must_use]
    pub const fn is_first(&self) -> bool {
        matches!(self, Self::Overview)
    }
}
