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
    /// The request and how far it has come, as JSON; `None` once it is finished.
    pub state: Option<String>,
    /// When it expires.
    pub expires_at: Time,
}

/// Requests in progress.
#[async_trait]
pub trait Requests: Send + Sync {
    /// Stores a request, or that it is finished already. `false` if its handle is known, finished or not: of two that
    /// race, one wins.
    async fn begin(&self, tenant: &TenantId, record: RequestRecord, now: Time) -> Result<bool>;

    /// The request of that handle until it expires, even when it is finished.
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

    /// Finishes it; `true` for exactly one caller, and only before it expires. That it is finished is known until it
    /// would have expired, so that it cannot begin a second time.
    async fn finish(&self, tenant: &TenantId, handle: SecretHash, now: Time) -> Result<bool>;
}
