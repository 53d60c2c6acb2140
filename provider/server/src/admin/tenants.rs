//! Tenants: issuers of their own, with their own keys, clients, users and settings.

use credenza_protocol::ids::TenantId;
use credenza_protocol::tenant::{DEFAULT_TENANT, Tenant, TenantSettings, is_tenant_name};
use credenza_protocol::version::Version;
use credenza_storage::{Expected, StoreError, Update};

use super::{Administration, Error, InvalidField, Outcome, Refusal, settings};
use crate::rng;

/// The settings of a new tenant for which nothing is said.
#[must_use]
pub fn default_settings(name: &str) -> TenantSettings {
    match name {
        DEFAULT_TENANT => TenantSettings::default(),
        _ => TenantSettings { display_name: name.to_owned(), ..TenantSettings::default() },
    }
}

/// Everything that is wrong with a tenant.
#[must_use]
pub fn check(name: &str, settings: &TenantSettings) -> Vec<InvalidField> {
    let mut faults = settings::faults(settings);
    if !is_tenant_name(name) {
        let why = "must be 1 to 63 characters of a-z, 0-9 and -, and not begin or end with -";
        faults.insert(0, InvalidField::new("name", why).of(name));
    }
    faults
}

/// Makes a tenant. Its keys are made when it is first used.
///
/// # Errors
/// [`Error`].
pub async fn create(
    admin: &Administration<'_>,
    name: &str,
    settings: TenantSettings,
) -> Result<Outcome<Tenant>, Error> {
    let faults = check(name, &settings);
    if !faults.is_empty() {
        return Ok(Outcome::Invalid(faults));
    }
    let tenant = new(admin, name, settings);
    match admin.store.tenants.create(tenant.clone()).await? {
        true => Ok(Outcome::Done(tenant)),
        false => Ok(Outcome::Taken),
    }
}

/// The tenant at the root of the host; it is made when there is none yet.
///
/// # Errors
/// [`StoreError`].
pub async fn ensure_default(admin: &Administration<'_>) -> Result<Tenant, StoreError> {
    loop {
        if let Some(tenant) = find(admin, DEFAULT_TENANT).await? {
            return Ok(tenant);
        }
        let tenant = new(admin, DEFAULT_TENANT, default_settings(DEFAULT_TENANT));
        // Where another process makes it at the same time, theirs is found in the next round.
        if admin.store.tenants.create(tenant.clone()).await? {
            return Ok(tenant);
        }
    }
}

/// A tenant that is not stored, with an id of its own.
pub(crate) fn new(admin: &Administration<'_>, name: &str, settings: TenantSettings) -> Tenant {
    Tenant {
        tenant_id: TenantId::new(rng::id(admin.rng)),
        name: name.to_owned(),
        settings,
        created_at: admin.now,
        disabled_at: None,
        version: Version::FIRST,
    }
}

/// The tenant of that name, enabled or not.
///
/// # Errors
/// [`StoreError`].
pub async fn find(admin: &Administration<'_>, name: &str) -> Result<Option<Tenant>, StoreError> {
    admin.store.tenants.find(name).await
}

/// Every tenant, by name.
///
/// # Errors
/// [`StoreError`].
pub async fn list(admin: &Administration<'_>) -> Result<Vec<Tenant>, StoreError> {
    admin.store.tenants.list().await
}

/// One page of tenants, by name: at most `limit`, after the name `after`.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    admin: &Administration<'_>,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Tenant>, StoreError> {
    admin.store.tenants.page(after, limit).await
}

/// Stores a tenant whose settings were edited.
///
/// # Errors
/// [`Error`].
pub async fn update(admin: &Administration<'_>, tenant: Tenant) -> Result<Outcome<Tenant>, Error> {
    let faults = settings::faults(&tenant.settings);
    if !faults.is_empty() {
        return Ok(Outcome::Invalid(faults));
    }
    let (id, expected) = (tenant.tenant_id.clone(), tenant.version);
    let updated = admin.store.tenants.update(&id, expected, tenant.settings.clone(), admin.now).await?;
    Ok(Outcome::of_update(updated, Tenant { version: expected.next(), ..tenant }))
}

/// Disables the tenant, so that nothing of it answers; or enables it again.
///
/// # Errors
/// [`Error`].
pub async fn set_disabled(
    admin: &Administration<'_>,
    tenant: Tenant,
    expected: Expected,
    disabled: bool,
) -> Result<Outcome<Tenant>, Error> {
    let disabled_at = disabled.then_some(admin.now);
    match admin.store.tenants.set_disabled_at(&tenant.tenant_id, expected, disabled_at).await? {
        Update::Updated => Ok(Outcome::found(find(admin, &tenant.name).await?)),
        update => Ok(Outcome::of_update(update, tenant)),
    }
}

/// Why a tenant cannot be deleted: without the one at the root the host would answer nobody.
#[must_use]
pub fn stays(name: &str) -> Option<Refusal> {
    (name == DEFAULT_TENANT).then_some(Refusal::DefaultTenant)
}

/// Deletes the tenant with everything in it, unless it [`stays`].
///
/// # Errors
/// [`Error`].
pub async fn delete(
    admin: &Administration<'_>,
    name: &str,
    expected: Expected,
) -> Result<Outcome<()>, Error> {
    if let Some(refusal) = stays(name) {
        return Ok(Outcome::Refused(refusal));
    }
    let Some(tenant) = find(admin, name).await? else { return Ok(Outcome::Absent) };
    Ok(Outcome::of_change(admin.store.tenants.delete_at(&tenant.tenant_id, expected).await?))
}
