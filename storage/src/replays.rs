//! Replays: what may be seen once only, such as the `jti` of a client's assertion (RFC 7523 3).

use async_trait::async_trait;
use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;

use crate::Result;

/// What has been seen.
#[async_trait]
pub trait Replays: Send + Sync {
    /// Notes `key` (which includes whose it is) for `purpose`; `true` for exactly one caller until
    /// `expires_at`. Another purpose is another space. `issued_at` is before any claim of it: a store that may
    /// have lost what was claimed then answers an error, never `true`.
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
