//! Messages to a webhook: what became of them, and sending them again.

use credenza_protocol::event::{Envelope, Event, OfWebhook, Stamp};
use credenza_protocol::ids::{TenantId, WebhookId};
use credenza_protocol::time::{Seconds, Time};
use credenza_protocol::webhook::{State, TEST_TYPE};
use credenza_storage::{Delivery, NewDelivery, StoreError};

use super::{are_sent, find};
use crate::admin::{Administration, Error, InvalidField, Outcome, Refusal};
use crate::failure::Failure;
use crate::rng;

/// Which messages are sent again.
#[derive(Clone, Copy, Debug)]
pub struct Replay {
    /// Those of events from this time on.
    pub since: Time,
    /// Those of events before this time; now, without it.
    pub until: Option<Time>,
    /// Those in this state alone; all of them, without it.
    pub state: Option<State>,
}

/// A page of messages, the newest first: at most `limit`, older than the one of that number.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    admin: &Administration<'_>,
    (tenant, id): (&TenantId, &WebhookId),
    state: Option<State>,
    before: Option<i64>,
    limit: u32,
) -> Result<Outcome<Vec<Delivery>>, StoreError> {
    if find(admin, tenant, id).await?.is_none() {
        return Ok(Outcome::Absent);
    }
    Ok(Outcome::Done(admin.store.webhook_deliveries.list(tenant, id, state, before, limit).await?))
}

/// The message of that event.
///
/// # Errors
/// [`StoreError`].
pub async fn delivery(
    admin: &Administration<'_>,
    tenant: &TenantId,
    id: &WebhookId,
    event_id: &str,
) -> Result<Option<Delivery>, StoreError> {
    admin.store.webhook_deliveries.find(tenant, id, event_id).await
}

/// Sends the message of that event again, whatever became of it.
///
/// # Errors
/// [`StoreError`].
pub async fn retry(
    admin: &Administration<'_>,
    tenant: &TenantId,
    id: &WebhookId,
    event_id: &str,
) -> Result<Outcome<Delivery>, StoreError> {
    if !are_sent(admin) {
        return Ok(Outcome::Refused(Refusal::WebhooksOff));
    }
    let kept = admin.now + admin.webhooks.kept;
    if !admin.store.webhook_deliveries.retry(tenant, id, event_id, kept, admin.now).await? {
        return Ok(Outcome::Absent);
    }
    Ok(Outcome::found(delivery(admin, tenant, id, event_id).await?))
}

/// Sends the messages of a span of time again; how many those are.
///
/// # Errors
/// [`StoreError`].
pub async fn replay(
    admin: &Administration<'_>,
    tenant: &TenantId,
    id: &WebhookId,
    wanted: Replay,
) -> Result<Outcome<u64>, StoreError> {
    if !are_sent(admin) {
        return Ok(Outcome::Refused(Refusal::WebhooksOff));
    }
    let until = wanted.until.unwrap_or_else(|| after(admin.now));
    if until <= wanted.since {
        return Ok(Outcome::Invalid(vec![InvalidField::new("until", "must be after since")]));
    }
    if find(admin, tenant, id).await?.is_none() {
        return Ok(Outcome::Absent);
    }
    let (span, kept) = ((wanted.since, until), admin.now + admin.webhooks.kept);
    let deliveries = &admin.store.webhook_deliveries;
    Ok(Outcome::Done(deliveries.replay(tenant, id, span, wanted.state, kept, admin.now).await?))
}

/// Sends a message that says nothing happened, to this webhook alone.
///
/// # Errors
/// [`Error`].
pub async fn test(
    admin: &Administration<'_>,
    tenant: &TenantId,
    id: &WebhookId,
) -> Result<Outcome<Delivery>, Error> {
    if !are_sent(admin) {
        return Ok(Outcome::Refused(Refusal::WebhooksOff));
    }
    if find(admin, tenant, id).await?.is_none() {
        return Ok(Outcome::Absent);
    }
    let stamp = Stamp { id: rng::id(admin.rng), at: admin.now };
    let envelope = Envelope::new(&stamp, tenant, Event::WebhookTest(OfWebhook { webhook_id: id.clone() }));
    let body = serde_json::to_string(&envelope);
    let message = NewDelivery {
        tenant_id: tenant.clone(),
        webhook_id: id.clone(),
        event_id: stamp.id.clone(),
        kind: TEST_TYPE.to_owned(),
        // A subject of its own: it waits for no other message, and none waits for it.
        subject: stamp.id.clone(),
        at: admin.now,
        body: body.map_err(|_| Failure::Internal("an event is not JSON"))?,
    };
    let kept = admin.now + admin.webhooks.kept;
    admin.store.webhook_deliveries.put(vec![message], kept, admin.now).await?;
    Ok(Outcome::found(delivery(admin, tenant, id, &stamp.id).await?))
}

/// What happened in this second counts as well.
fn after(now: Time) -> Time {
    now + Seconds(1)
}
