//! Who has which role at a client. The client declares its roles in its metadata.

use credenza_protocol::ids::{ClientId, TenantId};
use credenza_protocol::role::{Assignment, Holder};
use credenza_storage::{Linked, StoreError};

use super::{Administration, InvalidField, Outcome, Refusal, listing};

/// Gives somebody a role at a client; who has it already keeps it. [`Outcome::Absent`] when the client or the holder is
/// gone.
///
/// # Errors
/// [`StoreError`].
pub async fn grant(
    admin: &Administration<'_>,
    tenant: &TenantId,
    assignment: Assignment,
) -> Result<Outcome<Assignment>, StoreError> {
    let Some(record) = admin.store.clients.find(tenant, &assignment.client_id).await? else {
        return Ok(Outcome::Absent);
    };
    if let Err(invalid) = check(&record.client.roles, &assignment.role) {
        return Ok(Outcome::Invalid(vec![invalid]));
    }
    if !may_change(admin, tenant, &assignment).await? {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    match admin.store.roles.grant(tenant, assignment.clone()).await? {
        Linked::Now | Linked::Before => Ok(Outcome::Done(assignment)),
        Linked::Absent => Ok(Outcome::Absent),
    }
}

/// Refuses a role that is not among those which its client declares.
///
/// # Errors
/// [`InvalidField`].
pub fn check(declared: &[String], role: &str) -> Result<(), InvalidField> {
    if declared.iter().any(|declared| declared == role) {
        return Ok(());
    }
    let why = match declared {
        [] => "is not a role of this client, which declares none".to_owned(),
        declared => format!("is not a role of this client, which declares: {}", declared.join(", ")),
    };
    Err(InvalidField::new("role", why).of(role))
}

/// Takes a role away, also one that the client no longer declares. [`Outcome::Absent`] when they did not have it.
///
/// # Errors
/// [`StoreError`].
pub async fn revoke(
    admin: &Administration<'_>,
    tenant: &TenantId,
    assignment: Assignment,
) -> Result<Outcome<()>, StoreError> {
    if !may_change(admin, tenant, &assignment).await? {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    Ok(Outcome::whether(admin.store.roles.revoke(tenant, assignment).await?))
}

/// Whether whoever asks may give or take that role: neither at a client that can do more than they can, nor to or from a person
/// who may more than they may.
async fn may_change(
    admin: &Administration<'_>,
    tenant: &TenantId,
    assignment: &Assignment,
) -> Result<bool, StoreError> {
    if !admin.may_give_roles_at(tenant, &assignment.client_id).await? {
        return Ok(false);
    }
    match &assignment.holder {
        Holder::User(user_id) => admin.may_act_on_user(tenant, user_id).await,
        Holder::Group(_) => Ok(true),
    }
}

/// One page of those who have roles at a client, by holder and role: at most `limit`, after `after`.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    admin: &Administration<'_>,
    tenant: &TenantId,
    client: &ClientId,
    after: Option<&Assignment>,
    limit: u32,
) -> Result<Vec<Assignment>, StoreError> {
    admin.store.roles.at_client(tenant, client, after, limit).await
}

/// Everybody who has a role at a client, by holder and role.
///
/// # Errors
/// [`StoreError`].
pub async fn at_client(
    admin: &Administration<'_>,
    tenant: &TenantId,
    client: &ClientId,
) -> Result<Vec<Assignment>, StoreError> {
    let page = |after: Option<Assignment>| async move {
        page(admin, tenant, client, after.as_ref(), listing::PAGE).await
    };
    listing::all(Assignment::clone, page).await
}

/// The roles of this holder, without those that a user has by a group.
///
/// # Errors
/// [`StoreError`].
pub async fn of_holder(
    admin: &Administration<'_>,
    tenant: &TenantId,
    holder: &Holder,
) -> Result<Vec<Assignment>, StoreError> {
    admin.store.roles.of_holder(tenant, holder).await
}

/// One page of the roles of this holder, by holder, client and role: at most `limit`, after `after`. With `by_groups`, those that
/// a user has by a group too, as roles of the group.
///
/// # Errors
/// [`StoreError`].
pub async fn held_page(
    admin: &Administration<'_>,
    tenant: &TenantId,
    holder: &Holder,
    by_groups: bool,
    after: Option<&Assignment>,
    limit: u32,
) -> Result<Vec<Assignment>, StoreError> {
    admin.store.roles.held(tenant, holder, by_groups, after, limit).await
}
