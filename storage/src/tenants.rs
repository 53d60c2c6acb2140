//! Tenants.

use async_trait::async_trait;
use credenza_protocol::ids::TenantId;
use credenza_protocol::tenant::{Tenant, TenantSettings};
use credenza_protocol::time::Time;
use credenza_protocol::version::Version;

use crate::{Result, Update};

/// Tenants: each an issuer of its own.
#[async_trait]
pub trait Tenants: Send + Sync {
    /// Adds a tenant; `false` when the name is taken.
    async fn create(&self, tenant: Tenant) -> Result<bool>;

    /// The tenant of that name, enabled or not.
    async fn find(&self, name: &str) -> Result<Option<Tenant>>;

    /// The name of that tenant, enabled or not.
    async fn name(&self, tenant: &TenantId) -> Result<Option<String>>;

    /// Every tenant, by name. One that cannot be read is left out.
    async fn list(&self) -> Result<Vec<Tenant>>;

    /// Replaces the settings of the tenant whose version is `expected`, and remembers for a while how long access
    /// tokens lived if that is lowered.
    async fn update(
        &self,
        tenant: &TenantId,
        expected: Version,
        settings: TenantSettings,
        now: Time,
    ) -> Result<Update>;

    /// Disables the tenant (`Some`) or enables it again; `false` when there is no such tenant.
    async fn set_disabled(&self, tenant: &TenantId, disabled_at: Option<Time>) -> Result<bool>;

    /// Deletes the tenant with everything of it, atomically; `false` if there is no such tenant.
    async fn delete(&self, tenant: &TenantId) -> Result<bool>;
}
