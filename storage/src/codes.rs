//! Authorization codes (RFC 6749 4.1.2): valid once, for a minute.

use async_trait::async_trait;
use credenza_protocol::grant::Grant;
use credenza_protocol::ids::{ClientId, GrantId, TenantId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
pub use credenza_protocol::token::authorization_code::Code as CodeRecord;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::refresh_tokens::NewRefreshToken;

/// A new code with its grant. The refresh token is chosen here already, so that redeeming the code is one statement;
/// nobody holds that token until the code is redeemed.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct NewCode {
    /// Hash of the code.
    pub hash: SecretHash,
    /// The code.
    pub code: CodeRecord,
    /// The grant.
    pub grant: Grant,
    /// The first refresh token of the grant, if it has any.
    pub refresh_token: Option<NewRefreshToken>,
    /// Until when the grant lasts at least, whether its code is redeemed or not: an access token was issued beside
    /// the code.
    #[serde(default)]
    pub lasts_until: Option<Time>,
}

/// What became of a code that was presented.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub enum Spend {
    /// Spent now, by this caller alone.
    First(Box<CodeRecord>, Box<Grant>),
    /// Spent before: the grant must be revoked (RFC 6749 4.1.2).
    Again {
        /// When it was spent.
        first_at: Time,
    },
    /// It had expired, and was not spent.
    Expired,
    /// Spent now, but its grant is dead: revoked, expired, or user, client or tenant disabled.
    Dead,
    /// No such code for this client.
    Unknown,
}

/// The epochs of a client and a user who may take part in a new grant. Disabling one of them begins a new epoch, and
/// grants of an earlier epoch are dead for good.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, Eq, PartialEq)]
pub struct Admission {
    /// That of the client.
    pub client_epoch: i64,
    /// That of the user.
    pub user_epoch: i64,
}

/// Authorization codes of a tenant. A code names its grant, and is stored with it.
#[async_trait]
pub trait Codes: Send + Sync {
    /// Stores grant, refresh token and code together; unless it is redeemed, all of it ends with the code. Has no
    /// effect unless user, client and tenant are enabled; disabling one of them until the token request, even if it
    /// is enabled again, makes the code useless.
    async fn issue(&self, tenant: &TenantId, new: NewCode, now: Time) -> Result<()>;

    /// Spends the code, if it is this client's: of many callers one gets [`Spend::First`].
    async fn spend(
        &self,
        tenant: &TenantId,
        client_id: &ClientId,
        grant_id: &GrantId,
        hash: SecretHash,
        now: Time,
    ) -> Result<Spend>;

    /// What [`Codes::redeem`] requires, if user, client and tenant are enabled now.
    async fn admit(
        &self,
        tenant: &TenantId,
        client_id: &ClientId,
        user_id: &UserId,
    ) -> Result<Option<Admission>>;

    /// Stores the grant of a code that was kept elsewhere until now, and spends the code: of many callers one gets
    /// [`Spend::First`]. [`Spend::Dead`] if user or client is no longer in the epoch in which it was admitted.
    async fn redeem(&self, tenant: &TenantId, new: NewCode, admission: Admission, now: Time)
    -> Result<Spend>;
}
