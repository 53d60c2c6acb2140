//! The webhooks of the tenants: each event becomes a message to every webhook that asks for it. The messages are sent by
//! `events/webhooks`.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::Instant;

use async_trait::async_trait;
use credenza_protocol::event;
use credenza_protocol::ids::TenantId;
use credenza_protocol::webhook::{Webhook, matches};
use credenza_storage::{NewDelivery, Sink, StoreError, Waiting};

use super::{Delivered, Target};
use crate::state::State;

/// Events whose messages are written at once, so that no job takes long.
const CHUNK: usize = 20;

/// Spreads events over webhooks.
pub(in crate::events) struct Webhooks(State);

impl Webhooks {
    pub(in crate::events) fn new(state: State) -> Self {
        Self(state)
    }

    /// Writes the messages of these events.
    async fn spread(&self, waiting: &[Waiting]) -> Result<(), StoreError> {
        let store = &self.0.store;
        let mut known: HashMap<&TenantId, Vec<Webhook>> = HashMap::new();
        let mut messages = vec![];
        for one in waiting {
            let webhooks = match known.entry(&one.tenant_id) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(store.webhooks.list(&one.tenant_id).await?),
            };
            messages.extend(messages_of(one, webhooks));
        }
        if messages.is_empty() {
            return Ok(());
        }
        let now = self.0.clock.now();
        store.webhook_deliveries.put(messages, now + self.0.webhooks.kept, now).await?;
        self.0.messages.notify_one();
        Ok(())
    }
}

/// A message to each of these webhooks that asks for the event, and was there when it happened.
fn messages_of(one: &Waiting, webhooks: &[Webhook]) -> Vec<NewDelivery> {
    let Some((kind, subject)) = event::about(&one.body) else {
        tracing::error!(event_id = one.event_id, "an event that cannot be read is sent to no webhook");
        return vec![];
    };
    let asks = |webhook: &&Webhook| webhook.created_at <= one.at && matches(&webhook.events, &kind);
    let message = |webhook: &Webhook| NewDelivery {
        tenant_id: one.tenant_id.clone(),
        webhook_id: webhook.webhook_id.clone(),
        event_id: one.event_id.clone(),
        kind: kind.clone(),
        subject: subject.clone(),
        at: one.at,
        body: one.body.clone(),
    };
    webhooks.iter().filter(asks).map(message).collect()
}

#[async_trait]
impl Target for Webhooks {
    fn sink(&self) -> Sink {
        Sink::Webhooks
    }

    async fn deliver(&mut self, waiting: &[Waiting], deadline: Instant) -> Delivered {
        let mut count = 0;
        for chunk in waiting.chunks(CHUNK) {
            if Instant::now() >= deadline {
                return Delivered { count, fault: None };
            }
            if let Err(error) = self.spread(chunk).await {
                return Delivered { count, fault: Some(error.to_string()) };
            }
            count += chunk.len();
        }
        Delivered { count, fault: None }
    }
}
