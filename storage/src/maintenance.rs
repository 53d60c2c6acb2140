//! What concerns the store as a whole.

use async_trait::async_trait;
use credenza_protocol::time::Time;

use crate::Result;

/// Housekeeping.
#[async_trait]
pub trait Maintenance: Send + Sync {
    /// A number that changes with each change of a tenant, client or key, by whatever process: what
    /// was loaded while it stood still is still true. A change made by this store is seen at once, one made
    /// by another process within a millisecond: requests that come together share one small read.
    async fn revision(&self) -> Result<i64>;

    /// Answers if the store can be read and written; for `/readyz`.
    async fn check(&self) -> Result<()>;

    /// Deletes what has expired, at most `limit` rows of each kind; answers how many. A spent code is
    /// kept for as long as its grant, so that its reuse is still seen.
    async fn sweep(&self, now: Time, limit: u32) -> Result<u64>;

    /// Ends the store: writes what is queued, joins its threads.
    async fn close(&self);
}
