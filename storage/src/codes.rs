//! Authorization codes (RFC 6749 4.1.2): good once, for a minute.

use async_trait::async_trait;
use credenza_protocol::grant::Grant;
use credenza_protocol::ids::{ClientId, GrantId, TenantId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
pub use credenza_protocol::token::authorization_code::Code as CodeRecord;

use crate::Result;
use crate::refresh_tokens::NewRefreshToken;

/// A code at its birth, with the grant it stands for. The refresh token is decided here already, so
/// that redeeming the code is one statement; nobody holds that token until the code is redeemed.
#[derive(Clone, Debug, PartialEq)]
pub struct NewCode {
    /// Hash of the code.
    pub hash: SecretHash,
    /// The code.
    pub code: CodeRecord,
    /// The grant.
    pub grant: Grant,
    /// The first refresh token of the grant, if it has any.
    pub refresh_token: Option<NewRefreshToken>,
}

/// What became of a code that was presented.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub enum Spend {
    /// Spent now, by this caller alone.
    First(Box<CodeRecord>, Box<Grant>),
    /// Spent before: the grant must be revoked (RFC 6749 4.1.2).
    Again {
        /// The grant of the code.
        grant_id: GrantId,
        /// When it was spent.
        first_at: Time,
    },
    /// Not spent, since it had expired.
    Expired,
    /// Spent now, but its grant is dead: revoked, expired, or user, client or tenant disabled.
    Dead,
    /// No such code for this client.
    Unknown,
}

/// Authorization codes of a tenant.
#[async_trait]
pub trait Codes: Send + Sync {
    /// Stores grant, refresh token and code together. Has no effect unless user, client and tenant are
    /// enabled: who is disabled between this and the request for tokens is not let in by being enabled
    /// again.
    async fn issue(&self, tenant: &TenantId, new: NewCode, now: Time) -> Result<()>;

    /// Spends the code, if it is this client's: of many callers one gets [`Spend::First`].
    async fn spend(
        &self,
        tenant: &TenantId,
        client_id: &ClientId,
        hash: SecretHash,
        now: Time,
    ) -> Result<Spend>;
}
