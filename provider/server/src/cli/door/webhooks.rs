//! Webhooks, here and there.

use credenza_protocol::ids::{TenantId, WebhookId};
use credenza_protocol::merge_patch;
use credenza_protocol::secret::Secret;
use credenza_protocol::webhook::Webhook;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Site;
use crate::admin::webhooks::{self, MadeWebhook, NewWebhook};
use crate::admin::{self, Outcome, document};
use crate::cli::Failure;
use crate::cli::installation::Installation;
use crate::cli::remote::Asked;
use crate::http::admin::wire::NewWebhookBody;
use crate::keys::root::Root;
use crate::keys::webhook_keys;

/// A webhook as it is printed.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::cli) struct WebhookBody {
    #[serde(flatten)]
    pub(in crate::cli) webhook: Webhook,
    /// The key by which the signatures `v1a` are verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    public_key: Option<String>,
    /// Its secret, on the one occasion when it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl Site<'_> {
    /// Every webhook, by id.
    pub(in crate::cli) async fn webhooks(&self) -> Result<Vec<Webhook>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(webhooks::list(&installation.admin(), &tenant.tenant_id).await?)
            }
            Self::There(api) => api.all(Asked::of("listWebhooks")).await,
        }
    }

    /// The webhook of that id.
    pub(in crate::cli) async fn webhook(&self, id: &WebhookId) -> Result<Option<WebhookBody>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let found = webhooks::find(&installation.admin(), &tenant.tenant_id, id).await?;
                let public_key = public_key(installation, &tenant.tenant_id).await?;
                Ok(found.map(|webhook| WebhookBody { webhook, public_key, secret: None }))
            }
            Self::There(api) => api.find(named("getWebhook", id)).await,
        }
    }

    pub(in crate::cli) async fn create_webhook(
        &self,
        new: NewWebhook,
    ) -> Result<Outcome<WebhookBody>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let made = webhooks::create(&installation.admin(), &tenant.tenant_id, new).await?;
                let public_key = public_key(installation, &tenant.tenant_id).await?;
                Ok(made.map(|MadeWebhook { webhook, secret, .. }| WebhookBody {
                    webhook,
                    public_key,
                    secret: revealed(secret),
                }))
            }
            Self::There(api) => {
                let NewWebhook { webhook_id, url, description, events, secret } = new;
                let (webhook_id, secret) = (webhook_id.map(|id| id.to_string()), revealed(secret));
                let body = NewWebhookBody { webhook_id, url, description, events, secret };
                api.call(Asked::of("createWebhook").body(&body)?).await
            }
        }
    }

    /// Changes a webhook as it is now.
    pub(in crate::cli) async fn update_webhook(
        &self,
        id: &WebhookId,
        change: impl FnOnce(&mut Webhook),
    ) -> Result<Outcome<WebhookBody>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let admin = installation.admin();
                let found = webhooks::find(&admin, &tenant.tenant_id, id).await?;
                let Some(mut webhook) = found else { return Ok(Outcome::Absent) };
                change(&mut webhook);
                let updated = webhooks::update(&admin, &tenant.tenant_id, webhook).await?;
                let public_key = public_key(installation, &tenant.tenant_id).await?;
                Ok(updated.map(|webhook| WebhookBody { webhook, public_key, secret: None }))
            }
            Self::There(api) => {
                let found = api.read::<WebhookBody>(named("getWebhook", id)).await?;
                let Some(read) = found else { return Ok(Outcome::Absent) };
                let mut changed = read.body.webhook.clone();
                change(&mut changed);
                let patch = merge_patch::difference(&members(&read.body.webhook)?, &members(&changed)?);
                api.call(named("updateWebhook", id).read(&read).body(&patch)?).await
            }
        }
    }

    pub(in crate::cli) async fn delete_webhook(&self, id: &WebhookId) -> Result<Outcome<()>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(webhooks::delete(&installation.admin(), &tenant.tenant_id, id).await?)
            }
            Self::There(api) => api.done(named("deleteWebhook", id)).await,
        }
    }

    pub(in crate::cli) async fn resume_webhook(&self, id: &WebhookId) -> Result<Outcome<Webhook>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(webhooks::resume(&installation.admin(), &tenant.tenant_id, id).await?)
            }
            Self::There(api) => api.call(named("resumeWebhook", id)).await,
        }
    }
}

/// The key that verifies the signatures `v1a`, where the master key is at hand.
async fn public_key(installation: &Installation, tenant: &TenantId) -> Result<Option<String>, Failure> {
    let admin = installation.admin();
    let Some(master) = admin.master_keys else { return Ok(None) };
    let root = Root::load(admin.store, master, admin.rng, admin.now).await;
    Ok(Some(webhook_keys::public_key(&root.map_err(admin::Error::from)?, tenant)))
}

/// What an operator edits of a webhook.
fn members(webhook: &Webhook) -> Result<Map<String, Value>, Failure> {
    let document = webhooks::document(webhook);
    document::members(&document).map_err(|invalid| Failure::new(invalid.to_string()))
}

fn revealed(secret: Option<Secret>) -> Option<String> {
    secret.map(|secret| secret.reveal().to_owned())
}

pub(super) fn named(operation: &'static str, id: &WebhookId) -> Asked {
    Asked::of(operation).path("webhook_id", id)
}
