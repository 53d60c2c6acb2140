//! Groups of people, and who is in them.

use credenza_protocol::group::Group;
use credenza_protocol::ids::{GroupId, TenantId, UserId};
use credenza_protocol::user::User;
use credenza_protocol::version::Version;
use credenza_storage::{Expected, Linked, StoreError};

use super::{Administration, InvalidField, Outcome, Refusal, listing, text};
use crate::rng;

/// The longest name, in characters.
const MAX_NAME: usize = 255;
/// The longest description, in characters.
const MAX_DESCRIPTION: usize = 2000;

/// A group to be made.
#[derive(Clone, Debug)]
pub struct NewGroup {
    /// The name by which tokens name it.
    pub name: String,
    /// What it is for.
    pub description: String,
}

/// Makes a group that nobody is in.
///
/// # Errors
/// [`StoreError`].
pub async fn create(
    admin: &Administration<'_>,
    tenant: &TenantId,
    new: NewGroup,
) -> Result<Outcome<Group>, StoreError> {
    let group = Group {
        group_id: GroupId::new(rng::id(admin.rng)),
        name: new.name,
        description: new.description,
        created_at: admin.now,
        updated_at: admin.now,
        version: Version::FIRST,
    };
    let faults = check(&group.name, &group.description);
    if !faults.is_empty() {
        return Ok(Outcome::Invalid(faults));
    }
    match admin.store.groups.create(tenant, group.clone()).await? {
        true => Ok(Outcome::Done(group)),
        false => Ok(Outcome::Taken),
    }
}

/// The group of that id.
///
/// # Errors
/// [`StoreError`].
pub async fn find(
    admin: &Administration<'_>,
    tenant: &TenantId,
    id: &GroupId,
) -> Result<Option<Group>, StoreError> {
    admin.store.groups.find(tenant, id).await
}

/// The group of that name, compared without regard to case.
///
/// # Errors
/// [`StoreError`].
pub async fn find_by_name(
    admin: &Administration<'_>,
    tenant: &TenantId,
    name: &str,
) -> Result<Option<Group>, StoreError> {
    admin.store.groups.find_by_name(tenant, name).await
}

/// One page of groups, by id: at most `limit`, after the id `after`.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    admin: &Administration<'_>,
    tenant: &TenantId,
    after: Option<&GroupId>,
    limit: u32,
) -> Result<Vec<Group>, StoreError> {
    admin.store.groups.list(tenant, after, limit).await
}

