//! Why metadata are refused (RFC 7591 3.2.2).

use crate::error::Refusal;

/// `error` of a registration.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Code {
    /// A redirect URI is missing or cannot be registered.
    InvalidRedirectUri,
    /// Another member is wrong, or inconsistent with the others.
    InvalidClientMetadata,
    /// The software statement is invalid.
    InvalidSoftwareStatement,
    /// The issuer of the software statement is not trusted by this tenant.
    UnapprovedSoftwareStatement,
}

/// Metadata that are refused: which member, and why.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{field} {why}")]
pub struct Fault {
    code: Code,
    field: &'static str,
    why: String,
    value: Option<String>,
}

impl Fault {
    /// A member that is wrong.
    pub(super) fn metadata(field: &'static str, why: impl Into<String>) -> Self {
        Self { code: Code::InvalidClientMetadata, field, why: why.into(), value: None }
    }

    /// A redirect URI that is missing or wrong.
    pub(super) fn redirect_uri(why: impl Into<String>) -> Self {
        Self { code: Code::InvalidRedirectUri, ..Self::metadata("redirect_uris", why) }
    }

    /// A software statement that is wrong.
    pub(super) fn statement(code: Code, why: &str) -> Self {
        Self { code, ..Self::metadata("software_statement", why) }
    }

    /// With the value that is wrong. It is not sent back, since it may hold what an `error_description` must not.
    pub(super) fn of(self, value: &str) -> Self {
        Self { value: Some(value.to_owned()), ..self }
    }

    /// `error`.
    #[must_use]
    pub const fn kind(&self) -> Code {
        self.code
    }

    /// The member that is wrong.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        self.field
    }

    /// The value that is wrong, where it is one of several; for an operator, who may see it.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// What is wrong with it.
    #[must_use]
    pub fn why(&self) -> &str {
        &self.why
    }
}

impl Refusal for Fault {
    fn code(&self) -> &'static str {
        match self.code {
            Code::InvalidRedirectUri => "invalid_redirect_uri",
            Code::InvalidClientMetadata => "invalid_client_metadata",
            Code::InvalidSoftwareStatement => "invalid_software_statement",
            Code::UnapprovedSoftwareStatement => "unapproved_software_statement",
        }
    }

    fn rule(&self) -> &'static str {
        match self.code {
            Code::InvalidRedirectUri => "RFC 7591 2, redirect_uris",
            Code::InvalidClientMetadata => "RFC 7591 2",
            Code::InvalidSoftwareStatement | Code::UnapprovedSoftwareStatement => "RFC 7591 2.3",
        }
    }
}
