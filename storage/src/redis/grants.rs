//! Grants: stored in SQL. One whose code is still in Redis is revoked there.

use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use bb8_redis::redis::Script;
use credenza_protocol::grant::Grant;
use credenza_protocol::ids::{ClientId, GrantId, TenantId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;

use super::client::Redis;
use super::codes;
use super::markers::{Marker, moved};
use crate::{Grants, LiveGrant, Result, UsedGrant};

/// `ARGV`: client. 1: its code was waiting, and is invalid now. One that is being redeemed is marked as well, and
/// its grant is revoked in SQL.
static REVOKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
if redis.call('HGET', KEYS[1], 'client') ~= ARGV[1] then return 0 end
local revoked = redis.call('HSETNX', KEYS[1], 'revoked', '1')
if redis.call('HEXISTS', KEYS[1], 'taken') == 1 then return 0 end
return revoked
",
    )
});

pub(super) struct WithPending {
    pub(super) redis: Arc<Redis>,
    pub(super) sql: Arc<dyn Grants>,
}

#[async_trait]
impl Grants for WithPending {
    async fn find_live(
        &self,
        tenant: &TenantId,
        grant_id: &GrantId,
        jti: SecretHash,
        now: Time,
    ) -> Result<Option<LiveGrant>> {
        self.sql.find_live(tenant, grant_id, jti, now).await
    }

    async fn give(&self, tenant: &TenantId, grant: Grant, now: Time) -> Result<bool> {
        self.sql.give(tenant, grant, now).await
    }

    async fn exists(&self, tenant: &TenantId, grant_id: &GrantId) -> Result<bool> {
        self.sql.exists(tenant, grant_id).await
    }

    async fn list(&self, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<Vec<Grant>> {
        self.sql.list(tenant, user_id, now).await
    }

    async fn page(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        after: Option<&GrantId>,
        limit: u32,
        now: Time,
    ) -> Result<Vec<UsedGrant>> {
        self.sql.page(tenant, user_id, after, limit, now).await
    }

    async fn revoke_of_user(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        grant_id: &GrantId,
        now: Time,
    ) -> Result<bool> {
        self.sql.revoke_of_user(tenant, user_id, grant_id, now).await
    }

    async fn revoke_of_client(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        client_id: &ClientId,
        now: Time,
    ) -> Result<u64> {
        let revoked = self.sql.revoke_of_client(tenant, user_id, client_id, now).await?;
        moved(&self.redis, tenant, &[Marker::Consent(user_id, client_id)]).await;
        Ok(revoked)
    }

    async fn revoke(
        &self,
        tenant: &TenantId,
        client_id: &ClientId,
        grant_id: &GrantId,
        now: Time,
    ) -> Result<bool> {
        if self.sql.revoke(tenant, client_id, grant_id, now).await? {
            return Ok(true);
        }
        // Its code is no longer in Redis: whether Redis is available does not matter.
        if self.sql.exists(tenant, grant_id).await? {
            return Ok(false);
        }
        let key = codes::key(&self.redis, tenant, grant_id);
        let revoked: std::result::Result<i64, _> = self
            .redis
            .script(&REVOKE, &[key], |call, _| {
                call.arg(client_id.as_str());
            })
            .await;
        // Without Redis it is unknown whether it waits there.
        let waited = revoked? == 1;
        // It may have been redeemed between the two reads.
        Ok(self.sql.revoke(tenant, client_id, grant_id, now).await? || waited)
    }
}
