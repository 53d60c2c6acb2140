//! Requests: authorization requests whose person is still signing in or deciding.

use async_trait::async_trait;
use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;

use crate::Result;

/// A request under way.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestRecord {
    /// Hash of the request's own handle, which stands in the page.
    pub handle: SecretHash,
    /// Hash of the cookie of the browser that began it; no other browser may go on with it.
    pub browser: SecretHash,
    /// The request and how far it has come, as JSON.
    pub state: String,
    /// When it is given up.
    pub expires_at: Time,
}

/// Requests under way.
#[async_trait]
pub trait Requests: Send + Sync {
    /// Puts a request down.
    async fn begin(&self, tenant: &TenantId, record: RequestRecord, now: Time) -> Result<()>;

    /// The request of that handle, while it is neither finished nor expired.
    async fn find(&self, tenant: &TenantId, handle: SecretHash, now: Time) -> Result<Option<RequestRecord>>;

    /// Notes how far it has come, only if it still stands at `from`; `false` when it does not, or is
    /// finished or expired: of two racing steps one wins.
    async fn advance(
        &self,
        tenant: &TenantId,
        handle: SecretHash,
        from: &str,
        to: String,
        now: Time,
    ) -> Result<bool>;

    /// Finishes it; `true` for exactly one caller, and only before it expires.
    async fn finish(&self, tenant: &TenantId, handle: SecretHash, now: Time) -> Result<bool>;
}
