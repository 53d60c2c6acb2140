//! Authenticators: what a person proves their identity with besides a password (NIST SP 800-63B-4 3.1).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{AuthenticatorId, UserId};
use crate::time::Time;

/// How many authenticators of one kind a person may have.
pub const MOST: u32 = 20;
/// The longest name, in characters.
pub const LONGEST_NAME: usize = 60;
/// How many recovery codes a person gets at a time.
pub const RECOVERY_CODES: usize = 10;

/// What kind of authenticator it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuthenticatorKind {
    /// An application that shows a code of six digits which changes every 30 seconds (RFC 6238).
    Totp,
    /// A key pair that is bound to the provider's domain (Web Authentication Level 3).
    Passkey,
    /// A browser in which the person is not asked for their second factor again. It proves nothing by itself.
    TrustedBrowser,
}

impl AuthenticatorKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Totp, Self::Passkey, Self::TrustedBrowser];

    /// As it is stored and told.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Passkey => "passkey",
            Self::TrustedBrowser => "trusted_browser",
        }
    }

    /// Whether it is a factor, by which somebody proves who they are.
    #[must_use]
    pub const fn is_factor(self) -> bool {
        match self {
            Self::Totp | Self::Passkey => true,
            Self::TrustedBrowser => false,
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// An authenticator of a person, without what it is checked by.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Authenticator {
    /// Its id.
    pub authenticator_id: AuthenticatorId,
    /// Whose it is.
    pub user_id: UserId,
    /// Its kind.
    pub kind: AuthenticatorKind,
    /// What the person calls it.
    pub name: String,
    /// The model of a passkey's authenticator, as it says itself (Web Authentication 6.5.1); absent where it says none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aaguid: Option<String>,
    /// Whether a passkey is kept on several devices, such as by a password manager (Web Authentication 6.1.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backed_up: Option<bool>,
    /// When it was added.
    pub created_at: Time,
    /// When somebody last signed in with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Time>,
}

/// A name as the person typed it: without spaces around it and without control characters, and cut where it is too long.
#[must_use]
pub fn name(typed: &str) -> String {
    let shown: String = typed.trim().chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    shown.trim_end().to_owned()
}

/// A recovery code as it is compared: people type it in capitals, with spaces or without the hyphens.
#[must_use]
pub fn recovery_code(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_read_as_they_are_written() {
        for kind in AuthenticatorKind::ALL {
            assert_eq!(AuthenticatorKind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(AuthenticatorKind::parse("sms"), None);
    }

    #[test]
    fn names_are_tidied_and_cut() {
        assert_eq!(name("  My\u{7} phone \n"), "My phone");
        assert_eq!(name(&"ä".repeat(100)), "ä".repeat(LONGEST_NAME));
        assert_eq!(name(" \t "), "");
    }

    #[test]
    fn recovery_codes_are_compared_without_what_people_add() {
        for typed in ["abcd-efgh-2345", " ABCD EFGH 2345 ", "abcdefgh2345"] {
            assert_eq!(recovery_code(typed), "abcdefgh2345", "{typed}");
        }
    }
}
