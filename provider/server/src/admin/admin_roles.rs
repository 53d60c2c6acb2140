//! Admin roles: which people may administer what.

use credenza_protocol::admin_roles::{Assignment, Role};
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::tenant::{DEFAULT_TENANT, Tenant};
use credenza_storage::{Granted, StoreError};

use super::{Administration, InvalidField, Outcome, Refusal};

/// Gives a user a role. One for the whole installation can only be given to people of the default tenant. Whoever has the
/// role already keeps it.
///
/// # Errors
/// [`StoreError`].
pub async fn grant(
    admin: &Administration<'_>,
    tenant: &Tenant,
    user_id: &UserId,
    role: Role,
    installation: bool,
) -> Result<Outcome<Assignment>, StoreError> {
    if installation && tenant.name != DEFAULT_TENANT {
        let why = "must be false: only people of the default tenant have roles in the whole installation";
        return Ok(Outcome::Invalid(vec![InvalidField::new("installation", why)]));
    }
    if !admin.authority.covers(&role.scope(installation)) {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    let given = Assignment { user_id: user_id.clone(), role, installation, created_at: admin.now };
    match admin.store.admin_roles.grant(&tenant.tenant_id, given.clone()).await? {
        Granted::Yes => Ok(Outcome::Done(given)),
        Granted::Already => {
            let held = of(admin, &tenant.tenant_id, user_id).await?;
            let same = |one: &Assignment| one.role == role && one.installation == installation;
            Ok(Outcome::found(held.into_iter().find(same)))
        }
        Granted::NoUser => Ok(Outcome::Absent),
        Granted::Overtaken => Ok(Outcome::Stale),
    }
}

/// Takes a role away; from now on, no token of the user brings what it brought. [`Outcome::Stale`] when whoever asks has lost a
/// role of theirs meanwhile.
///
/// # Errors
/// [`StoreError`].
pub async fn revoke(
    admin: &Administration<'_>,
    tenant: &TenantId,
    user_id: &UserId,
    role: Role,
    installation: bool,
) -> Result<Outcome<()>, StoreError> {
    if !admin.authority.covers(&role.scope(installation)) {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    Ok(Outcome::of_change(admin.store.admin_roles.take(tenant, user_id, role, installation).await?))
}

/// The roles of a user.
///
/// # Errors
/// [`StoreError`].
pub async fn of(
    admin: &Administration<'_>,
    tenant: &TenantId,
    user_id: &UserId,
) -> Result<Vec<Assignment>, StoreError> {
    admin.store.admin_roles.of(tenant, user_id).await
}

/// One page of the roles that were given in the tenant, by user, role and reach: at most `limit`, after `after`.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    admin: &Administration<'_>,
    tenant: &TenantId,
    after: Option<&Assignment>,
    limit: u32,
) -> Result<Vec<Assignment>, StoreError> {
    admin.store.admin_roles.page(tenant, after, limit).await
}

/// Every role that was given in the tenant, by user.
///
/// # Errors
/// [`StoreError`].
pub async fn list(admin: &Administration<'_>, tenant: &TenantId) -> Result<Vec<Assignment>, StoreError> {
    admin.store.admin_roles.list(tenant).await
}
