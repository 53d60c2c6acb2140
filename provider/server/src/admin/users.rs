//! Users: the people of a tenant.

mod attributes;
mod check;
mod create;
mod deletion;
mod document;
mod import;
mod password_hash;
mod search;
mod terms;
mod update;

use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::user::User;
use credenza_storage::{Expected, StoreError, Update};

use super::{Administration, Outcome, Refusal, listing};
use crate::accounts::password::Password;
use crate::accounts::throttle::{Lockout, Throttle};

pub use attributes::set_attribute;
pub use check::{check, check_id, password_hash as check_password_hash};
pub use create::{NewUser, clash, create, record_of};
pub use deletion::{deletion, deletions, deletions_page, keep, schedule_deletion};
pub use document::{UserDocument, with_changes};
pub use import::{Import, Imported, Mode, UserLine, exported};
pub use password_hash::{GivenPassword, create_with, has_any_password, set_given_password, update_with};
pub use search::{Found, search};
pub use terms::accept_terms;
pub use update::{set_email, set_password, update};

/// The user of that id, enabled or not.
///
/// # Errors
/// [`StoreError`].
pub async fn find(
    admin: &Administration<'_>,
    tenant: &TenantId,
    id: &UserId,
) -> Result<Option<User>, StoreError> {
    admin.store.users.find(tenant, id).await
}

/// The user of that name, as usernames are compared (RFC 8265 3.3), enabled or not.
///
/// # Errors
/// [`StoreError`].
pub async fn find_by_username(
    admin: &Administration<'_>,
    tenant: &TenantId,
    username: &str,
) -> Result<Option<User>, StoreError> {
    admin.store.users.find_by_username(tenant, username).await
}

/// One page of users, by id: at most `limit`, after the id `after`.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    admin: &Administration<'_>,
    tenant: &TenantId,
    after: Option<&UserId>,
    limit: u32,
) -> Result<Vec<User>, StoreError> {
    admin.store.users.list(tenant, after, limit).await
}

/// Every user, by id.
///
/// # Errors
/// [`StoreError`].
pub async fn all(admin: &Administration<'_>, tenant: &TenantId) -> Result<Vec<User>, StoreError> {
    let id = |user: &User| user.user_id.clone();
    listing::all(id, |after| async move { page(admin, tenant, after.as_ref(), listing::PAGE).await }).await
}

/// Whether that is the password of the user.
///
/// # Errors
/// [`StoreError`].
pub async fn has_password(
    admin: &Administration<'_>,
    tenant: &TenantId,
    id: &UserId,
    password: &Password,
) -> Result<bool, StoreError> {
    match admin.store.credentials.password(tenant, id).await? {
        Some(hash) => Ok(admin.passwords.matches(password, hash).await),
        None => Ok(false),
    }
}

/// Disables the user, which ends their sessions and revokes what they granted; or enables them again, which brings
/// nothing back. [`Refusal::NotApproved`] for one that is not: that is decided, and not enabled.
///
/// # Errors
/// [`StoreError`].
pub async fn set_disabled(
    admin: &Administration<'_>,
    tenant: &TenantId,
    user: User,
    expected: Expected,
    disabled: bool,
) -> Result<Outcome<User>, StoreError> {
    if !admin.may_act_on_user(tenant, &user.user_id).await? {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    if !disabled && admin.store.approvals.find(tenant, &user.user_id).await?.is_some() {
        return Ok(Outcome::Refused(Refusal::NotApproved));
    }
    let disabled_at = disabled.then_some(admin.now);
    match admin.store.users.set_disabled_at(tenant, &user.user_id, expected, disabled_at).await? {
        Update::Updated => Ok(Outcome::found(find(admin, tenant, &user.user_id).await?)),
        update => Ok(Outcome::of_update(update, user)),
    }
}

/// Forgets the failed sign-ins on the account of that user, from wherever they came, so that the next attempt need not
/// wait. Who is signed in stays so.
///
/// # Errors
/// [`StoreError`].
pub async fn unlock(
    admin: &Administration<'_>,
    tenant: &TenantId,
    user: &User,
) -> Result<Outcome<()>, StoreError> {
    if !admin.may_act_on_user(tenant, &user.user_id).await? {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    let throttle = Throttle { limits: &*admin.store.rate_limits, tenant, now: admin.now };
    throttle.unlock(&user.username).await?;
    Ok(Outcome::Done(()))
}

/// What slows down sign-ins to the account of that user.
///
/// # Errors
/// [`StoreError`].
pub async fn lockout(
    admin: &Administration<'_>,
    tenant: &TenantId,
    user: &User,
) -> Result<Lockout, StoreError> {
    let throttle = Throttle { limits: &*admin.store.rate_limits, tenant, now: admin.now };
    throttle.standing(&user.username).await
}

/// Fills in what some users are found by who were stored by an earlier version: email address, and what their names look
/// like. Answers how many there were; none are left when it is 0.
///
/// # Errors
/// [`StoreError`].
pub async fn identify(admin: &Administration<'_>, tenant: &TenantId) -> Result<u64, StoreError> {
    admin.store.users.identify(tenant, listing::PAGE).await
}

/// Deletes the user with everything of theirs.
///
/// # Errors
/// [`StoreError`].
pub async fn delete(
    admin: &Administration<'_>,
    tenant: &TenantId,
    id: &UserId,
    expected: Expected,
) -> Result<Outcome<()>, StoreError> {
    if !admin.may_act_on_user(tenant, id).await? {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    Ok(Outcome::of_change(admin.store.users.delete_at(tenant, id, expected, admin.now).await?))
}
