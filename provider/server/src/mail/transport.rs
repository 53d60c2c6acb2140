//! What takes mail away.

use std::time::Duration;

use async_trait::async_trait;
use lettre::Message;
use tokio::time::timeout;

use super::written::Written;

/// How long an attempt may take altogether.
pub(super) const ATTEMPT: Duration = Duration::from_secs(60);

/// Hands a mail over, in time or not at all.
///
/// # Errors
/// [`Undelivered`].
pub async fn hand_over(
    transport: &dyn Transport,
    written: &Written,
    message: Message,
) -> Result<(), Undelivered> {
    let silent = || Undelivered { why: "there was no answer in time".to_owned(), is_final: false };
    timeout(ATTEMPT, transport.send(written, message)).await.unwrap_or_else(|_| Err(silent()))
}

/// Takes one mail after the other.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Hands the mail over: as it was written, and as it goes over the wire.
    ///
    /// # Errors
    /// [`Undelivered`].
    async fn send(&self, written: &Written, message: Message) -> Result<(), Undelivered>;
}

/// Why a mail was not taken.
#[derive(Debug, thiserror::Error)]
#[error("{why}")]
pub struct Undelivered {
    /// For the log and the operator; it holds no part of the mail.
    pub why: String,
    /// Whether it will never be taken: the address does not exist, or the server refuses this mail.
    pub is_final: bool,
}
