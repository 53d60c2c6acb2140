//! Refresh tokens (RFC 6749 6, RFC 9700 4.14): one family per grant, of which one token is live.
//!
//! The row of a family holds the hash of the live token and of the one before it. Any other token
//! that names the family was spent earlier, so reuse is seen however old the token is, and the table
//! does not grow with refreshing.

use async_trait::async_trait;
use credenza_protocol::ids::{GrantId, TenantId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
pub use credenza_protocol::token::refresh_token::Family as RefreshRecord;

use crate::Result;

/// The first token of a family.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRefreshToken {
    /// Hash of the part of the token that names the family.
    pub family: SecretHash,
    /// Hash of the token.
    pub token: SecretHash,
    /// When it dies unused.
    pub expires_at: Time,
}

/// What became of an attempt to rotate.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
#[must_use]
pub enum Rotate {
    /// The presented token was live until now; `next` is live now.
    Rotated,
    /// Another caller was faster, or the grant has died: look again.
    Lost,
}

/// Refresh tokens of a tenant.
#[async_trait]
pub trait RefreshTokens: Send + Sync {
    /// The family of that hash.
    async fn find(&self, tenant: &TenantId, family: SecretHash, now: Time) -> Result<Option<RefreshRecord>>;

    /// Makes `next` the live token if `presented` still is, it has not expired, and the grant lives.
    async fn rotate(
        &self,
        tenant: &TenantId,
        family: SecretHash,
        presented: SecretHash,
        next: NewRefreshToken,
        now: Time,
    ) -> Result<Rotate>;

    /// The grant of a family, dead or alive, for revocation (RFC 7009).
    async fn grant_of(&self, tenant: &TenantId, family: SecretHash) -> Result<Option<GrantId>>;
}
