//! Webhooks: where events of a tenant are sent, and what they are signed with.

use async_trait::async_trait;
use credenza_protocol::ids::{TenantId, WebhookId};
use credenza_protocol::time::Time;
use credenza_protocol::version::Version;
use credenza_protocol::webhook::Webhook;

use crate::{Result, Update};

/// A secret as it is stored.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WebhookSecretRecord {
    /// Its id among the secrets of its webhook.
    pub secret_id: String,
    /// The secret under the master key.
    pub sealed: Vec<u8>,
    /// When it was made.
    pub created_at: Time,
    /// From when on it no longer signs; without it, never. The record is swept then.
    pub expires_at: Option<Time>,
}

/// What became of a new webhook, or of a new secret.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
pub enum WebhookMade {
    /// It is there.
    Yes,
    /// Another one has that id.
    Taken,
    /// There are as many as there may be.
    TooMany,
    /// There is no such tenant or webhook.
    Absent,
}

/// The webhooks of a tenant.
#[async_trait]
pub trait Webhooks: Send + Sync {
    /// Adds a webhook with its first secret.
    async fn create(
        &self,
        tenant: &TenantId,
        webhook: Webhook,
        secret: WebhookSecretRecord,
    ) -> Result<WebhookMade>;

    /// The webhook of that id.
    async fn find(&self, tenant: &TenantId, id: &WebhookId) -> Result<Option<Webhook>>;

    /// Every webhook, by id.
    async fn list(&self, tenant: &TenantId) -> Result<Vec<Webhook>>;

    /// Replaces what an operator sets of the webhook whose version is `expected`, and since when it is paused or fails.
    async fn update(&self, tenant: &TenantId, expected: Version, webhook: Webhook) -> Result<Update>;

    /// Deletes the webhook with its secrets and its deliveries; `false` when there is no such webhook.
    async fn delete(&self, tenant: &TenantId, id: &WebhookId) -> Result<bool>;

    /// Adds a secret. Those that are there expire at `others_until`, unless they do so earlier.
    async fn add_secret(
        &self,
        tenant: &TenantId,
        id: &WebhookId,
        secret: WebhookSecretRecord,
        others_until: Time,
        now: Time,
    ) -> Result<WebhookMade>;

    /// The secrets of a webhook that have not expired, the newest first.
    async fn secrets(&self, tenant: &TenantId, id: &WebhookId, now: Time)
    -> Result<Vec<WebhookSecretRecord>>;

    /// Deletes a secret; `false` when there is no such secret.
    async fn delete_secret(&self, tenant: &TenantId, id: &WebhookId, secret_id: &str) -> Result<bool>;

    /// Every secret of every webhook, to be sealed again.
    async fn sealed(&self, tenant: &TenantId) -> Result<Vec<(WebhookId, WebhookSecretRecord)>>;
}
