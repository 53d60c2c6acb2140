//! What leads from one page of the account to the others.

use super::Frame;

/// A page of the account that the others lead to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AccountPlace {
    /// Where the person is signed in.
    Sessions,
    /// What is known about them.
    Profile,
    /// Their address of mail.
    Email,
    /// Their password.
    Password,
    /// How they sign in.
    Security,
    /// Who has access.
    Applications,
    /// Where they have native applications.
    Devices,
    /// A copy of what is stored.
    Data,
    /// The end of the account.
    Deletion,
}

/// The navigation. A page that people have no use for is left out.
#[derive(Clone, Debug)]
pub struct AccountNav<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// The page that it stands on; `None` on one that is not in the list.
    pub here: Option<AccountPlace>,
    /// The pages, in order.
    pub places: Vec<AccountPlace>,
}

/// Its texts.
pub(crate) struct AccountNavTexts {
    /// What it is, for those who do not see it.
    pub(crate) label: &'static str,
    /// [`AccountPlace::Sessions`].
    pub(crate) sessions: &'static str,
    /// [`AccountPlace::Password`].
    pub(crate) password: &'static str,
    /// [`AccountPlace::Applications`].
    pub(crate) applications: &'static str,
}

impl AccountPlace {
    /// Its path under the issuer.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Sessions => "account",
            Self::Profile => "account/profile",
            Self::Email => "account/email",
            Self::Password => "account/password",
            Self::Security => "account/security",
            Self::Applications => "account/applications",
            Self::Devices => "account/devices",
            Self::Data => "account/data",
            Self::Deletion => "account/delete",
        }
    }

    /// What names the link for tools.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Sessions => "sessions",
            Self::Profile => "profile",
            Self::Email => "change-email",
            Self::Password => "change-password",
            Self::Security => "security",
            Self::Applications => "applications",
            Self::Devices => "devices",
            Self::Data => "own-data",
            Self::Deletion => "delete-account",
        }
    }

    pub(crate) fn title(self, frame: &Frame<'_>) -> &'static str {
        let texts = frame.texts();
        match self {
            Self::Sessions => texts.account_nav.sessions,
            Self::Profile => texts.profile.title,
            Self::Email => texts.email.title,
            Self::Password => texts.account_nav.password,
            Self::Security => texts.security.title,
            Self::Applications => texts.account_nav.applications,
            Self::Devices => texts.devices.title,
            Self::Data => texts.own_data.title,
            Self::Deletion => texts.deletion.title,
        }
    }
}

impl AccountNav<'_> {
    pub(crate) fn label(&self) -> &'static str {
        self.frame.texts().account_nav.label
    }

    pub(crate) fn href(&self, place: &AccountPlace) -> String {
        format!("{}/{}", self.frame.base, place.path())
    }

    pub(crate) fn is_here(&self, place: &AccountPlace) -> bool {
        self.here == Some(*place)
    }
}
