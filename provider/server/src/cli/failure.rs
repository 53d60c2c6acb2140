//! Why a command failed, and what to do next, as one sentence.

use std::fmt::{self, Display};

use credenza_storage::{OpenError, StoreError};

use crate::apply::Fault;
use crate::config::Faults;
#[cfg(feature = "demo")]
use crate::dev;
use crate::{admin, serve};

/// Why a command failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The configuration is wrong: every fault of it.
    Config(Faults),
    /// A file that was to be applied is wrong: its name, and every fault of it.
    Document(String, Vec<Fault>),
    /// Anything else, as a sentence.
    Other(String),
}

impl Failure {
    /// A text that says what to do as well.
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self::Other(text.into())
    }

    /// What failed, and what to do about it.
    pub(super) fn with_step(what: impl Display, step: impl Display) -> Self {
        Self::Other(format!("{what}; {step}"))
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(faults) => faults.fmt(f),
            Self::Document(file, faults) => {
                let lines: Vec<_> = faults.iter().map(|fault| format!("{file}: {fault}")).collect();
                f.write_str(&lines.join("\n"))
            }
            Self::Other(text) => f.write_str(text),
        }
    }
}

impl From<Faults> for Failure {
    fn from(faults: Faults) -> Self {
        Self::Config(faults)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::with_step(&error, error.next_step())
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        Self::with_step(&error, error.next_step())
    }
}

impl From<serve::Error> for Failure {
    fn from(error: serve::Error) -> Self {
        Self::with_step(&error, error.next_step())
    }
}

#[cfg(feature = "demo")]
impl From<dev::Error> for Failure {
    fn from(error: dev::Error) -> Self {
        match error {
            dev::Error::Config(faults) => Self::Config(faults),
            error => Self::with_step(&error, error.next_step().unwrap_or_default()),
        }
    }
}

impl From<admin::Error> for Failure {
    fn from(error: admin::Error) -> Self {
        Self::with_step(&error, error.next_step())
    }
}
