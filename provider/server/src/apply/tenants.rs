//! Tenants of the file.

use credenza_protocol::tenant::{DEFAULT_TENANT, Tenant};
use credenza_storage::Expected;

use super::document::TenantEntry;
use super::read::SetUp;
use super::step::{Mode, Plan, Settled, Step, TENANT, differences};
use crate::admin::settings::with_changes;
use crate::admin::{Administration, Error, Outcome, tenants};

/// Compares the tenant with what there is, and makes it so.
pub(super) async fn settle(
    admin: &Administration<'_>,
    entry: &TenantEntry,
    mode: Mode,
) -> Result<Settled, Error> {
    let found = tenants::find(admin, &entry.name).await?;
    if entry.absent {
        return remove(admin, entry, found.is_some(), mode).await;
    }
    let wanted = match wanted(admin, entry, found.as_ref()) {
        Ok(wanted) => wanted,
        Err(refused) => return Ok(refused),
    };
    let plain = tenants::default_settings(&entry.name);
    let changes =
        differences("settings.", found.as_ref().map_or(&plain, |found| &found.settings), &wanted.settings);
    let was_disabled = found.as_ref().map(|found| found.disabled_at.is_some());
    let Plan { step, is_edited, disabled } = Plan::new(about(entry), was_disabled, entry.disabled, changes);
    if step.is_settled(mode) {
        return Ok(Settled::Done(step));
    }
    let stored = match found {
        None => tenants::create(admin, &entry.name, wanted.settings).await?,
        Some(_) if is_edited => tenants::update(admin, wanted).await?,
        Some(found) => Outcome::Done(found),
    };
    match (stored, disabled) {
        (Outcome::Done(tenant), Some(disabled)) => {
            Ok(Settled::of(tenants::set_disabled(admin, tenant, Expected::Any, disabled).await?, step))
        }
        (stored, _) => Ok(Settled::of(stored, step)),
    }
}

/// The tenant of that name as it will be, stored or not; `None` when there will be none.
pub(super) async fn future(
    admin: &Administration<'_>,
    set_up: &SetUp,
    name: &str,
) -> Result<Option<Tenant>, Error> {
    let found = tenants::find(admin, name).await?;
    let entry = set_up.document.tenants.iter().find(|entry| entry.name == name);
    Ok(match entry {
        Some(entry) if entry.absent => None,
        // What is wrong with it is told where it stands.
        Some(entry) => wanted(admin, entry, found.as_ref()).ok().or(found),
        None if name == DEFAULT_TENANT => {
            Some(found.unwrap_or_else(|| tenants::new(admin, name, tenants::default_settings(name))))
        }
        None => found,
    })
}

/// The tenant of that name; the default one is made where there is none yet.
pub(super) async fn present(admin: &Administration<'_>, name: &str) -> Result<Option<Tenant>, Error> {
    match name {
        DEFAULT_TENANT => Ok(Some(tenants::ensure_default(admin).await?)),
        _ => Ok(tenants::find(admin, name).await?),
    }
}

/// The tenant as the file has it.
fn wanted(
    admin: &Administration<'_>,
    entry: &TenantEntry,
    found: Option<&Tenant>,
) -> Result<Tenant, Settled> {
    let new = || tenants::new(admin, &entry.name, tenants::default_settings(&entry.name));
    let mut tenant = found.cloned().unwrap_or_else(new);
    tenant.settings = with_changes(&tenant.settings, entry.settings.clone())
        .map_err(|invalid| Settled::misspelt("settings.", invalid))?;
    let faults = tenants::check(&entry.name, &tenant.settings);
    if faults.is_empty() { Ok(tenant) } else { Err(Settled::invalid(faults)) }
}

async fn remove(
    admin: &Administration<'_>,
    entry: &TenantEntry,
    exists: bool,
    mode: Mode,
) -> Result<Settled, Error> {
    if let Some(refusal) = tenants::stays(&entry.name) {
        return Ok(Settled::refused("absent", refusal.to_string()));
    }
    let step = about(entry).removal(exists);
    if step.is_settled(mode) {
        return Ok(Settled::Done(step));
    }
    Ok(Settled::of(tenants::delete(admin, &entry.name, Expected::Any).await?, step))
}

fn about(entry: &TenantEntry) -> Step {
    Step::about(TENANT, &entry.name, &entry.name)
}
