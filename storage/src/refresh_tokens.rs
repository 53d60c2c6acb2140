//! Refresh tokens (RFC 6749 6, RFC 9700 4.14): one token of a grant is live at a time.
//!
//! The grant is kept with the hash of the live token and of the one before it. Any other token that
//! names the grant was spent earlier, so reuse is detected however old the token is, and nothing grows with
//! refreshing.

use async_trait::async_trait;
use credenza_protocol::ids::{GrantId, TenantId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
pub use credenza_protocol::token::refresh_token::Family as RefreshRecord;
use serde::{Deserialize, Serialize};

use crate::Result;

/// A new token.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq)]
pub struct NewRefreshToken {
    /// Hash of the token.
    pub token: SecretHash,
    /// When it expires unless it is used.
    pub expires_at: Time,
}

/// What became of an attempt to rotate.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
#[must_use]
pub enum Rotate {
    /// The presented token was live until now; `next` is live now.
    Rotated,
    /// Another caller was faster, or the grant is dead: read the record again.
    Lost,
}

/// Refresh tokens of a tenant.
#[async_trait]
pub trait RefreshTokens: Send + Sync {
    /// The tokens of that grant, if it was given any.
    async fn find(&self, tenant: &TenantId, grant_id: &GrantId, now: Time) -> Result<Option<RefreshRecord>>;

    /// Makes `next` the live token if `presented` still is, it has not expired, and the grant lives.
    async fn rotate(
        &self,
        tenant: &TenantId,
        grant_id: &GrantId,
        presented: SecretHash,
        next: NewRefreshToken,
        now: Time,
    ) -> Result<Rotate>;
}
