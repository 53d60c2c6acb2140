//! What waits to be sent to webhooks, of all tenants.

use credenza_protocol::ids::{TenantId, WebhookId};
use credenza_protocol::time::Time;
use credenza_protocol::webhook::Status;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, Db};
use crate::Result;
use crate::schema::{tenants, webhook_deliveries, webhooks};

/// The webhooks that something waits for and that it may be sent to.
pub(super) async fn due(db: &Db, limit: u32, now: Time) -> Result<Vec<(TenantId, WebhookId)>> {
    db.read(async move |conn: &mut Conn| {
        let waiting = webhook_deliveries::table
            .filter(webhook_deliveries::tenant_id.eq(webhooks::tenant_id))
            .filter(webhook_deliveries::webhook_id.eq(webhooks::webhook_id))
            .filter(webhook_deliveries::next_at.le(now.seconds()))
            .select(webhook_deliveries::seq);
        let enabled = tenants::table
            .filter(tenants::tenant_id.eq(webhooks::tenant_id))
            .filter(tenants::disabled_at.is_null())
            .select(tenants::tenant_id);
        let rows = webhooks::table
            .filter(webhooks::status.eq(Status::Enabled.as_str()))
            .filter(exists(enabled))
            .filter(exists(waiting))
            .select((webhooks::tenant_id, webhooks::webhook_id))
            .limit(limit.into());
        let found: Vec<(String, String)> = rows.load(conn).await?;
        let typed = |(tenant, id): (String, String)| (TenantId::new(tenant), WebhookId::new(id));
        Ok(found.into_iter().map(typed).collect())
    })
    .await
}

/// How many messages wait for those that are enabled.
pub(super) async fn pending(db: &Db) -> Result<u64> {
    db.read(async move |conn: &mut Conn| {
        let enabled = tenants::table
            .filter(tenants::tenant_id.eq(webhook_deliveries::tenant_id))
            .filter(tenants::disabled_at.is_null())
            .select(tenants::tenant_id);
        let rows = webhook_deliveries::table
            .filter(webhook_deliveries::next_at.is_not_null())
            .filter(exists(enabled));
        let count: i64 = rows.count().get_result(conn).await?;
        Ok(u64::try_from(count).unwrap_or_default())
    })
    .await
}
