//! The outbox.

use async_trait::async_trait;
use credenza_protocol::event::Event;
use credenza_protocol::ids::TenantId;
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::shared::events::put;
use super::{Conn, Db};
use crate::outbox::KEPT_FOR;
use crate::schema::outbox;
use crate::{Outbox, Result, Sink, Waiting};

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

/// Drops what was not delivered in time, and logs it; returns how many.
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
    tracing::error!(dropped, "dropped events that could not be delivered for a week");
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

    async fn tell(&self, tenant: &TenantId, event: Event) -> Result<()> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        if !events.wanted() {
            return Ok(());
        }
        self.write("outbox.tell", async move |conn: &mut Conn| put(conn, &events, &tenant, event).await).await
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
