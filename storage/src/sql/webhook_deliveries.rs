//! Messages to webhooks.

use async_trait::async_trait;
use credenza_protocol::event::{Event, PausedWebhook};
use credenza_protocol::ids::{TenantId, WebhookId};
use credenza_protocol::time::Time;
use credenza_protocol::webhook::{MOST_DELIVERIES, Paused, State, Status};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::shared::events::put as tell;
use super::{Conn, Db, webhook_queue};
use crate::kept::Keep;
use crate::schema::{tenants, webhook_deliveries, webhooks};
use crate::{Attempted, Delivery, Events, NewDelivery, Result, StoreError, WebhookDeliveries, value};

// Those that wait before the row at hand.
diesel::alias!(const EARLIER: Alias<Earlier> = webhook_deliveries as earlier);

#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_deliveries)]
struct Row {
    seq: i64,
    tenant_id: String,
    webhook_id: String,
    event_id: String,
    kind: String,
    at: i64,
    body: String,
    state: String,
    attempts: i32,
    next_at: Option<i64>,
    attempted_at: Option<i64>,
    status: Option<i32>,
    response: Option<String>,
}

impl Row {
    fn record(self) -> Result<Delivery> {
        let state = State::parse(&self.state);
        Ok(Delivery {
            seq: self.seq,
            tenant_id: TenantId::new(self.tenant_id),
            webhook_id: WebhookId::new(self.webhook_id),
            event_id: self.event_id,
            kind: self.kind,
            at: Time::from_seconds(self.at),
            body: self.body,
            state: state.ok_or_else(|| StoreError::new("the state of a delivery is unknown"))?,
            attempts: self.attempts,
            next_at: value::time(self.next_at),
            attempted_at: value::time(self.attempted_at),
            status: self.status,
            response: self.response,
        })
    }
}

/// Holds the webhook until the job ends; `false` if there is none.
async fn hold(conn: &mut Conn, tenant: &TenantId, id: &WebhookId) -> Result<bool> {
    let row = diesel::update(webhooks::table.find((tenant.as_str(), id.as_str())));
    Ok(row.set(webhooks::version.eq(webhooks::version)).kept().execute(conn).await? == 1)
}

/// Adds one delivery, unless there is one of that event already.
async fn add(conn: &mut Conn, new: &NewDelivery, expires_at: Time, now: Time) -> Result<()> {
    let known = webhook_deliveries::table
        .filter(webhook_deliveries::tenant_id.eq(new.tenant_id.as_str()))
        .filter(webhook_deliveries::webhook_id.eq(new.webhook_id.as_str()))
        .filter(webhook_deliveries::event_id.eq(&new.event_id))
        .select(webhook_deliveries::seq);
    if known.get_result::<i64>(conn).await.optional()?.is_some() {
        return Ok(());
    }
    let row = (
        webhook_deliveries::tenant_id.eq(new.tenant_id.as_str()),
        webhook_deliveries::webhook_id.eq(new.webhook_id.as_str()),
        webhook_deliveries::event_id.eq(&new.event_id),
        webhook_deliveries::kind.eq(&new.kind),
        webhook_deliveries::subject.eq(&new.subject),
        webhook_deliveries::at.eq(new.at.seconds()),
        webhook_deliveries::body.eq(&new.body),
        webhook_deliveries::state.eq(State::Pending.as_str()),
        webhook_deliveries::attempts.eq(0),
        webhook_deliveries::next_at.eq(Some(now.seconds())),
        webhook_deliveries::expires_at.eq(expires_at.seconds()),
    );
    diesel::insert_into(webhook_deliveries::table).values(row).execute(conn).await?;
    Ok(())
}

