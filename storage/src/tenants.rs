//! Tenants.

use async_trait::async_trait;
use credenza_protocol::ids::TenantId;
use credenza_protocol::tenant::{Tenant, TenantSettings};
use credenza_protocol::time::Time;
use credenza_protocol::version::Version;

use crate::{Expected, Result, Update};

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

    /// Tenants by name, at most `limit`, after the name `after`. One that cannot be read is left out; there are fewer than
    /// `limit` only at the end.
    async fn page(&self, after: Option<&str>, limit: u32) -> Result<Vec<Tenant>>;

    /// Replaces the settings of the tenant whose version is `expected`, and remembers for a while how long access
    /// tokens lived if that is lowered.
    async fn update(
        &self,
        tenant: &TenantId,
        expected: Version,
        settings: TenantSettings,
        now: Time,
    ) -> Result<Update>;

    /// Disables the tenant (`Some`) or enables it again.
    async fn set_disabled_at(
        &self,
        tenant: &TenantId,
        expected: Expected,
        disabled_at: Option<Time>,
    ) -> Result<Update>;

    /// The same of any version; `false` when there is no such tenant.
    async fn set_disabled(&self, tenant: &TenantId, disabled_at: Option<Time>) -> Result<bool> {
        Ok(self.set_disabled_at(tenant, Expected::Any, disabled_at).await? == Update::Updated)
    }

    /// Deletes the tenant with everything of it, atomically.
    async fn delete_at(&self, tenant: &TenantId, expected: Expected) -> Result<Update>;

    /// The same of any version; `false` if there is no such tenant.
    async fn delete(&self, tenant: &TenantId) -> Result<bool> {
        Ok(self.delete_at(tenant, Expected::Any).await? == Update::Updated)
    }
}
