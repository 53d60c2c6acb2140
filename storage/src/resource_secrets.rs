//! Secrets that the provider shares with services, each for one resource (RFC 8707): for services that cannot read public
//! keys, whose access tokens are signed with HS256.

use async_trait::async_trait;
use credenza_protocol::ids::{ClientId, KeyId, TenantId};
use credenza_protocol::time::Time;

use crate::Result;

/// A secret as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceSecretRecord {
    /// `kid` of the tokens that it signs.
    pub kid: KeyId,
    /// The client that serves the resource.
    pub client_id: ClientId,
    /// The resource.
    pub resource: String,
    /// The secret under the master key.
    pub sealed: Vec<u8>,
    /// When it was made.
    pub created_at: Time,
    /// When it begins to sign.
    pub active_at: Time,
    /// When it no longer signs, and what it signed is no longer accepted; without it, never. The record is swept then.
    pub expires_at: Option<Time>,
}

/// Secrets of a tenant's resources. They are deleted with the client that serves the resource.
#[async_trait]
pub trait ResourceSecrets: Send + Sync {
    /// Adds a secret; `false` when the `kid` is taken, or there is no such client.
    async fn create(&self, tenant: &TenantId, record: ResourceSecretRecord) -> Result<bool>;

    /// Every secret, the newest first, and of one second by `kid`.
    async fn list(&self, tenant: &TenantId) -> Result<Vec<ResourceSecretRecord>>;

    /// Secrets in the same order: at most `limit`, after the one that was made then and has that `kid`.
    async fn page(
        &self,
        tenant: &TenantId,
        after: Option<(Time, &KeyId)>,
        limit: u32,
    ) -> Result<Vec<ResourceSecretRecord>>;

    /// Changes when the secret expires; `false` when there is no such secret.
    async fn set_expires_at(&self, tenant: &TenantId, kid: &KeyId, expires_at: Option<Time>) -> Result<bool>;
}
