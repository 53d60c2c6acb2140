//! The one error of the store.

use std::sync::Arc;

/// The store failed: the answer is unknown. The response is a 503, never a verdict.
#[derive(Clone, Debug, thiserror::Error)]
#[error("storage: {0}")]
pub struct StoreError(pub Arc<str>);

/// What every method returns.
pub type Result<T> = std::result::Result<T, StoreError>;

impl StoreError {
    /// A failure with its reason, for the log.
    pub(crate) fn new(reason: impl std::fmt::Display) -> Self {
        Self(reason.to_string().into())
    }
}

impl From<diesel::result::Error> for StoreError {
    fn from(error: diesel::result::Error) -> Self {
        Self::new(error)
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::new(format_args!("JSON in a column: {error}"))
    }
}
