//! What is thrown.

use credenza_validator::Spelling;

/// Settings, a requirement or options that are not accepted.
#[derive(Debug, thiserror::Error, uniffi::Error)]
pub enum SettingsError {
    /// One member is missing, malformed, or contradicts another.
    #[error("{setting}: {reason}")]
    Invalid {
        /// The member, such as `audience`; `settings` for the document as a whole.
        setting: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// A JOSE object that is refused.
#[derive(Debug, thiserror::Error, uniffi::Error)]
pub enum JoseError {
    /// Malformed, of an algorithm or key that does not fit, or with a wrong signature.
    #[error("{reason}")]
    Refused {
        /// Why.
        reason: String,
    },
}

/// As in the document: its names are spelled as the caller wrote them.
impl From<credenza_validator::SettingsError> for SettingsError {
    fn from(error: credenza_validator::SettingsError) -> Self {
        Self::Invalid { setting: error.setting.into_owned(), reason: error.reason }
    }
}

impl SettingsError {
    /// As in a record, whose members are spelled in camel case in both languages.
    pub(crate) fn of_record(error: credenza_validator::SettingsError) -> Self {
        error.spelled(Spelling::Camel).into()
    }

    pub(crate) fn of(setting: &str, error: &impl ToString) -> Self {
        Self::Invalid { setting: setting.to_owned(), reason: error.to_string() }
    }
}

impl JoseError {
    pub(crate) fn of(error: &impl ToString) -> Self {
        Self::Refused { reason: error.to_string() }
    }
}
