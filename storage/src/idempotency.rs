//! Requests that may arrive twice: what was done for one is answered again, and not done again.

use async_trait::async_trait;
use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::{Seconds, Time};

use crate::Result;

/// What became of a claim.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub enum Claimed {
    /// The caller is the one who does it.
    Yes,
    /// Another one is doing it now.
    Running,
    /// It was done; this is the answer, as it was given to [`Idempotency::finish`].
    Done(String),
    /// The key was used for something else.
    Another,
}

/// For how long claims hold.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct Spans {
    /// How long whoever does it may take; then another one may.
    pub lease: Seconds,
    /// How long the key is kept.
    pub keep: Seconds,
}

/// Keys of requests. A key includes whose it is and what it is for.
#[async_trait]
pub trait Idempotency: Send + Sync {
    /// Claims a key for a request with that content. Of many callers at once, one is told [`Claimed::Yes`].
    async fn claim(
        &self,
        tenant: &TenantId,
        key: SecretHash,
        body: SecretHash,
        spans: Spans,
        now: Time,
    ) -> Result<Claimed>;

    /// Keeps the answer of what was done. It may hold a secret, and so comes sealed.
    async fn finish(&self, tenant: &TenantId, key: SecretHash, answer: String) -> Result<()>;

    /// Nothing was done: the key can be claimed again.
    async fn give_back(&self, tenant: &TenantId, key: SecretHash) -> Result<()>;
}
