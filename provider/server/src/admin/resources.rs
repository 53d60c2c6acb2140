//! Resources (RFC 8707) that are described: their scopes in words, and what tokens for them are like. They stand in the
//! settings of the tenant, and are changed here one by one.

use credenza_protocol::resource_definition::{InvalidDefinition, MOST, ResourceDefinition};
use credenza_protocol::tenant::Tenant;
use credenza_storage::StoreError;

use super::{Administration, Error, InvalidField, Outcome, Refusal, tenants};

/// How often a change is tried anew when somebody else changes the tenant at the same time.
const ATTEMPTS: usize = 32;

/// The resources of the tenant as they are now, by their URIs, and the tenant. `None` if the tenant is gone.
///
/// # Errors
/// [`StoreError`].
pub async fn list(
    admin: &Administration<'_>,
    tenant: &Tenant,
) -> Result<Option<(Tenant, Vec<ResourceDefinition>)>, StoreError> {
    let found = tenants::find(admin, &tenant.name).await?;
    Ok(found.filter(|found| found.tenant_id == tenant.tenant_id).map(|found| {
        let mut resources = found.settings.resources.clone();
        resources.sort_by(|a, b| a.resource.cmp(&b.resource));
        (found, resources)
    }))
}

/// One resource as it is now, and the tenant.
///
/// # Errors
/// [`StoreError`].
pub async fn find(
    admin: &Administration<'_>,
    tenant: &Tenant,
    resource: &str,
) -> Result<Option<(Tenant, ResourceDefinition)>, StoreError> {
    let found = list(admin, tenant).await?;
    Ok(found.and_then(|(tenant, resources)| {
        let known = resources.into_iter().find(|known| known.resource == resource);
        known.map(|known| (tenant, known))
    }))
}

/// Describes a resource.
///
/// # Errors
/// [`Error`].
pub async fn create(
    admin: &Administration<'_>,
    tenant: &Tenant,
    new: &ResourceDefinition,
) -> Result<Outcome<(Tenant, ResourceDefinition)>, Error> {
    edit(admin, tenant, |settled| {
        if settled.settings.resources.iter().any(|known| known.resource == new.resource) {
            return Outcome::Taken;
        }
        if settled.settings.resources.len() >= MOST {
            return Outcome::Refused(Refusal::TooManyResources);
        }
        if let Err(invalid) = new.check() {
            return Outcome::Invalid(vec![field(invalid)]);
        }
        settled.settings.resources.push(new.clone());
        Outcome::Done(new.clone())
    })
    .await
}

/// Puts another description in the place of the one that was read at that version of the tenant.
///
/// # Errors
/// [`Error`].
pub async fn update(
    admin: &Administration<'_>,
    mut read: Tenant,
    changed: ResourceDefinition,
) -> Result<Outcome<(Tenant, ResourceDefinition)>, Error> {
    if let Err(invalid) = changed.check() {
        return Ok(Outcome::Invalid(vec![field(invalid)]));
    }
    let place = read.settings.resources.iter_mut().find(|known| known.resource == changed.resource);
    let Some(place) = place else { return Ok(Outcome::Absent) };
    place.clone_from(&changed);
    Ok(tenants::update(admin, read).await?.map(|tenant| (tenant, changed)))
}

/// Closes a resource, so that no token is issued for it, or opens it again.
///
/// # Errors
/// [`Error`].
pub async fn set_disabled(
    admin: &Administration<'_>,
    tenant: &Tenant,
    resource: &str,
    disabled: bool,
) -> Result<Outcome<(Tenant, ResourceDefinition)>, Error> {
    edit(admin, tenant, |settled| {
        let known = settled.settings.resources.iter_mut().find(|known| known.resource == resource);
        let Some(known) = known else { return Outcome::Absent };
        known.disabled = disabled;
        Outcome::Done(known.clone())
    })
    .await
}

/// Forgets what was said of a resource. Clients go on naming it; one that was closed is open again.
///
/// # Errors
/// [`Error`].
pub async fn delete(
    admin: &Administration<'_>,
    tenant: &Tenant,
    resource: &str,
) -> Result<Outcome<()>, Error> {
    let deleted = edit(admin, tenant, |settled| {
        let before = settled.settings.resources.len();
        settled.settings.resources.retain(|known| known.resource != resource);
        if settled.settings.resources.len() < before { Outcome::Done(()) } else { Outcome::Absent }
    });
    Ok(deleted.await?.map(|_| ()))
}

/// Changes the settings of the tenant as it is by now, and once more if somebody else was faster.
async fn edit<T>(
    admin: &Administration<'_>,
    tenant: &Tenant,
    change: impl Fn(&mut Tenant) -> Outcome<T> + Send + Sync,
) -> Result<Outcome<(Tenant, T)>, Error> {
    for _ in 0..ATTEMPTS {
        let found = tenants::find(admin, &tenant.name).await?;
        let Some(mut settled) = found.filter(|found| found.tenant_id == tenant.tenant_id) else {
            return Ok(Outcome::Absent);
        };
        let done = match change(&mut settled) {
            Outcome::Done(done) => done,
            other => return Ok(other.map(|done| (settled, done))),
        };
        match tenants::update(admin, settled).await? {
            Outcome::Stale => {}
            stored => return Ok(stored.map(|tenant| (tenant, done))),
        }
    }
    Ok(Outcome::Stale)
}

fn field(InvalidDefinition { member, why, .. }: InvalidDefinition) -> InvalidField {
    InvalidField::new(member, why)
}
