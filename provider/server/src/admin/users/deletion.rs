//! Accounts that are to be deleted: an operator schedules it, or keeps them.

use credenza_protocol::account_policy::schedule as planned;
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::user::User;
use credenza_storage::{Expected, NewUserDeletion, StoreError, Update, UserDeletion};

use super::find;
use crate::admin::settings::LONGEST_GRACE_DAYS;
use crate::admin::{Administration, InvalidField, Outcome, Refusal, listing};

/// Schedules the deletion of a user after so many days: until then they are disabled, and operators alone can keep the account.
/// Nobody is told by mail.
///
/// # Errors
/// [`StoreError`].
pub async fn schedule_deletion(
    admin: &Administration<'_>,
    tenant: &TenantId,
    user: &User,
    expected: Expected,
    grace_days: u32,
) -> Result<Outcome<UserDeletion>, StoreError> {
    if !(1..=LONGEST_GRACE_DAYS).contains(&grace_days) {
        let why = format!("must be from 1 to {LONGEST_GRACE_DAYS} days");
        return Ok(Outcome::Invalid(vec![InvalidField::new("grace_days", why)]));
    }
    if !admin.may_act_on_user(tenant, &user.user_id).await? {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    let new = NewUserDeletion {
        user_id: user.user_id.clone(),
        deletes_at: planned(admin.now, grace_days).0,
        own: false,
        secret: None,
        reminds_at: None,
        lang: String::new(),
    };
    let deletions = &admin.store.user_deletions;
    Ok(match deletions.schedule(tenant, new, expected, None, admin.now).await? {
        Update::Updated => Outcome::found(deletion(admin, tenant, &user.user_id).await?),
        Update::Stale => Outcome::Stale,
        _ => Outcome::Absent,
    })
}

/// When a user is to be deleted, if they are.
///
/// # Errors
/// [`StoreError`].
pub async fn deletion(
    admin: &Administration<'_>,
    tenant: &TenantId,
    user_id: &UserId,
) -> Result<Option<UserDeletion>, StoreError> {
    admin.store.user_deletions.find(tenant, user_id).await
}

/// One page of those who are to be deleted, by id: at most `limit`, after the id `after`.
///
/// # Errors
/// [`StoreError`].
pub async fn deletions_page(
    admin: &Administration<'_>,
    tenant: &TenantId,
    after: Option<&UserId>,
    limit: u32,
) -> Result<Vec<UserDeletion>, StoreError> {
    admin.store.user_deletions.list(tenant, after, limit).await
}

/// All of them.
///
/// # Errors
/// [`StoreError`].
pub async fn deletions(
    admin: &Administration<'_>,
    tenant: &TenantId,
) -> Result<Vec<UserDeletion>, StoreError> {
    let id = |deletion: &UserDeletion| deletion.user_id.clone();
    let page = |after: Option<UserId>| async move {
        deletions_page(admin, tenant, after.as_ref(), listing::PAGE).await
    };
    listing::all(id, page).await
}

/// Keeps the account of a user who is to be deleted: they are as they were, but have to sign in again.
/// [`Outcome::Absent`] where they are not.
///
/// # Errors
/// [`StoreError`].
pub async fn keep(
    admin: &Administration<'_>,
    tenant: &TenantId,
    user_id: &UserId,
) -> Result<Outcome<User>, StoreError> {
    if !admin.may_act_on_user(tenant, user_id).await? {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    match admin.store.user_deletions.cancel(tenant, user_id, admin.now).await? {
        true => Ok(Outcome::found(find(admin, tenant, user_id).await?)),
        false => Ok(Outcome::Absent),
    }
}
