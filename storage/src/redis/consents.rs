//! Consents: stored in SQL. Withdrawing one also invalidates the codes that wait in Redis.

use std::sync::Arc;

use async_trait::async_trait;
use credenza_protocol::consent::Consent;
use credenza_protocol::ids::{ClientId, TenantId, UserId};
use credenza_protocol::scope::Scope;
use credenza_protocol::time::Time;

use super::client::Redis;
use super::markers::{Marker, moved};
use crate::{Consents, Result};

pub(super) struct Marked {
    pub(super) redis: Arc<Redis>,
    pub(super) sql: Arc<dyn Consents>,
}

#[async_trait]
impl Consents for Marked {
    async fn find(&self, tenant: &TenantId, user_id: &UserId, client_id: &ClientId) -> Result<Scope> {
        self.sql.find(tenant, user_id, client_id).await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        after: Option<&ClientId>,
        limit: u32,
    ) -> Result<Vec<Consent>> {
        self.sql.list(tenant, user_id, after, limit).await
    }

    async fn remember(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        client_id: &ClientId,
        scope: &Scope,
        now: Time,
    ) -> Result<()> {
        self.sql.remember(tenant, user_id, client_id, scope, now).await
    }

    async fn forget(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        client_id: &ClientId,
        now: Time,
    ) -> Result<bool> {
        let forgotten = self.sql.forget(tenant, user_id, client_id, now).await?;
        moved(&self.redis, tenant, &[Marker::Consent(user_id, client_id)]).await;
        Ok(forgotten)
    }
}
