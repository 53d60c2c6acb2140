//! Why a use case could not be carried out, whatever was asked for.

use credenza_storage::StoreError;

use crate::accounts::password::Refused;
use crate::failure::Failure;
use crate::keys;

/// Something of ours failed or is missing: nothing is known about the request.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store, the keys, or something else of the server.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// Something would have to be encrypted at rest, and there is no master key. Only a command can be without one.
    #[error("{0} needs the master key")]
    NoMasterKey(&'static str),
}

impl Error {
    /// What an operator can do about it, as a part of a sentence.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Failed(failure) => failure.next_step(),
            Self::NoMasterKey(_) => {
                "set master_key, or CREDENZA_MASTER_KEY, to the same key that the server has"
            }
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<keys::Error> for Error {
    fn from(error: keys::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// A password that is too long was found before: what is left is a full queue.
impl From<Refused> for Error {
    fn from(_: Refused) -> Self {
        Self::Failed(Failure::Busy)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Failed(failure) => failure,
            Error::NoMasterKey(_) => Self::Internal("there is no master key"),
        }
    }
}
