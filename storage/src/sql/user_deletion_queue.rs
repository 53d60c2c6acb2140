//! Which accounts are due to be deleted, or their owners to be reminded, of all tenants.

use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::user_deletions::{Row, user_of};
use super::{Conn, Db};
use crate::schema::{user_deletions, users};
use crate::{Result, UserDeletion};

/// Those to remind, the longest due first.
pub(super) async fn to_remind(db: &Db, limit: u32, now: Time) -> Result<Vec<(TenantId, UserDeletion)>> {
    db.read(async move |conn: &mut Conn| {
        let rows = user_deletions::table
            .inner_join(users::table.on(user_of!()))
            .filter(user_deletions::reminds_at.le(now.seconds()))
            .order(user_deletions::reminds_at)
            .limit(limit.into())
            .select((user_deletions::tenant_id, Row::as_select(), users::username));
        let rows: Vec<(String, Row, String)> = rows.load(conn).await?;
        Ok(rows.into_iter().map(|(tenant, row, name)| (TenantId::new(tenant), row.record(name))).collect())
    })
    .await
}

/// Those to delete, the longest due first.
pub(super) async fn due(db: &Db, limit: u32, now: Time) -> Result<Vec<(TenantId, UserId)>> {
    db.read(async move |conn: &mut Conn| {
        let rows = user_deletions::table
            .filter(user_deletions::deletes_at.le(now.seconds()))
            .order(user_deletions::deletes_at)
            .limit(limit.into())
            .select((user_deletions::tenant_id, user_deletions::user_id));
        let rows: Vec<(String, String)> = rows.load(conn).await?;
        Ok(rows.into_iter().map(|(tenant, user)| (TenantId::new(tenant), UserId::new(user))).collect())
    })
    .await
}
