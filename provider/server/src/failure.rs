//! What can fail inside the server while it answers a request.

use std::time::Duration;

use credenza_storage::StoreError;

use crate::keys;

/// How often the server looks whether a disk that was full has room again. Until then no try can succeed.
pub const LOOKING_FOR_ROOM: Duration = Duration::from_secs(5);

/// The server failed. This says nothing about the request: the answer is 503 or 500, never a refusal.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The keys.
    #[error(transparent)]
    Keys(#[from] keys::Error),
    /// There is more work than can be queued.
    #[error("too busy")]
    Busy,
    /// Something that should never happen.
    #[error("{0}")]
    Internal(&'static str),
}

impl Failure {
    /// What an operator can do about it, as a part of a sentence.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Store(error) => error.next_step(),
            Self::Keys(error) => error.next_step(),
            Self::Busy => "try again in a moment",
            Self::Internal(_) => {
                "try again; if it stays, look at the log of the server, and report it: this should never happen"
            }
        }
    }
}
