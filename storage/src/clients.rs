//! Clients.

use std::collections::BTreeSet;

use async_trait::async_trait;
use credenza_protocol::client::Client;
use credenza_protocol::client_secret::ClientSecret;
use credenza_protocol::ids::{ClientId, TenantId};
use credenza_protocol::role::ResourceServer;
use credenza_protocol::time::Time;
use credenza_protocol::version::Version;

use crate::{Expected, Result, Update};

/// A client as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientRecord {
    /// Its metadata.
    pub client: Client,
    /// Its secrets, the oldest first; those that have expired too, until they are swept.
    pub secrets: Vec<ClientSecret>,
    /// When it was made.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// When it was disabled; a disabled client can do nothing.
    pub disabled_at: Option<Time>,
    /// A number that each change makes higher.
    pub version: Version,
    /// What is known of a client that registered itself (RFC 7591); `None` for one that an operator created. Read
    /// with the client, and written by [`crate::Registrations`] alone.
    pub registered: Option<Registered>,
}

/// A client that registered itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Registered {
    /// When it was first used; one that never is gets deleted after a while.
    pub used_at: Option<Time>,
}

/// Clients of a tenant.
#[async_trait]
pub trait Clients: Send + Sync {
    /// Adds a client, whatever version the record has. Answers its first one, which is above all that clients of the tenant had
    /// when they were deleted, so that one made anew is not taken for the old one; `None` when the `client_id` is taken.
    async fn create_at(&self, tenant: &TenantId, record: ClientRecord) -> Result<Option<Version>>;

    /// The same; `false` when the `client_id` is taken.
    async fn create(&self, tenant: &TenantId, record: ClientRecord) -> Result<bool> {
        Ok(self.create_at(tenant, record).await?.is_some())
    }

    /// The client of that id, enabled or not.
    async fn find(&self, tenant: &TenantId, client_id: &ClientId) -> Result<Option<ClientRecord>>;

    /// Clients by id, at most `limit`, after the id `after`. One that cannot be read is left out; there are fewer
    /// than `limit` only at the end.
    async fn list(
        &self,
        tenant: &TenantId,
        after: Option<&ClientId>,
        limit: u32,
    ) -> Result<Vec<ClientRecord>>;

    /// The same of service accounts alone.
    async fn service_accounts(
        &self,
        tenant: &TenantId,
        after: Option<&ClientId>,
        limit: u32,
    ) -> Result<Vec<ClientRecord>>;

    /// Whether scripts of that web origin (RFC 6454) may call: an enabled client of the tenant has a redirect
    /// URI there, or names it in `allowed_origins`.
    async fn has_origin(&self, tenant: &TenantId, origin: &str) -> Result<bool>;

    /// The resources that are closed: clients serve them (RFC 8707), and each of these is disabled. One that no client
    /// serves is not closed: not every resource server is a client.
    async fn closed_resources(&self, tenant: &TenantId) -> Result<BTreeSet<String>>;

    /// The enabled clients that serve resources and declare roles.
    async fn resource_servers(&self, tenant: &TenantId) -> Result<Vec<ResourceServer>>;

    /// Replaces the metadata and the secrets of the client whose version is `expected`. Keeps `created_at`,
    /// `disabled_at` and `registered`.
    async fn update(&self, tenant: &TenantId, expected: Version, record: ClientRecord) -> Result<Update>;

    /// Disables the client (`Some`), which revokes its grants with it, or enables it again.
    async fn set_disabled_at(
        &self,
        tenant: &TenantId,
        client_id: &ClientId,
        expected: Expected,
        disabled_at: Option<Time>,
    ) -> Result<Update>;

    /// The same of any version; `false` when there is no such client.
    async fn set_disabled(
        &self,
        tenant: &TenantId,
        client_id: &ClientId,
        disabled_at: Option<Time>,
    ) -> Result<bool> {
        let disabled = self.set_disabled_at(tenant, client_id, Expected::Any, disabled_at).await?;
        Ok(disabled == Update::Updated)
    }

    /// Deletes the client with its grants, codes, tokens, consents and roles. A resource that it alone served is taken from the
    /// clients that may request tokens for it.
    async fn delete_at(
        &self,
        tenant: &TenantId,
        client_id: &ClientId,
        expected: Expected,
        now: Time,
    ) -> Result<Update>;

    /// The same of any version; `false` when there is no such client.
    async fn delete(&self, tenant: &TenantId, client_id: &ClientId, now: Time) -> Result<bool> {
        Ok(self.delete_at(tenant, client_id, Expected::Any, now).await? == Update::Updated)
    }
}
