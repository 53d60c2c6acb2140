//! From the queue of events into the log, and out of it when they were kept for long enough: over all tenants.

use std::collections::BTreeSet;

use credenza_protocol::event::index::{Indexed, TENANT_DELETED};
use credenza_protocol::tenant::DEFAULT_TENANT;
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::shared::revision;
use super::{Conn, Db};
use crate::kept::Keep;
use crate::schema::{event_intake, event_log, event_log_head, tenants};
use crate::{Result, StoreError, value};

/// The one row of the head.
const ROW: i32 = 1;
/// Rows that one job deletes.
const CHUNK: usize = 64;

/// An event in the queue: its number there, its tenant, when it happened, and its envelope.
type Waiting = (i64, String, i64, String);

/// Moves what waits into the log.
pub(super) async fn take_in(db: &Db, limit: u32) -> Result<u32> {
    if db.events.keep().is_none() {
        return Ok(0);
    }
    let first = db.read(async |conn: &mut Conn| {
        let first = event_intake::table.select(event_intake::seq).order(event_intake::seq).limit(1);
        Ok(first.get_result::<i64>(conn).await.optional()?)
    });
    if first.await?.is_none() {
        return Ok(0);
    }
    for _ in 0..2 {
        let moved = db.write("event_log.take_in", async move |conn: &mut Conn| move_some(conn, limit).await);
        match moved.await? {
            Some(moved) => return Ok(moved),
            None => make_head(db).await?,
        }
    }
    Err(StoreError::new("the head of the event log cannot be made"))
}

/// Before the first event. It begins above all that was counted before a backup without a head was restored, as the
/// revision does. Whoever makes it at the same time makes one as well, and one of the two is refused.
async fn make_head(db: &Db) -> Result<()> {
    let made = db.statement("event_log.make_head", async move |conn: &mut Conn| {
        let row = (event_log_head::id.eq(ROW), event_log_head::value.eq(revision::read(conn).await?));
        value::inserted(diesel::insert_into(event_log_head::table).values(row).execute(conn).await)
    });
    made.await.map(drop)
}

/// One job at a time is here: the others wait for the head, and then see what this one has written.
async fn move_some(conn: &mut Conn, limit: u32) -> Result<Option<u32>> {
    let head = diesel::update(event_log_head::table.find(ROW));
    if head.set(event_log_head::value.eq(event_log_head::value)).kept().execute(conn).await? == 0 {
        return Ok(None);
    }
    let head = event_log_head::table.find(ROW).select(event_log_head::value);
    let mut position: i64 = head.get_result(conn).await?;
    let waiting: Vec<Waiting> = event_intake::table
        .select((event_intake::seq, event_intake::tenant_id, event_intake::at, event_intake::body))
        .order(event_intake::seq)
        .limit(limit.into())
        .load(conn)
        .await?;
    let there = hold(conn, &waiting).await?;
    for (_, tenant, at, body) in &waiting {
        let Some(indexed) = Indexed::read(body) else {
            tracing::error!(tenant, "an event that cannot be read is not kept");
            continue;
        };
        let home = match there.contains(tenant) {
            true => Some(tenant.clone()),
            false if indexed.kind == TENANT_DELETED => default_tenant(conn).await?,
            false => None,
        };
        if let Some(home) = home {
            position = position.saturating_add(1);
            insert(conn, &home, position, *at, indexed, body).await?;
        }
    }
    let head = diesel::update(event_log_head::table.find(ROW));
    head.set(event_log_head::value.eq(position)).kept().execute(conn).await?;
    let taken: Vec<i64> = waiting.iter().map(|(seq, ..)| *seq).collect();
    let count = u32::try_from(taken.len()).unwrap_or(u32::MAX);
    if !taken.is_empty() {
        diesel::delete(event_intake::table.filter(event_intake::seq.eq_any(taken))).execute(conn).await?;
    }
    Ok(Some(count))
}

/// Holds the tenants that these are of, in one order, so that none is deleted meanwhile and its events stay behind;
/// returns those that are there.
async fn hold(conn: &mut Conn, waiting: &[Waiting]) -> Result<BTreeSet<String>> {
    let mut there = BTreeSet::new();
    let of: BTreeSet<&String> = waiting.iter().map(|(_, tenant, ..)| tenant).collect();
    for tenant in of {
        let row = diesel::update(tenants::table.find(tenant.as_str())).set(tenants::name.eq(tenants::name));
        if row.kept().execute(conn).await? == 1 {
            there.insert(tenant.clone());
        }
    }
    Ok(there)
}

/// The default tenant, which cannot be deleted.
async fn default_tenant(conn: &mut Conn) -> Result<Option<String>> {
    let row = tenants::table.filter(tenants::name.eq(DEFAULT_TENANT)).select(tenants::tenant_id);
    Ok(row.get_result(conn).await.optional()?)
}

async fn insert(
    conn: &mut Conn,
    tenant: &str,
    position: i64,
    at: i64,
    indexed: Indexed,
    body: &str,
) -> Result<()> {
    let row = (
        event_log::tenant_id.eq(tenant),
        event_log::position.eq(position),
        event_log::event_id.eq(indexed.id),
        event_log::at.eq(at),
        event_log::noun.eq(indexed.noun),
        event_log::kind.eq(indexed.kind),
        event_log::subject.eq(indexed.subject),
        event_log::actor.eq(indexed.actor),
        event_log::user_id.eq(indexed.user_id),
        event_log::client_id.eq(indexed.client_id),
        event_log::body.eq(body),
    );
    diesel::insert_into(event_log::table).values(row).execute(conn).await?;
    Ok(())
}

/// Deletes what was kept for long enough: everything, where nothing is kept. Returns how many.
pub(super) async fn sweep(db: &Db, now: Time, limit: u32) -> Result<usize> {
    let before = db.events.keep().map_or(i64::MAX, |keep| (now - keep).seconds());
    let ripe: Vec<(String, i64)> = db
        .read(async move |conn: &mut Conn| {
            let ripe = event_log::table.filter(event_log::at.le(before)).order(event_log::at);
            let keys = ripe.limit(limit.into()).select((event_log::tenant_id, event_log::position));
            Ok(keys.load(conn).await?)
        })
        .await?;
    let mut total = 0;
    for chunk in ripe.chunks(CHUNK).map(<[_]>::to_vec) {
        let deleted = db.write("maintenance.sweep", async move |conn: &mut Conn| {
            let mut count = 0;
            for key in chunk {
                count += diesel::delete(event_log::table.find(key)).execute(conn).await?;
            }
            Ok(count)
        });
        total += deleted.await?;
    }
    match db.events.keep() {
        Some(_) => Ok(total),
        None => Ok(total + forget(db, limit).await?),
    }
}

/// Deletes what waits to be kept, and is not.
async fn forget(db: &Db, limit: u32) -> Result<usize> {
    let seqs: Vec<i64> = db
        .read(async move |conn: &mut Conn| {
            let first = event_intake::table.select(event_intake::seq).order(event_intake::seq);
            Ok(first.limit(limit.into()).load(conn).await?)
        })
        .await?;
    if seqs.is_empty() {
        return Ok(0);
    }
    db.write("maintenance.sweep", async move |conn: &mut Conn| {
        let rows = event_intake::table.filter(event_intake::seq.eq_any(seqs));
        Ok(diesel::delete(rows).execute(conn).await?)
    })
    .await
}