/// Deletes the oldest of a webhook that has too many; they are lost, which the log says of those that waited.
async fn prune(conn: &mut Conn, tenant: &TenantId, id: &WebhookId) -> Result<()> {
    let all = || {
        webhook_deliveries::table
            .filter(webhook_deliveries::tenant_id.eq(tenant.as_str()))
            .filter(webhook_deliveries::webhook_id.eq(id.as_str()))
    };
    let count: i64 = all().count().get_result(conn).await?;
    if count <= MOST_DELIVERIES {
        return Ok(());
    }
    let oldest = all().order(webhook_deliveries::seq).limit(count - MOST_DELIVERIES);
    let seqs: Vec<i64> = oldest.select(webhook_deliveries::seq).load(conn).await?;
    let waiting = all().filter(webhook_deliveries::seq.eq_any(seqs.clone()));
    let waiting = waiting.filter(webhook_deliveries::next_at.is_not_null());
    let waited: i64 = waiting.count().get_result(conn).await?;
    diesel::delete(all().filter(webhook_deliveries::seq.eq_any(seqs))).execute(conn).await?;
    if waited > 0 {
        tracing::error!(tenant_id = %tenant, webhook_id = %id, waited, "dropped messages of a webhook that has too many");
    }
    Ok(())
}

/// Records in the webhook that an attempt succeeded or failed, and pauses it if that is to be.
async fn note(conn: &mut Conn, events: &Events, delivery: &Delivery, attempted: &Attempted) -> Result<()> {
    let (tenant, id) = (&delivery.tenant_id, &delivery.webhook_id);
    let row = webhooks::table.find((tenant.as_str(), id.as_str()));
    if attempted.state == State::Delivered {
        let failing = row.filter(webhooks::failing_since.is_not_null());
        let well = diesel::update(failing).set(webhooks::failing_since.eq(None::<i64>));
        well.kept().execute(conn).await?;
        return Ok(());
    }
    let well = row.filter(webhooks::failing_since.is_null());
    let failing = diesel::update(well).set(webhooks::failing_since.eq(Some(attempted.at.seconds())));
    failing.kept().execute(conn).await?;
    let Some(Paused { since, reason }) = &attempted.pause else { return Ok(()) };
    let enabled = row.filter(webhooks::status.eq(Status::Enabled.as_str()));
    let changes = (
        webhooks::status.eq(Status::PausedByFailures.as_str()),
        webhooks::paused_at.eq(Some(since.seconds())),
        webhooks::paused_reason.eq(Some(reason)),
        webhooks::version.eq(webhooks::version + 1),
    );
    if diesel::update(enabled).set(changes).kept().execute(conn).await? == 1 {
        let of = PausedWebhook { webhook_id: id.clone(), reason: reason.clone() };
        tell(conn, events, tenant, Event::WebhookPaused(of)).await?;
    }
    Ok(())
}

#[async_trait]
impl WebhookDeliveries for Db {
    async fn put(&self, deliveries: Vec<NewDelivery>, expires_at: Time, now: Time) -> Result<()> {
        self.write("webhook_deliveries.put", async move |conn: &mut Conn| {
            let mut held: Vec<(TenantId, WebhookId, bool)> = vec![];
            for new in &deliveries {
                let known = held.iter().find(|(t, w, _)| *t == new.tenant_id && *w == new.webhook_id);
                let is_there = match known {
                    Some((.., is_there)) => *is_there,
                    None => {
                        let is_there = hold(conn, &new.tenant_id, &new.webhook_id).await?;
                        held.push((new.tenant_id.clone(), new.webhook_id.clone(), is_there));
                        is_there
                    }
                };
                if is_there {
                    add(conn, new, expires_at, now).await?;
                }
            }
            for (tenant, webhook, _) in held.iter().filter(|(.., is_there)| *is_there) {
                prune(conn, tenant, webhook).await?;
            }
            Ok(())
        })
        .await
    }

    async fn due(&self, limit: u32, now: Time) -> Result<Vec<(TenantId, WebhookId)>> {
        webhook_queue::due(self, limit, now).await
    }

