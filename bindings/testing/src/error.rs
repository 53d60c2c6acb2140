//! Why something could not be done.

use credenza::flow::{Failure, Halt};
use credenza_storage::StoreError;

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The provider did not start.
    #[error("the provider did not start: {0}")]
    Start(String),
    /// What was named is not there.
    #[error("there is no {what} {name:?}")]
    Absent {
        /// What was looked for.
        what: &'static str,
        /// By which name.
        name: String,
    },
    /// What was asked for cannot be.
    #[error("{0}")]
    Invalid(String),
    /// The provider refused, as it would refuse an application.
    #[error("refused: {0}")]
    Refused(String),
    /// The pages led somewhere else than to an answer.
    #[error("{url} answered {status}: {text}")]
    Page {
        /// Where it ended.
        url: String,
        /// What it answered.
        status: u16,
        /// What the page says.
        text: String,
    },
    /// The provider itself failed.
    #[error("the provider failed: {0}")]
    Failed(String),
}

impl Error {
    /// A word for programs: `start`, `absent`, `invalid`, `refused`, `page`, `failed`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Start(_) => "start",
            Self::Absent { .. } => "absent",
            Self::Invalid(_) => "invalid",
            Self::Refused(_) => "refused",
            Self::Page { .. } => "page",
            Self::Failed(_) => "failed",
        }
    }

    pub(crate) fn start(why: impl ToString) -> Self {
        Self::Start(why.to_string())
    }

    pub(crate) fn absent(what: &'static str, name: impl Into<String>) -> Self {
        Self::Absent { what, name: name.into() }
    }

    pub(crate) fn invalid(why: impl ToString) -> Self {
        Self::Invalid(why.to_string())
    }

    pub(crate) fn failed(why: impl ToString) -> Self {
        Self::Failed(why.to_string())
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::failed(error)
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::failed(failure)
    }
}

impl From<credenza::keys::Error> for Error {
    fn from(error: credenza::keys::Error) -> Self {
        Self::failed(error)
    }
}

impl<E: ToString> From<Halt<E>> for Error {
    fn from(halt: Halt<E>) -> Self {
        match halt {
            Halt::Refused(why) => Self::Refused(why.to_string()),
            Halt::Failed(failure) => failure.into(),
        }
    }
}
