//! Webhooks: where events of a tenant are sent.

mod check;
mod deliveries;
mod document;
mod secrets;

use credenza_protocol::ids::{TenantId, WebhookId};
use credenza_protocol::secret::Secret;
use credenza_protocol::version::Version;
use credenza_protocol::webhook::{Paused, Status, Webhook};
use credenza_storage::{Sink, StoreError, WebhookMade};

use super::{Administration, Error, InvalidField, Outcome, Refusal};
use crate::rng;

pub use check::check;
pub use deliveries::{Replay, delivery, page, replay, retry, test};
pub use document::{WebhookDocument, document, with_changes};
pub use secrets::{MadeSecret, add, delete as delete_secret, has as has_secret, list as secrets};

/// Why a webhook is paused that an operator has paused.
const BY_OPERATOR: &str = "an operator has paused it";

/// A webhook to be.
#[derive(Clone, Debug, Default)]
pub struct NewWebhook {
    /// Its id, if somebody has chosen one; made otherwise.
    pub webhook_id: Option<WebhookId>,
    /// Where the messages are posted.
    pub url: String,
    /// What it is for; may be empty.
    pub description: String,
    /// Which events it gets.
    pub events: Vec<String>,
    /// Its secret (`whsec_…`), if that was made elsewhere.
    pub secret: Option<Secret>,
}

/// A webhook as it was stored.
#[derive(Debug)]
pub struct MadeWebhook {
    /// The webhook.
    pub webhook: Webhook,
    /// The id of its first secret.
    pub secret_id: String,
    /// The secret itself, if it was made here: the one occasion when it is shown.
    pub secret: Option<Secret>,
}

/// Whether events are sent to webhooks, as the settings say.
#[must_use]
pub fn are_sent(admin: &Administration<'_>) -> bool {
    admin.store.outbox.sinks().contains(&Sink::Webhooks)
}

/// A webhook of which nothing is said yet.
#[must_use]
pub fn plain(admin: &Administration<'_>, webhook_id: WebhookId) -> Webhook {
    Webhook {
        webhook_id,
        url: String::new(),
        description: String::new(),
        events: vec![],
        status: Status::Enabled,
        paused: None,
        failing_since: None,
        created_at: admin.now,
        updated_at: admin.now,
        version: Version::FIRST,
    }
}

/// Makes a webhook, unless the settings say that none is sent anything.
///
/// # Errors
/// [`Error`].
pub async fn create(
    admin: &Administration<'_>,
    tenant: &TenantId,
    new: NewWebhook,
) -> Result<Outcome<MadeWebhook>, Error> {
    if !are_sent(admin) {
        return Ok(Outcome::Refused(Refusal::WebhooksOff));
    }
    let webhook_id = new.webhook_id.unwrap_or_else(|| WebhookId::new(rng::id(admin.rng)));
    let NewWebhook { url, description, events, .. } = new;
    let webhook = Webhook { url, description, events, ..plain(admin, webhook_id.clone()) };
    let faults = check(admin, &webhook);
    if !faults.is_empty() {
        return Ok(Outcome::Invalid(faults));
    }
    let (record, secret) = match secrets::make(admin, tenant, &webhook_id, new.secret)? {
        Ok(made) => made,
        Err(invalid) => return Ok(Outcome::Invalid(vec![invalid])),
    };
    let secret_id = record.secret_id.clone();
    Ok(match admin.store.webhooks.create(tenant, webhook.clone(), record).await? {
        WebhookMade::Yes => Outcome::Done(MadeWebhook { webhook, secret_id, secret }),
        WebhookMade::Taken => Outcome::Taken,
        WebhookMade::TooMany => Outcome::Refused(Refusal::TooManyWebhooks),
        WebhookMade::Absent => Outcome::Absent,
    })
}

/// The webhook of that id.
///
/// # Errors
/// [`StoreError`].
pub async fn find(
    admin: &Administration<'_>,
    tenant: &TenantId,
    id: &WebhookId,
) -> Result<Option<Webhook>, StoreError> {
    admin.store.webhooks.find(tenant, id).await
}

/// Every webhook, by id; there are few.
///
/// # Errors
/// [`StoreError`].
pub async fn list(admin: &Administration<'_>, tenant: &TenantId) -> Result<Vec<Webhook>, StoreError> {
    admin.store.webhooks.list(tenant).await
}

/// Stores a webhook that was edited. Whoever changes its status pauses or resumes it.
///
/// # Errors
/// [`StoreError`].
pub async fn update(
    admin: &Administration<'_>,
    tenant: &TenantId,
    mut webhook: Webhook,
) -> Result<Outcome<Webhook>, StoreError> {
    let faults = check(admin, &webhook);
    if !faults.is_empty() {
        return Ok(Outcome::Invalid(faults));
    }
    let Some(before) = find(admin, tenant, &webhook.webhook_id).await? else { return Ok(Outcome::Absent) };
    if webhook.status != before.status {
        match webhook.status {
            Status::Enabled => (webhook.paused, webhook.failing_since) = (None, None),
            Status::Paused => {
                webhook.paused = Some(Paused { since: admin.now, reason: BY_OPERATOR.to_owned() });
            }
            Status::PausedByFailures => {
                let why = "must be enabled or paused: only failures make it paused_by_failures";
                return Ok(Outcome::Invalid(vec![InvalidField::new("status", why)]));
            }
        }
    }
    webhook.updated_at = admin.now;
    let expected = webhook.version;
    let updated = admin.store.webhooks.update(tenant, expected, webhook.clone()).await?;
    Ok(Outcome::of_update(updated, Webhook { version: expected.next(), ..webhook }))
}

/// Resumes a webhook that is paused: what waits is sent, the oldest first.
///
/// # Errors
/// [`StoreError`].
pub async fn resume(
    admin: &Administration<'_>,
    tenant: &TenantId,
    id: &WebhookId,
) -> Result<Outcome<Webhook>, StoreError> {
    match find(admin, tenant, id).await? {
        None => Ok(Outcome::Absent),
        Some(webhook) if webhook.status == Status::Enabled => Ok(Outcome::Done(webhook)),
        Some(webhook) => update(admin, tenant, Webhook { status: Status::Enabled, ..webhook }).await,
    }
}

/// Deletes a webhook with its secrets and everything that waits for it.
///
/// # Errors
/// [`StoreError`].
pub async fn delete(
    admin: &Administration<'_>,
    tenant: &TenantId,
    id: &WebhookId,
) -> Result<Outcome<()>, StoreError> {
    Ok(Outcome::whether(admin.store.webhooks.delete(tenant, id).await?))
}
