//! Passwords as an operator has them: as they are, or as another provider has hashed them.

use std::fmt;

use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::user::User;
use credenza_storage::StoreError;

use super::check;
use super::create::{NewUser, create, create_with_hash};
use super::update::{set_password, store_hash, update};
use crate::accounts::password::Password;
use crate::admin::{Administration, Error, Outcome, Refusal};

/// A password as it is given. It prints as its type name.
#[derive(Clone)]
pub enum GivenPassword {
    /// As it is.
    Plain(Password),
    /// As another provider has hashed it.
    Hash(String),
}

impl fmt::Debug for GivenPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GivenPassword")
    }
}

/// Whether the user has a password at all.
///
/// # Errors
/// [`StoreError`].
pub async fn has_any_password(
    admin: &Administration<'_>,
    tenant: &TenantId,
    id: &UserId,
) -> Result<bool, StoreError> {
    Ok(admin.store.credentials.password(tenant, id).await?.is_some())
}

/// Makes a user with the password that is given.
///
/// # Errors
/// [`Error`].
pub async fn create_with(
    admin: &Administration<'_>,
    tenant: &TenantId,
    new: NewUser,
    given: Option<GivenPassword>,
) -> Result<Outcome<User>, Error> {
    match given {
        Some(GivenPassword::Hash(hash)) => create_with_hash(admin, tenant, new, hash).await,
        Some(GivenPassword::Plain(password)) => {
            create(admin, tenant, NewUser { password: Some(password), ..new }).await
        }
        None => create(admin, tenant, new).await,
    }
}

/// Sets the password that is given, which ends every session of the user and revokes what they granted; a hash is replaced
/// when the password is first used.
///
/// # Errors
/// [`Error`].
pub async fn set_given_password(
    admin: &Administration<'_>,
    tenant: &TenantId,
    user: &UserId,
    given: GivenPassword,
) -> Result<Outcome<()>, Error> {
    let hash = match given {
        GivenPassword::Plain(password) => return set_password(admin, tenant, user, &password).await,
        GivenPassword::Hash(hash) => hash,
    };
    if let Err(invalid) = check::password_hash(&hash) {
        return Ok(Outcome::Invalid(vec![invalid]));
    }
    if !admin.may_act_on_user(tenant, user).await? {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    store_hash(admin, tenant, user, hash).await
}

/// Stores a user who was edited, as `update` does, and sets the password that is given. That ends every session of theirs
/// and revokes what they granted; a hash is replaced when the password is first used.
///
/// # Errors
/// [`Error`].
pub async fn update_with(
    admin: &Administration<'_>,
    tenant: &TenantId,
    user: User,
    given: Option<GivenPassword>,
) -> Result<Outcome<User>, Error> {
    let hash = match given {
        Some(GivenPassword::Hash(hash)) => hash,
        Some(GivenPassword::Plain(password)) => return update(admin, tenant, user, Some(password)).await,
        None => return update(admin, tenant, user, None).await,
    };
    if let Err(invalid) = check::password_hash(&hash) {
        return Ok(Outcome::Invalid(vec![invalid]));
    }
    match update(admin, tenant, user, None).await? {
        Outcome::Done(user) => Ok(store_hash(admin, tenant, &user.user_id, hash).await?.map(|()| user)),
        outcome => Ok(outcome),
    }
}