/// One page of the groups whose name begins with `prefix`, compared without regard to case, by name: at most `limit`, after the
/// name `after`.
///
/// # Errors
/// [`StoreError`].
pub async fn page_by_name(
    admin: &Administration<'_>,
    tenant: &TenantId,
    prefix: &str,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Group>, StoreError> {
    admin.store.groups.list_by_name(tenant, prefix, after, limit).await
}

/// Every group, by name.
///
/// # Errors
/// [`StoreError`].
pub async fn all(admin: &Administration<'_>, tenant: &TenantId) -> Result<Vec<Group>, StoreError> {
    let id = |group: &Group| group.group_id.clone();
    let groups =
        listing::all(id, |after| async move { page(admin, tenant, after.as_ref(), listing::PAGE).await });
    let mut groups = groups.await?;
    groups.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(groups)
}

/// Stores a group whose name or description was edited. Tokens name it by the new name from now on.
///
/// # Errors
/// [`StoreError`].
pub async fn update(
    admin: &Administration<'_>,
    tenant: &TenantId,
    group: Group,
) -> Result<Outcome<Group>, StoreError> {
    let faults = check(&group.name, &group.description);
    if !faults.is_empty() {
        return Ok(Outcome::Invalid(faults));
    }
    if !admin.may_act_on_group(tenant, &group.group_id).await? {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    let group = Group { updated_at: admin.now, ..group };
    let expected = group.version;
    let updated = admin.store.groups.update(tenant, expected, group.clone()).await?;
    Ok(Outcome::of_update(updated, Group { version: expected.next(), ..group }))
}

/// Deletes the group. Who was in it stays, without the roles that the group had.
///
/// # Errors
/// [`StoreError`].
pub async fn delete(
    admin: &Administration<'_>,
    tenant: &TenantId,
    id: &GroupId,
    expected: Expected,
) -> Result<Outcome<()>, StoreError> {
    if !admin.may_act_on_group(tenant, id).await? {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    Ok(Outcome::of_change(admin.store.groups.delete_at(tenant, id, expected).await?))
}

/// Puts a user into the group; who is in it already stays in it. [`Outcome::Absent`] when one of the two is gone.
///
/// # Errors
/// [`StoreError`].
pub async fn add(
    admin: &Administration<'_>,
    tenant: &TenantId,
    group: &GroupId,
    user: &UserId,
) -> Result<Outcome<()>, StoreError> {
    if !admin.may_act_on_group(tenant, group).await? || !admin.may_act_on_user(tenant, user).await? {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    let linked = admin.store.groups.add(tenant, group, user).await?;
    Ok(Outcome::whether(linked != Linked::Absent))
}

/// Takes a user out of the group. [`Outcome::Absent`] when they were not in it.
///
/// # Errors
/// [`StoreError`].
pub async fn remove(
    admin: &Administration<'_>,
    tenant: &TenantId,
    group: &GroupId,
    user: &UserId,
) -> Result<Outcome<()>, StoreError> {
    if !admin.may_act_on_group(tenant, group).await? || !admin.may_act_on_user(tenant, user).await? {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    Ok(Outcome::whether(admin.store.groups.remove(tenant, group, user).await?))
}

/// One page of those who are in the group, by id: at most `limit`, after the id `after`.
///
/// # Errors
/// [`StoreError`].
pub async fn members_page(
    admin: &Administration<'_>,
    tenant: &TenantId,
    group: &GroupId,
    after: Option<&UserId>,
    limit: u32,
) -> Result<Vec<User>, StoreError> {
    admin.store.groups.members(tenant, group, after, limit).await
}

/// Everybody in the group, by id.
///
/// # Errors
/// [`StoreError`].
pub async fn members(
    admin: &Administration<'_>,
    tenant: &TenantId,
    group: &GroupId,
) -> Result<Vec<User>, StoreError> {
    let id = |user: &User| user.user_id.clone();
    let page = |after: Option<UserId>| async move {
        members_page(admin, tenant, group, after.as_ref(), listing::PAGE).await
    };
    listing::all(id, page).await
}

/// One page of the groups that a user is in, by id: at most `limit`, after the id `after`.
///
/// # Errors
/// [`StoreError`].
pub async fn of_user_page(
    admin: &Administration<'_>,
    tenant: &TenantId,
    user: &UserId,
    after: Option<&GroupId>,
    limit: u32,
) -> Result<Vec<Group>, StoreError> {
    admin.store.groups.of_user_page(tenant, user, after, limit).await
}

/// The groups that a user is in, by name.
///
/// # Errors
/// [`StoreError`].
pub async fn of_user(
    admin: &Administration<'_>,
    tenant: &TenantId,
    user: &UserId,
) -> Result<Vec<Group>, StoreError> {
    admin.store.groups.of_user(tenant, user).await
}

/// Everything that is wrong with a group.
#[must_use]
pub fn check(name: &str, description: &str) -> Vec<InvalidField> {
    let mut faults = vec![];
    match text::check("name", name, MAX_NAME) {
        Err(invalid) => faults.push(invalid),
        Ok(()) if name.trim() != name => {
            faults.push(InvalidField::new("name", "must not begin or end with a space"));
        }
        Ok(()) => {}
    }
    if !description.is_empty() {
        faults.extend(text::check("description", description, MAX_DESCRIPTION).err());
    }
    faults
}
