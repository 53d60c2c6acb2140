//! Messages to webhooks: those that wait, and what became of the others.

use async_trait::async_trait;
use credenza_protocol::ids::{TenantId, WebhookId};
use credenza_protocol::time::Time;
use credenza_protocol::webhook::{Paused, State};

use crate::Result;

/// A message to be sent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewDelivery {
    /// The tenant.
    pub tenant_id: TenantId,
    /// Where it is sent.
    pub webhook_id: WebhookId,
    /// `id` of the event.
    pub event_id: String,
    /// `type` of the event.
    pub kind: String,
    /// `subject` of the event: messages about one subject are sent one after the other.
    pub subject: String,
    /// When the event happened.
    pub at: Time,
    /// Its envelope, as JSON.
    pub body: String,
}

/// A message, and what became of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Delivery {
    /// Its place in the queue.
    pub seq: i64,
    /// The tenant.
    pub tenant_id: TenantId,
    /// Where it is sent.
    pub webhook_id: WebhookId,
    /// `id` of the event.
    pub event_id: String,
    /// `type` of the event.
    pub kind: String,
    /// When the event happened.
    pub at: Time,
    /// Its envelope, as JSON.
    pub body: String,
    /// How far it has come.
    pub state: State,
    /// How often it was tried.
    pub attempts: i32,
    /// When it is tried next, while it waits.
    pub next_at: Option<Time>,
    /// When it was last tried.
    pub attempted_at: Option<Time>,
    /// The status of the last response.
    pub status: Option<i32>,
    /// How that response began, or why there was none.
    pub response: Option<String>,
}

/// What became of an attempt that was claimed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Attempted {
    /// How far the delivery has come by it.
    pub state: State,
    /// When it is tried next, if it waits.
    pub next_at: Option<Time>,
    /// The status of the response, if there was one.
    pub status: Option<i32>,
    /// How the response began, or why there was none.
    pub response: String,
    /// Pauses the webhook, if it is enabled.
    pub pause: Option<Paused>,
    /// When that was.
    pub at: Time,
}

/// Deliveries. Those of one webhook about one subject are due one after the other.
#[async_trait]
pub trait WebhookDeliveries: Send + Sync {
    /// Adds deliveries, which are kept until `expires_at`, each once: one of the same event to the same webhook stays as
    /// it is, and one to a webhook that is gone is left out. The oldest of a webhook that has too many go.
    async fn put(&self, deliveries: Vec<NewDelivery>, expires_at: Time, now: Time) -> Result<()>;

    /// Webhooks, of all tenants that are enabled, which are enabled and for which something is due; at most `limit`.
    async fn due(&self, limit: u32, now: Time) -> Result<Vec<(TenantId, WebhookId)>>;

    /// What is due for that webhook, what was due first, at most `limit`: of one subject, the oldest that waits alone. Nothing
    /// is, while the webhook is paused or the tenant disabled.
    async fn next(
        &self,
        tenant: &TenantId,
        webhook: &WebhookId,
        limit: u32,
        now: Time,
    ) -> Result<Vec<Delivery>>;

    /// Claims one attempt; unless it is [`settled`](Self::settle) by then, the next is due at `until`, on any node. Of
    /// many callers with the same `attempts`, one gets it.
    async fn claim(&self, delivery: &Delivery, until: Time) -> Result<bool>;

    /// Records what became of an attempt that was claimed. `false` if it is no longer the one under way: it was asked for
    /// again meanwhile, or is gone.
    async fn settle(&self, delivery: &Delivery, attempted: Attempted) -> Result<bool>;

    /// Deliveries of a webhook, the newest first, at most `limit`, older than the one of `before`; of one state alone if
    /// one is given.
    async fn list(
        &self,
        tenant: &TenantId,
        webhook: &WebhookId,
        state: Option<State>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<Delivery>>;

    /// The delivery of that event.
    async fn find(&self, tenant: &TenantId, webhook: &WebhookId, event_id: &str) -> Result<Option<Delivery>>;

    /// Sends a delivery again, as if it had not been tried, and keeps it until `expires_at`; `false` if it is gone.
    async fn retry(
        &self,
        tenant: &TenantId,
        webhook: &WebhookId,
        event_id: &str,
        expires_at: Time,
        now: Time,
    ) -> Result<bool>;

    /// Sends again what happened from `since` on and before `until`, of one state alone if one is given; how many those
    /// are. What waits is due at once.
    async fn replay(
        &self,
        tenant: &TenantId,
        webhook: &WebhookId,
        span: (Time, Time),
        state: Option<State>,
        expires_at: Time,
        now: Time,
    ) -> Result<u64>;

    /// How many wait, of tenants that are enabled.
    async fn pending(&self) -> Result<u64>;
}
