//! Messages to webhooks, here and there.

use credenza_protocol::ids::WebhookId;
use credenza_protocol::webhook::State;

use super::Site;
use super::webhooks::named;
use crate::admin::Outcome;
use crate::admin::webhooks::{self, Replay};
use crate::cli::Failure;
use crate::http::admin::wire::{DeliveryBody, ReplayBody, ReplayedBody};

impl Site<'_> {
    /// Messages to a webhook, the newest first, at most so many.
    pub(in crate::cli) async fn deliveries(
        &self,
        to: &WebhookId,
        state: Option<State>,
        limit: u32,
    ) -> Result<Outcome<Vec<DeliveryBody>>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let whose = (&tenant.tenant_id, to);
                let found = webhooks::page(&installation.admin(), whose, state, None, limit).await?;
                Ok(found.map(|found| found.into_iter().map(DeliveryBody::new).collect()))
            }
            Self::There(api) => {
                let mut asked = named("listWebhookDeliveries", to);
                if let Some(state) = state {
                    asked = asked.query("state", state.as_str());
                }
                api.first(asked, usize::try_from(limit).unwrap_or(usize::MAX)).await
            }
        }
    }

    /// Sends a message that says nothing happened.
    pub(in crate::cli) async fn test_webhook(
        &self,
        to: &WebhookId,
    ) -> Result<Outcome<DeliveryBody>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let message = webhooks::test(&installation.admin(), &tenant.tenant_id, to).await?;
                Ok(message.map(DeliveryBody::new))
            }
            Self::There(api) => api.call(named("testWebhook", to)).await,
        }
    }

    /// Sends a message again.
    pub(in crate::cli) async fn retry_delivery(
        &self,
        to: &WebhookId,
        event_id: &str,
    ) -> Result<Outcome<DeliveryBody>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let admin = installation.admin();
                let again = webhooks::retry(&admin, &tenant.tenant_id, to, event_id).await?;
                Ok(again.map(DeliveryBody::new))
            }
            Self::There(api) => api.call(named("retryWebhookDelivery", to).path("event_id", event_id)).await,
        }
    }

    /// Sends messages again; answers how many.
    pub(in crate::cli) async fn replay_webhook(
        &self,
        to: &WebhookId,
        wanted: Replay,
    ) -> Result<Outcome<u64>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(webhooks::replay(&installation.admin(), &tenant.tenant_id, to, wanted).await?)
            }
            Self::There(api) => {
                let Replay { since, until, state } = wanted;
                let body = ReplayBody { since, until, state };
                let replayed = api.call::<ReplayedBody>(named("replayWebhook", to).body(&body)?).await?;
                Ok(replayed.map(|replayed| replayed.messages))
            }
        }
    }
}
