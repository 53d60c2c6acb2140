//! What messages to webhooks are signed with: the secrets of a webhook, which its receiver has as well, and the key pair of
//! its tenant, which is derived from the root secret and never changes.

use credenza_protocol::ids::{TenantId, WebhookId};
use credenza_storage::WebhookSecretRecord;
use credenza_validator::webhook::{UnusableKey, WebhookSigner};

use super::root::Root;
use super::seal::{self, MasterKeys};

/// The key pair of a tenant (`v1a`).
///
/// # Errors
/// [`UnusableKey`] never.
pub fn key_pair(root: &Root, tenant: &TenantId) -> Result<WebhookSigner, UnusableKey> {
    WebhookSigner::key_pair(&root.derive(&format!("webhooks of {tenant}")))
}

/// Its public half, `whpk_` and base64.
#[must_use]
pub fn public_key(root: &Root, tenant: &TenantId) -> String {
    key_pair(root, tenant).ok().and_then(|pair| pair.public_key()).unwrap_or_default()
}

/// The signers of a message: each of these secrets that opens, and the key pair. One that does not open is logged, and the
/// others sign without it.
#[must_use]
pub fn signers(
    (master, root): (&MasterKeys, &Root),
    tenant: &TenantId,
    id: &WebhookId,
    secrets: &[WebhookSecretRecord],
) -> Vec<WebhookSigner> {
    let opened = secrets.iter().filter_map(|record| {
        let plain = master.open(&seal::of_webhook_secret(tenant, id, &record.secret_id), &record.sealed);
        let signer = plain.ok().and_then(|plain| WebhookSigner::shared(&plain).ok());
        if signer.is_none() {
            let secret_id = record.secret_id.as_str();
            tracing::error!(tenant_id = %tenant, webhook_id = %id, secret_id, "a secret opens under none of the master keys");
        }
        signer
    });
    opened.chain(key_pair(root, tenant).ok()).collect()
}