    async fn next(
        &self,
        tenant: &TenantId,
        webhook: &WebhookId,
        limit: u32,
        now: Time,
    ) -> Result<Vec<Delivery>> {
        let (tenant, webhook) = (tenant.clone(), webhook.clone());
        self.read(async move |conn: &mut Conn| {
            let earlier = EARLIER
                .filter(EARLIER.field(webhook_deliveries::tenant_id).eq(webhook_deliveries::tenant_id))
                .filter(EARLIER.field(webhook_deliveries::webhook_id).eq(webhook_deliveries::webhook_id))
                .filter(EARLIER.field(webhook_deliveries::subject).eq(webhook_deliveries::subject))
                .filter(EARLIER.field(webhook_deliveries::next_at).is_not_null())
                .filter(EARLIER.field(webhook_deliveries::seq).lt(webhook_deliveries::seq))
                .select(EARLIER.field(webhook_deliveries::seq));
            let enabled = webhooks::table
                .inner_join(tenants::table.on(tenants::tenant_id.eq(webhooks::tenant_id)))
                .filter(webhooks::tenant_id.eq(webhook_deliveries::tenant_id))
                .filter(webhooks::webhook_id.eq(webhook_deliveries::webhook_id))
                .filter(webhooks::status.eq(Status::Enabled.as_str()))
                .filter(tenants::disabled_at.is_null())
                .select(webhooks::webhook_id);
            let rows = webhook_deliveries::table
                .filter(webhook_deliveries::tenant_id.eq(tenant.as_str()))
                .filter(webhook_deliveries::webhook_id.eq(webhook.as_str()))
                .filter(webhook_deliveries::next_at.le(now.seconds()))
                .filter(not(exists(earlier)))
                .filter(exists(enabled))
                // As the index has them: no backlog is sorted for the one that is sent next.
                .order((webhook_deliveries::next_at, webhook_deliveries::seq))
                .limit(limit.into())
                .select(Row::as_select());
            let rows: Vec<Row> = rows.load(conn).await?;
            Ok(value::readable("webhook_deliveries", rows, Row::record).collect())
        })
        .await
    }

    async fn claim(&self, delivery: &Delivery, until: Time) -> Result<bool> {
        let Delivery { seq, tenant_id, attempts, .. } = delivery.clone();
        self.statement("webhook_deliveries.claim", async move |conn: &mut Conn| {
            let row = webhook_deliveries::table
                .find(seq)
                .filter(webhook_deliveries::tenant_id.eq(tenant_id.as_str()))
                .filter(webhook_deliveries::state.eq(State::Pending.as_str()))
                .filter(webhook_deliveries::attempts.eq(attempts));
            let changes = (
                webhook_deliveries::attempts.eq(attempts.saturating_add(1)),
                webhook_deliveries::next_at.eq(Some(until.seconds())),
            );
            Ok(diesel::update(row).set(changes).kept().execute(conn).await? == 1)
        })
        .await
    }

