//! Resources (RFC 8707) that are described: their scopes in words, and what tokens for them are like. They stand in the
//! settings of the tenant, and are changed here one by one.

use credenza_protocol::resource_definition::{InvalidDefinition, MOST, ResourceDefinition};
use credenza_protocol::tenant::Tenant;
use credenza_storage::StoreError;

use super::{Administration, Error, InvalidField, Outcome, Refusal, tenants};

/// How often a change is tried anew when somebody else changes the tenant at the same time.
const ATTEMPTS: usize = 32;

/// The resources of the tenant as they are now, by their URIs. `None` if the tenant is gone.
///
/// # Errors
/// [`StoreError`].
pub async fn list(
    admin: &Administration<'_>,
    tenant: &Tenant,
) -> Result<Option<Vec<ResourceDefinition>>, StoreError> {
    let found = tenants::find(admin, &tenant.name).await?;
    Ok(found.filter(|found| found.tenant_id == tenant.tenant_id).map(|found| {
        let mut resources = found.settings.resources;
        resources.sort_by(|a, b| a.resource.cmp(&b.resource));
        resources
    }))
}

/// One resource as it is now.
///
/// # Errors
/// [`StoreError`].
pub async fn find(
    admin: &Administration<'_>,
    tenant: &Tenant,
    resource: &str,
) -> Result<Option<ResourceDefinition>, StoreError> {
    let found = list(admin, tenant).await?.unwrap_or_default();
    Ok(found.into_iter().find(|known| known.resource == resource))
}

/// Describes a resource.
///
/// # Errors
/// [`Error`].
pub async fn create(
    admin: &Administration<'_>,
    tenant: &Tenant,
    new: &ResourceDefinition,
) -> Result<Outcome<ResourceDefinition>, Error> {
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

/// Puts another description in the place of the one that was `read`. What else of the tenant was changed since does not matter.
///
/// # Errors
/// [`Error`].
pub async fn update(
    admin: &Administration<'_>,
    tenant: &Tenant,
    read: &ResourceDefinition,
    changed: &ResourceDefinition,
) -> Result<Outcome<ResourceDefinition>, Error> {
    if let Err(invalid) = changed.check() {
        return Ok(Outcome::Invalid(vec![field(invalid)]));
    }
    edit(admin, tenant, |settled| {
        let mut known = settled.settings.resources.iter_mut();
        match known.find(|known| known.resource == changed.resource) {
            None => Outcome::Absent,
            Some(place) if place != read => Outcome::Stale,
            Some(place) => {
                place.clone_from(changed);
                Outcome::Done(changed.clone())
            }
        }
    })
    .await
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
) -> Result<Outcome<ResourceDefinition>, Error> {
    edit(admin, tenant, |settled| {
        let known = settled.settings.resources.iter_mut().find(|known| known.resource == resource);
        let Some(known) = known else { return Outcome::Absent };
        known.disabled = disabled;
        Outcome::Done(known.clone())
    })
    .await
}

/// Forgets what was said of a resource: what was `read`, or whatever it is by now. Clients go on naming it; one that was closed
/// is open again.
///
/// # Errors
/// [`Error`].
pub async fn delete(
    admin: &Administration<'_>,
    tenant: &Tenant,
    resource: &str,
    read: Option<&ResourceDefinition>,
) -> Result<Outcome<()>, Error> {
    edit(admin, tenant, |settled| {
        let resources = &mut settled.settings.resources;
        let Some(known) = resources.iter().find(|known| known.resource == resource) else {
            return Outcome::Absent;
        };
        if read.is_some_and(|read| read != known) {
            return Outcome::Stale;
        }
        resources.retain(|known| known.resource != resource);
        Outcome::Done(())
    })
    .await
}

/// Changes the settings of the tenant as it is by now, and once more if somebody else was faster.
async fn edit<T>(
    admin: &Administration<'_>,
    tenant: &Tenant,
    change: impl Fn(&mut Tenant) -> Outcome<T> + Send + Sync,
) -> Result<Outcome<T>, Error> {
    for _ in 0..ATTEMPTS {
        let found = tenants::find(admin, &tenant.name).await?;
        let Some(mut settled) = found.filter(|found| found.tenant_id == tenant.tenant_id) else {
            return Ok(Outcome::Absent);
        };
        let done = match change(&mut settled) {
            Outcome::Done(done) => done,
            other => return Ok(other),
        };
        match tenants::update(admin, settled).await? {
            Outcome::Stale => {}
            stored => return Ok(stored.map(|_| done)),
        }
    }
    Ok(Outcome::Stale)
}

fn field(InvalidDefinition { member, why, .. }: InvalidDefinition) -> InvalidField {
    InvalidField::new(member, why)
}
