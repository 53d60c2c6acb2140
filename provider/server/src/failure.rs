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
