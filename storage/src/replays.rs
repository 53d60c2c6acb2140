//! Replays: what may be used once only, such as the `jti` of a client's assertion (RFC 7523 3).

use async_trait::async_trait;
use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;

use crate::Result;

/// What has been used.
#[async_trait]
pub trait Replays: Send + Sync {
    /// Claims `key` (which includes whose it is) for `purpose`; `true` for exactly one caller until `expires_at`.
    /// Each purpose has keys of its own. No claim is older than `issued_at`: a store that may have lost claims made
    /// since then returns an error, never `true`.
    async fn claim(
        &self,
        tenant: &TenantId,
        purpose: &str,
        key: SecretHash,
        issued_at: Time,
        expires_at: Time,
        now: Time,
    ) -> Result<bool>;
}
