//! Why a command failed, as one sentence.

use credenza_storage::{OpenError, StoreError};

use crate::config::Faults;
#[cfg(feature = "demo")]
use crate::dev;
use crate::{admin, serve};

/// Why a command failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The configuration is wrong: every fault of it.
    Config(Faults),
    /// Anything else, as a sentence.
    Other(String),
}

impl Failure {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self::Other(text.into())
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Config(faults) => faults.fmt(f),
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
        Self::Other(error.to_string())
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        Self::Other(error.to_string())
    }
}

impl From<serve::Error> for Failure {
    fn from(error: serve::Error) -> Self {
        Self::Other(error.to_string())
    }
}

#[cfg(feature = "demo")]
impl From<dev::Error> for Failure {
    fn from(error: dev::Error) -> Self {
        match error {
            dev::Error::Config(faults) => Self::Config(faults),
            error => Self::Other(error.to_string()),
        }
    }
}

impl From<admin::Error> for Failure {
    fn from(error: admin::Error) -> Self {
        match error {
            admin::Error::NoMasterKey(_) => Self::Other(format!(
                "{error}: set master_key, or CREDENZA_MASTER_KEY, to the same key that the server has"
            )),
            admin::Error::Failed(failure) => Self::Other(failure.to_string()),
        }
    }
}
