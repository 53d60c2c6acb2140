//! The outbox.

use async_trait::async_trait;
use credenza_protocol::event::{Envelope, Event};
use credenza_protocol::ids::TenantId;
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, Db};
use crate::outbox::{Events, KEPT_FOR};
use crate::schema::outbox;
use crate::{Outbox, Result, Sink, Waiting, value};

#[derive(Queryable, Selectable)]
#[diesel(table_name = outbox)]
struct Row {
    seq: i64,
    tenant_id: String,
    event_id: String,
    at: i64,
    body: String,
}

impl Row {
    fn waiting(self) -> Waiting {
        Waiting {
            seq: self.seq,
            tenant_id: TenantId::new(self.tenant_id),
            event_id: self.event_id,
            at: Time::from_seconds(self.at),
            body: self.body,
        }
    }
}

/// Writes the event of what this job has done, to be kept or taken back with it.
///
/// The row of its subject was written before, in this transaction, and so is locked until it ends: who
/// changes the same thing next waits there, and draws a later `seq`. So the order of `seq` is the order of what
/// happened to one subject, though between subjects a lower one may become visible after a higher one.
pub(super) async fn put(conn: &mut Conn, events: &Events, tenant: &TenantId, event: Event) -> Result<()> {
    let Some(stamp) = events.stamp() else { return Ok(()) };
    let body = value::to_json(&Envelope::new(&stamp, tenant, event))?;
    for sink in events.sinks() {
        let row = (
            outbox::tenant_id.eq(tenant.as_str()),
            outbox::sink.eq(sink.as_str()),
            outbox::event_id.eq(&stamp.id),
            outbox::at.eq(stamp.at.seconds()),
            outbox::body.eq(&body),
        );
        diesel::insert_into(outbox::table).values(row).execute(conn).await?;
    }
    Ok(())
}

impl Db {
    /// As `write`, where an event is to be kept with the one statement of the job; else as `statement`.
    pub(super) async fn effect<T, F>(&self, name: &'static str, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: AsyncFnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        if self.events.wanted() { self.write(name, job).await } else { self.statement(name, job).await }
    }
}

/// Drops what nobody took in time, and says so; answers how many.
pub(super) async fn sweep(db: &Db, now: Time, limit: u32) -> Result<u64> {
    let before = (now - KEPT_FOR).seconds();
    let ripe: Vec<i64> = db
        .read(async move |conn: &mut Conn| {
            let ripe = outbox::table.filter(outbox::at.le(before)).order(outbox::at).limit(limit.into());
            Ok(ripe.select(outbox::seq).load(conn).await?)
        })
        .await?;
    if ripe.is_empty() {
        return Ok(0);
    }
    let dropped = db
        .write("maintenance.sweep", async move |conn: &mut Conn| {
            Ok(diesel::delete(outbox::table.filter(outbox::seq.eq_any(ripe))).execute(conn).await?)
        })
        .await?;
    tracing::error!(dropped, "events were dropped that nobody took for a week");
    Ok(u64::try_from(dropped).unwrap_or(u64::MAX))
}

#[async_trait]
impl Outbox for Db {
    fn sinks(&self) -> &[Sink] {
        self.events.sinks()
    }

    async fn next(&self, sink: Sink, limit: u32) -> Result<Vec<Waiting>> {
        self.read(async move |conn: &mut Conn| {
            let rows = outbox::table
                .filter(outbox::sink.eq(sink.as_str()))
                .order(outbox::seq)
                .limit(limit.into())
                .select(Row::as_select());
            Ok(rows.load(conn).await?.into_iter().map(Row::waiting).collect())
        })
        .await
    }

    async fn done(&self, sink: Sink, seqs: &[i64]) -> Result<()> {
        let seqs = seqs.to_vec();
        self.statement("outbox.done", async move |conn: &mut Conn| {
            let rows = outbox::table.filter(outbox::sink.eq(sink.as_str())).filter(outbox::seq.eq_any(seqs));
            diesel::delete(rows).execute(conn).await?;
            Ok(())
        })
        .await
    }

    async fn pending(&self, sink: Sink) -> Result<u64> {
        self.read(async move |conn: &mut Conn| {
            let rows = outbox::table.filter(outbox::sink.eq(sink.as_str()));
            let count: i64 = rows.count().get_result(conn).await?;
            Ok(u64::try_from(count).unwrap_or_default())
        })
        .await
    }
}
