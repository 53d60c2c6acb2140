//! Grants.

use async_trait::async_trait;
use credenza_protocol::grant::Grant;
use credenza_protocol::ids::{ClientId, GrantId, TenantId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;

use crate::Result;

/// A live grant and its enabled user.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveGrant {
    /// The grant.
    pub grant: Grant,
    /// Who gave it.
    pub user: User,
}

/// A live grant, and when it was last used.
#[derive(Clone, Debug, PartialEq)]
pub struct UsedGrant {
    /// The grant.
    pub grant: Grant,
    /// When tokens were last issued by it: when it was refreshed, its code was redeemed, or it was given.
    pub last_used_at: Time,
}

/// Grants of a tenant. They begin with a code, see [`crate::Codes::issue`], or without one.
#[async_trait]
pub trait Grants: Send + Sync {
    /// Stores a grant that has no code: its tokens are in the response of the authorization endpoint. `false`,
    /// without effect, unless user, client and tenant are enabled.
    async fn give(&self, tenant: &TenantId, grant: Grant, now: Time) -> Result<bool>;

    /// The grant and its user while the grant lives and the access token of the `jti` with that hash
    /// was not revoked: all that the userinfo endpoint needs, in one read.
    async fn find_live(
        &self,
        tenant: &TenantId,
        grant_id: &GrantId,
        jti: SecretHash,
        now: Time,
    ) -> Result<Option<LiveGrant>>;

    /// Whether there is such a grant, live or dead.
    async fn exists(&self, tenant: &TenantId, grant_id: &GrantId) -> Result<bool>;

    /// The live grants of a user, the newest first.
    async fn list(&self, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<Vec<Grant>>;

    /// The live grants of a user, the latest id first: at most `limit`, after the id `after`. One that cannot be read is
    /// left out; there are fewer than `limit` only at the end.
    async fn page(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        after: Option<&GrantId>,
        limit: u32,
        now: Time,
    ) -> Result<Vec<UsedGrant>>;

    /// Revokes a grant that this user gave, and with it every token; `true` if it was not revoked before.
    async fn revoke_of_user(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        grant_id: &GrantId,
        now: Time,
    ) -> Result<bool>;

    /// Revokes what this user gave that client, codes that wait included; what is remembered of their consent stays.
    /// Answers how many grants there were.
    async fn revoke_of_client(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        client_id: &ClientId,
        now: Time,
    ) -> Result<u64>;

    /// Revokes a grant of that client, and with it every token; `true` if it was not revoked before.
    async fn revoke(
        &self,
        tenant: &TenantId,
        client_id: &ClientId,
        grant_id: &GrantId,
        now: Time,
    ) -> Result<bool>;
}
