//! The revision: what caches check, and what serializes jobs.
//!
//! `revision.value` counts the changes of tenants, clients and keys, and `tenant_revisions` says at which count each
//! tenant last changed. `revision.revoked` counts the tokens that were revoked one by one. Each change locks the one row of `revision` until it commits, so counts become
//! visible in order: a reader that has seen a count can see every change up to it.

use credenza_protocol::ids::TenantId;
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::kept::Keep;
use crate::schema::{event_log_head, revision, tenant_revisions, tenants};
use crate::seen::{Counts, Looked};
use crate::{Result, value};

/// The one row of the table.
const ROW: i32 = 1;
/// More changes than there are between a backup and its restore.
const BEYOND: i64 = 1 << 32;

/// If the tenant, or a client or key of it, was changed, invalidates what caches hold of the tenant, in the same
/// transaction. Returns `changed`.
pub(crate) async fn changed(conn: &mut Conn, tenant: &TenantId, changed: bool) -> Result<bool> {
    if !changed {
        return Ok(false);
    }
    let one_more = (revision::value.eq(revision::value + 1), revision::told.eq(revision::told + 1));
    diesel::update(revision::table.find(ROW)).set(one_more).kept().execute(conn).await?;
    let value = read(conn).await?;
    let row = diesel::update(tenant_revisions::table.find(tenant.as_str()));
    if row.set(tenant_revisions::value.eq(value)).kept().execute(conn).await? == 0 {
        let row = (tenant_revisions::tenant_id.eq(tenant.as_str()), tenant_revisions::value.eq(value));
        diesel::insert_into(tenant_revisions::table).values(row).execute(conn).await?;
    }
    Ok(true)
}

/// Counts an access token that was revoked by itself, in the same transaction: whoever remembers that one lives asks again.
pub(crate) async fn token_revoked(conn: &mut Conn) -> Result<()> {
    let row = diesel::update(revision::table.find(ROW));
    row.set(revision::revoked.eq(revision::revoked + 1)).kept().execute(conn).await?;
    Ok(())
}

/// Invalidates all caches, without saying whose they are: a tenant was deleted, and another may take its name.
pub(crate) async fn all_changed(conn: &mut Conn) -> Result<()> {
    let row = diesel::update(revision::table.find(ROW));
    row.set(revision::value.eq(revision::value + 1)).kept().execute(conn).await?;
    Ok(())
}

/// Notes that a backup was restored: the revision goes on above all that could be counted since the backup was made, so
/// that no cache takes what it holds for current.
pub(crate) async fn restored(conn: &mut Conn, now: Time) -> Result<()> {
    let changes = (revision::value.eq(revision::value + BEYOND), revision::restored_at.eq(now.seconds()));
    diesel::update(revision::table.find(ROW)).set(changes).kept().execute(conn).await?;
    // Whoever follows events has seen numbers that were lost: none of them is given again.
    let head = diesel::update(event_log_head::table.find(ROW));
    head.set(event_log_head::value.eq(event_log_head::value + BEYOND)).kept().execute(conn).await?;
    Ok(())
}

/// When that was.
pub(crate) async fn restored_at(conn: &mut Conn) -> Result<Option<Time>> {
    let row = revision::table.find(ROW).select(revision::restored_at);
    Ok(value::time(row.get_result(conn).await?))
}

/// Admits one job at a time, on databases that run several: the others wait here until it commits.
pub(crate) async fn lock(conn: &mut Conn) -> Result<()> {
    let row = diesel::update(revision::table.find(ROW));
    row.set(revision::value.eq(revision::value)).kept().execute(conn).await?;
    Ok(())
}

/// The epoch in which a client begins: one that no client of the same id had before it was deleted, since
/// each change of one moves the revision further than the epoch.
pub(crate) async fn epoch(conn: &mut Conn) -> Result<i64> {
    read(conn).await
}

/// The revision as it is now.
pub(crate) async fn read(conn: &mut Conn) -> Result<i64> {
    Ok(revision::table.find(ROW).select(revision::value).get_result(conn).await?)
}

/// The counts as they are now and, if every change since `before` says whose it is, the tenants that changed.
pub(crate) async fn look(conn: &mut Conn, before: Option<Counts>) -> Result<Looked> {
    let row = revision::table.find(ROW).select((revision::value, revision::told, revision::revoked));
    let (value, told, revoked): (i64, i64, i64) = row.get_result(conn).await?;
    let counts = Counts { value, told, revoked };
    let since = before.filter(|before| before.untold() == counts.untold() && before.value < value);
    let changed = match since {
        None => vec![],
        Some(before) => {
            let of_tenant = tenants::tenant_id.eq(tenant_revisions::tenant_id);
            let rows = tenant_revisions::table
                .inner_join(tenants::table.on(of_tenant))
                .filter(tenant_revisions::value.gt(before.value))
                .select((tenants::name, tenant_revisions::value));
            rows.load(conn).await?
        }
    };
    Ok(Looked { counts, changed })
}
