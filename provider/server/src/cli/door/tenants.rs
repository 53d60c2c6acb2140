//! Tenants, here and there.

use credenza_protocol::merge_patch;
use credenza_protocol::tenant::{Tenant, TenantSettings};
use credenza_storage::Expected;
use serde_json::json;

use super::Door;
use crate::admin::{Outcome, document, tenants};
use crate::cli::Failure;
use crate::cli::outcome::Subject;
use crate::cli::remote::{Asked, Remote};
use crate::http::admin::wire::NewTenantBody;

impl Door<'_> {
    /// Every tenant.
    pub(in crate::cli) async fn tenants(self) -> Result<Vec<Tenant>, Failure> {
        match self {
            Self::Here(installation) => Ok(tenants::list(&installation.admin()).await?),
            Self::There(remote) => remote.own().all(Asked::of("listTenants")).await,
        }
    }

    /// The tenant of that name, which must be there.
    pub(in crate::cli) async fn tenant(self, name: &str) -> Result<Tenant, Failure> {
        match self {
            Self::Here(installation) => installation.tenant(name).await,
            Self::There(remote) => {
                let found = remote.own().find(named(remote, "getTenant", "getTenantByName", name)).await?;
                found.ok_or_else(|| Subject::tenant(name).absent())
            }
        }
    }

    pub(in crate::cli) async fn create_tenant(
        self,
        name: &str,
        settings: TenantSettings,
    ) -> Result<Outcome<Tenant>, Failure> {
        match self {
            Self::Here(installation) => Ok(tenants::create(&installation.admin(), name, settings).await?),
            Self::There(remote) => {
                let settings = changed(&tenants::default_settings(name), &settings)?;
                let body = NewTenantBody { name: name.to_owned(), settings };
                remote.own().call(Asked::of("createTenant").body(&body)?).await
            }
        }
    }

    /// Stores other settings than those that were read.
    pub(in crate::cli) async fn update_tenant(
        self,
        read: Tenant,
        settings: TenantSettings,
    ) -> Result<Outcome<Tenant>, Failure> {
        match self {
            Self::Here(installation) => {
                Ok(tenants::update(&installation.admin(), Tenant { settings, ..read }).await?)
            }
            Self::There(remote) => {
                let patch = json!({ "settings": changed(&read.settings, &settings)? });
                let asked = named(remote, "updateTenant", "updateTenantByName", &read.name);
                remote.own().call(asked.version(read.version).body(&patch)?).await
            }
        }
    }

    pub(in crate::cli) async fn set_tenant_disabled(
        self,
        name: &str,
        disabled: bool,
    ) -> Result<Outcome<Tenant>, Failure> {
        match self {
            Self::Here(installation) => {
                let tenant = installation.tenant(name).await?;
                Ok(tenants::set_disabled(&installation.admin(), tenant, Expected::Any, disabled).await?)
            }
            Self::There(remote) => {
                let operation = if disabled { "disableTenantByName" } else { "enableTenantByName" };
                remote.own().call(Asked::of(operation).path("name", name)).await
            }
        }
    }

    pub(in crate::cli) async fn delete_tenant(self, name: &str) -> Result<Outcome<()>, Failure> {
        match self {
            Self::Here(installation) => {
                Ok(tenants::delete(&installation.admin(), name, Expected::Any).await?)
            }
            Self::There(remote) => {
                let api = remote.own();
                let found = api.find::<Tenant>(Asked::of("getTenantByName").path("name", name)).await?;
                let Some(tenant) = found else { return Ok(Outcome::Absent) };
                api.done(Asked::of("deleteTenantByName").path("name", name).version(tenant.version)).await
            }
        }
    }
}

/// Whoever looks after one tenant alone reaches it by its own operations.
fn named(remote: &Remote, own: &'static str, by_name: &'static str, name: &str) -> Asked {
    if remote.issuer().tenant() == name { Asked::of(own) } else { Asked::of(by_name).path("name", name) }
}

fn changed(
    before: &TenantSettings,
    after: &TenantSettings,
) -> Result<serde_json::Map<String, serde_json::Value>, Failure> {
    let members = |settings| document::members(settings).map_err(|invalid| Failure::new(invalid.to_string()));
    Ok(merge_patch::difference(&members(before)?, &members(after)?))
}
