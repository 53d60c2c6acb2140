//! Maintenance of the store as a whole.

use async_trait::async_trait;
use credenza_protocol::time::Time;

use crate::Result;

/// Whether there is room on the disk, as far as the store can know.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Room {
    /// There is.
    Enough,
    /// What needs room is refused, so that what frees or revokes something can still be written.
    Full,
}

/// How often what a request is decided by has changed: what was loaded after these numbers were read is true while they
/// stand still.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Changes {
    /// A number that changes with each change of the tenant, of its clients and of its keys.
    pub revision: i64,
    /// A number that changes with each access token that is revoked by itself, of whatever tenant. A node of a version before
    /// this number does not count those that it revokes.
    pub revoked: i64,
}

/// Housekeeping.
#[async_trait]
pub trait Maintenance: Send + Sync {
    /// How often the tenant of that name has changed, by whatever process. A
    /// change made by this store is seen at once, one made by another process within a millisecond on SQLite and
    /// within five on a server: requests that come together share one small read, whatever their tenants.
    async fn changes(&self, tenant: &str) -> Result<Changes>;

    /// The same, of the tenant, its clients and its keys alone.
    async fn revision(&self, tenant: &str) -> Result<i64> {
        Ok(self.changes(tenant).await?.revision)
    }

    /// Fails unless the store can be read and written, with [`crate::StoreError::Full`] if all that is lacking is
    /// room; for `/readyz`.
    async fn check(&self) -> Result<()>;

    /// Keeps the room that deleting needs on a disk that fills up, and says whether there is room for more than that.
    /// To be called every few seconds; only a database in a file of ours has any to keep.
    async fn room(&self) -> Result<Room>;

    /// Notes that a backup was restored, and was put in place by now. Every revision jumps, further than any that was seen
    /// before the backup was restored.
    async fn note_restore(&self, now: Time) -> Result<()>;

    /// When a backup was last restored, as far as it was noted.
    async fn restored_at(&self) -> Result<Option<Time>>;

    /// Deletes what has expired, at most `limit` rows of each kind; returns how many. A spent code is
    /// kept for as long as its grant, so that its reuse is still detected.
    async fn sweep(&self, now: Time, limit: u32) -> Result<u64>;

    /// Closes the store: writes what is queued, joins its threads.
    async fn close(&self);
}
