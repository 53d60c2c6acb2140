//! Why something could not be done.

use credenza::admin::{self, Outcome};
use credenza::failure::Failure;
use credenza::flow::Halt;
use credenza_storage::StoreError;

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The provider did not start.
    #[error("the provider did not start: {0}")]
    Start(String),
    /// Something named does not exist.
    #[error("there is no {what} {name:?}")]
    Absent {
        /// What kind of thing.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// The arguments are not valid.
    #[error("{0}")]
    Invalid(String),
    /// The provider refused, as it would refuse an application.
    #[error("refused: {0}")]
    Refused(String),
    /// The pages did not lead to an answer.
    #[error("{url} answered {status}: {text}")]
    Page {
        /// Where it ended.
        url: String,
        /// The status.
        status: u16,
        /// The text of the page.
        text: String,
    },
    /// The provider itself failed.
    #[error("the provider failed: {0}")]
    Failed(String),
}

impl Error {
    /// The kind, for programs: `start`, `absent`, `invalid`, `refused`, `page`, `failed`.
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

impl From<admin::Error> for Error {
    fn from(error: admin::Error) -> Self {
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

/// What an operator's command answers, or why it was refused.
pub(crate) fn accept<T>(outcome: Outcome<T>, what: &'static str, name: &str) -> Result<T, Error> {
    match outcome {
        Outcome::Done(record) => Ok(record),
        Outcome::Absent => Err(Error::absent(what, name)),
        Outcome::Taken => Err(Error::Invalid(format!("there is already a {what} {name:?}"))),
        Outcome::Invalid(fields) => {
            let fields: Vec<_> = fields.iter().map(ToString::to_string).collect();
            Err(Error::Invalid(fields.join("; ")))
        }
        Outcome::Stale => Err(Error::failed(format!("the {what} {name:?} was changed at the same time"))),
        Outcome::Refused(refusal) => Err(Error::invalid(refusal)),
    }
}
