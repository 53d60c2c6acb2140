//! Rate limits: how often something may be tried, counted over all nodes.

use std::sync::Arc;

use async_trait::async_trait;
use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::{Seconds, Time};

use crate::Result;

/// What became of an attempt.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
#[must_use]
pub enum Take {
    /// It was within the limit, and is counted.
    Allowed,
    /// The limit was reached; it is not counted.
    Refused {
        /// In how many seconds another is allowed; at least one.
        retry_after: Seconds,
    },
}

/// What is kept under a key by whoever counts by a rule of their own; what `count` means is up to them.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct Counted {
    /// The number.
    pub count: i64,
    /// When it is forgotten.
    pub expires_at: Time,
}

/// A rule: what is kept now, if anything that has not expired is, gives what is kept from now on; `None` leaves it as it
/// is. It may be asked more than once for one change, and decides by its argument alone.
pub type Change = Arc<dyn Fn(Option<Counted>) -> Option<Counted> + Send + Sync>;

/// Counters in windows: a window begins with the first attempt and ends, with its count, `window` later.
#[async_trait]
pub trait RateLimits: Send + Sync {
    /// Counts an attempt under `key` (which includes what it is about), unless `limit` of them were counted
    /// in this window. Exact: of many callers at once, `limit` are allowed. A clock that was set back locks
    /// nobody out for longer than a window.
    async fn take(
        &self,
        tenant: &TenantId,
        key: SecretHash,
        limit: u32,
        window: Seconds,
        now: Time,
    ) -> Result<Take>;

    /// Takes one attempt back.
    async fn give_back(&self, tenant: &TenantId, key: SecretHash, now: Time) -> Result<()>;

    /// Forgets the attempts.
    async fn forget(&self, tenant: &TenantId, key: SecretHash, now: Time) -> Result<()>;

    /// What is kept under `key`, which one of [`RateLimits::change`] wrote.
    async fn find(&self, tenant: &TenantId, key: SecretHash, now: Time) -> Result<Option<Counted>>;

    /// Applies the rule to what is kept under `key`, and answers with what was kept before. Exact: of many callers at
    /// once, each sees what the one before it left.
    async fn change(
        &self,
        tenant: &TenantId,
        key: SecretHash,
        change: Change,
        now: Time,
    ) -> Result<Option<Counted>>;
}
