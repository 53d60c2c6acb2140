//! Requests: what a person has begun in a browser and not finished, such as an authorization request.

use async_trait::async_trait;
use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;

use crate::Result;

/// A request in progress.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestRecord {
    /// Hash of the request's own handle, which is in the page.
    pub handle: SecretHash,
    /// Hash of the cookie of the browser that began it; no other browser may continue it.
    pub browser: SecretHash,
    /// The request and how far it has come, as JSON.
    pub state: String,
    /// When it expires.
    pub expires_at: Time,
}

/// Requests in progress.
#[async_trait]
pub trait Requests: Send + Sync {
    /// Stores a request.
    async fn begin(&self, tenant: &TenantId, record: RequestRecord, now: Time) -> Result<()>;

    /// The request of that handle, while it is neither finished nor expired.
    async fn find(&self, tenant: &TenantId, handle: SecretHash, now: Time) -> Result<Option<RequestRecord>>;

    /// Moves it from the state `from` to the next; `false` if it is in another state, finished or expired: of two
    /// racing steps one wins.
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
