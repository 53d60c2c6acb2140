//! Clients.

use async_trait::async_trait;
use credenza_protocol::client::Client;
use credenza_protocol::ids::{ClientId, TenantId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;

use crate::Result;

/// A client as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientRecord {
    /// Its metadata.
    pub client: Client,
    /// What is kept of its secret, to compare.
    pub secret_hash: Option<SecretHash>,
    /// Its secret under the master key, kept only for `client_secret_jwt`, which needs it whole.
    pub secret_sealed: Option<Vec<u8>>,
    /// When it was made.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// When it was disabled; then it can do nothing.
    pub disabled_at: Option<Time>,
    /// What is known of it because it registered itself (RFC 7591); `None` of one that an operator made. Read with
    /// the client, and written by [`crate::Registrations`] alone.
    pub registered: Option<Registered>,
}

/// A client that registered itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Registered {
    /// When it was first used; one that never is goes after a while.
    pub used_at: Option<Time>,
}

/// Clients of a tenant.
#[async_trait]
pub trait Clients: Send + Sync {
    /// Adds a client; `false` when the `client_id` is taken.
    async fn create(&self, tenant: &TenantId, record: ClientRecord) -> Result<bool>;

    /// The client of that id, enabled or not.
    async fn find(&self, tenant: &TenantId, client_id: &ClientId) -> Result<Option<ClientRecord>>;

    /// Clients by id, at most `limit`, after the id `after`.
    async fn list(
        &self,
        tenant: &TenantId,
        after: Option<&ClientId>,
        limit: u32,
    ) -> Result<Vec<ClientRecord>>;

    /// Whether scripts of that web origin (RFC 6454) may call: an enabled client of the tenant has a redirect
    /// URI there.
    async fn has_origin(&self, tenant: &TenantId, origin: &str) -> Result<bool>;

    /// Replaces the metadata and the secret, keeps `created_at`, `disabled_at` and `registered`; `false` when
    /// there is no such client.
    async fn update(&self, tenant: &TenantId, record: ClientRecord) -> Result<bool>;

    /// Disables the client (`Some`), which revokes its grants with it, or enables it again.
    async fn set_disabled(
        &self,
        tenant: &TenantId,
        client_id: &ClientId,
        disabled_at: Option<Time>,
    ) -> Result<bool>;

    /// Deletes the client with its grants, codes, tokens and consents.
    async fn delete(&self, tenant: &TenantId, client_id: &ClientId, now: Time) -> Result<bool>;
}