    async fn settle(&self, delivery: &Delivery, attempted: Attempted) -> Result<bool> {
        let (delivery, events) = (delivery.clone(), self.events.of_this_task());
        self.write("webhook_deliveries.settle", async move |conn: &mut Conn| {
            // In the order in which they are held when something is added.
            hold(conn, &delivery.tenant_id, &delivery.webhook_id).await?;
            let row = webhook_deliveries::table
                .find(delivery.seq)
                .filter(webhook_deliveries::tenant_id.eq(delivery.tenant_id.as_str()))
                .filter(webhook_deliveries::state.eq(State::Pending.as_str()))
                .filter(webhook_deliveries::attempts.eq(delivery.attempts.saturating_add(1)));
            let changes = (
                webhook_deliveries::state.eq(attempted.state.as_str()),
                webhook_deliveries::next_at.eq(value::seconds(attempted.next_at)),
                webhook_deliveries::attempted_at.eq(Some(attempted.at.seconds())),
                webhook_deliveries::status.eq(attempted.status),
                webhook_deliveries::response.eq(Some(&attempted.response)),
            );
            let is_settled = diesel::update(row).set(changes).kept().execute(conn).await? == 1;
            if is_settled {
                note(conn, &events, &delivery, &attempted).await?;
            }
            Ok(is_settled)
        })
        .await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        webhook: &WebhookId,
        state: Option<State>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<Delivery>> {
        let (tenant, webhook) = (tenant.clone(), webhook.clone());
        self.read(async move |conn: &mut Conn| {
            let states = match state {
                Some(state) => vec![state.as_str()],
                None => State::ALL.map(State::as_str).to_vec(),
            };
            let rows = webhook_deliveries::table
                .filter(webhook_deliveries::tenant_id.eq(tenant.as_str()))
                .filter(webhook_deliveries::webhook_id.eq(webhook.as_str()))
                .filter(webhook_deliveries::state.eq_any(states))
                .filter(webhook_deliveries::seq.lt(before.unwrap_or(i64::MAX)))
                .order(webhook_deliveries::seq.desc())
                .limit(limit.into())
                .select(Row::as_select());
            let rows: Vec<Row> = rows.load(conn).await?;
            Ok(value::readable("webhook_deliveries", rows, Row::record).collect())
        })
        .await
    }

    async fn find(&self, tenant: &TenantId, webhook: &WebhookId, event_id: &str) -> Result<Option<Delivery>> {
        let (tenant, webhook, event_id) = (tenant.clone(), webhook.clone(), event_id.to_owned());
        self.read(async move |conn: &mut Conn| {
            let row = webhook_deliveries::table
                .filter(webhook_deliveries::tenant_id.eq(tenant.as_str()))
                .filter(webhook_deliveries::webhook_id.eq(webhook.as_str()))
                .filter(webhook_deliveries::event_id.eq(event_id))
                .select(Row::as_select());
            row.get_result(conn).await.optional()?.map(Row::record).transpose()
        })
        .await
    }

    async fn retry(
        &self,
        tenant: &TenantId,
        webhook: &WebhookId,
        event_id: &str,
        expires_at: Time,
        now: Time,
    ) -> Result<bool> {
        let (tenant, webhook, event_id) = (tenant.clone(), webhook.clone(), event_id.to_owned());
        self.statement("webhook_deliveries.retry", async move |conn: &mut Conn| {
            let row = webhook_deliveries::table
                .filter(webhook_deliveries::tenant_id.eq(tenant.as_str()))
                .filter(webhook_deliveries::webhook_id.eq(webhook.as_str()))
                .filter(webhook_deliveries::event_id.eq(event_id));
            let changes = (
                webhook_deliveries::state.eq(State::Pending.as_str()),
                webhook_deliveries::attempts.eq(0),
                webhook_deliveries::next_at.eq(Some(now.seconds())),
                webhook_deliveries::expires_at.eq(expires_at.seconds()),
            );
            Ok(diesel::update(row).set(changes).kept().execute(conn).await? == 1)
        })
        .await
    }

    async fn replay(
        &self,
        tenant: &TenantId,
        webhook: &WebhookId,
        (since, until): (Time, Time),
        state: Option<State>,
        expires_at: Time,
        now: Time,
    ) -> Result<u64> {
        let (tenant, webhook) = (tenant.clone(), webhook.clone());
        self.statement("webhook_deliveries.replay", async move |conn: &mut Conn| {
            let states = match state {
                Some(state) => vec![state.as_str()],
                None => State::ALL.map(State::as_str).to_vec(),
            };
            let rows = webhook_deliveries::table
                .filter(webhook_deliveries::tenant_id.eq(tenant.as_str()))
                .filter(webhook_deliveries::webhook_id.eq(webhook.as_str()))
                .filter(webhook_deliveries::at.ge(since.seconds()))
                .filter(webhook_deliveries::at.lt(until.seconds()))
                .filter(webhook_deliveries::state.eq_any(states));
            let changes = (
                webhook_deliveries::state.eq(State::Pending.as_str()),
                webhook_deliveries::attempts.eq(0),
                webhook_deliveries::next_at.eq(Some(now.seconds())),
                webhook_deliveries::expires_at.eq(expires_at.seconds()),
            );
            let count = diesel::update(rows).set(changes).execute(conn).await?;
            Ok(u64::try_from(count).unwrap_or(u64::MAX))
        })
        .await
    }

    async fn pending(&self) -> Result<u64> {
        webhook_queue::pending(self).await
    }
}
