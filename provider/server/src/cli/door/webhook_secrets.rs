//! Secrets of webhooks, here and there.

use credenza_protocol::ids::WebhookId;
use credenza_protocol::secret::Secret;
use credenza_protocol::time::Seconds;

use super::Site;
use super::webhooks::named;
use crate::admin::Outcome;
use crate::admin::webhooks::{self, MadeSecret};
use crate::cli::Failure;
use crate::http::admin::wire::{NewWebhookSecretBody, WebhookSecretBody};

impl Site<'_> {
    /// The secrets of a webhook that sign, without the secrets themselves.
    pub(in crate::cli) async fn webhook_secrets(
        &self,
        of: &WebhookId,
    ) -> Result<Vec<WebhookSecretBody>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let records = webhooks::secrets(&installation.admin(), &tenant.tenant_id, of).await?;
                Ok(records.into_iter().map(|record| WebhookSecretBody::new(record, None)).collect())
            }
            Self::There(api) => api.all(named("listWebhookSecrets", of)).await,
        }
    }

    /// Adds a secret; one that is `given` is not shown.
    pub(in crate::cli) async fn add_webhook_secret(
        &self,
        of: &WebhookId,
        given: Option<Secret>,
        overlap: Option<Seconds>,
    ) -> Result<Outcome<WebhookSecretBody>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let admin = installation.admin();
                let added = webhooks::add(&admin, &tenant.tenant_id, of, given, overlap).await?;
                Ok(added.map(|MadeSecret { record, secret }| WebhookSecretBody::new(record, secret.as_ref())))
            }
            Self::There(api) => {
                let secret = given.map(|secret| secret.reveal().to_owned());
                let body = NewWebhookSecretBody { secret, overlap };
                api.call(named("createWebhookSecret", of).body(&body)?).await
            }
        }
    }

    pub(in crate::cli) async fn delete_webhook_secret(
        &self,
        of: &WebhookId,
        secret_id: &str,
    ) -> Result<Outcome<()>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let admin = installation.admin();
                Ok(webhooks::delete_secret(&admin, &tenant.tenant_id, of, secret_id).await?)
            }
            Self::There(api) => api.done(named("deleteWebhookSecret", of).path("secret_id", secret_id)).await,
        }
    }
}
