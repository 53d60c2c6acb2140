//! Rate limits: how often something may be tried, counted over all nodes.

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
}
