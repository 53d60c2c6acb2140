//! A new user.

use credenza_protocol::attribute::Attributes;
use credenza_protocol::claims::StandardClaims;
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::user::User;
use credenza_protocol::version::Version;
use credenza_storage::Created;

use super::{attributes, check};
use crate::accounts::password::Password;
use crate::admin::{Administration, Error, InvalidField, Outcome};
use crate::rng;

/// A user to be made.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Their id, the `sub` of tokens, as when they move here from elsewhere; made here without it.
    pub user_id: Option<UserId>,
    /// What the person types to sign in.
    pub username: String,
    /// What is known about them.
    pub claims: StandardClaims,
    /// What the tenant has defined beyond these.
    pub attributes: Attributes,
    /// Their password; without one they cannot sign in yet.
    pub password: Option<Password>,
    /// Whether the first sign-in has to change the password.
    pub password_change_required: bool,
}

/// Makes a user.
///
/// # Errors
/// [`Error`].
pub async fn create(
    admin: &Administration<'_>,
    tenant: &TenantId,
    mut new: NewUser,
) -> Result<Outcome<User>, Error> {
    let faults = faults_of(admin, tenant, &new).await?;
    if !faults.is_empty() {
        return Ok(Outcome::Invalid(faults));
    }
    let hash = match new.password.take() {
        Some(password) => Some(admin.passwords.hash(&password, admin.rng).await?),
        None => None,
    };
    store(admin, tenant, new, hash).await
}

/// Makes a user whose password another provider has hashed.
///
/// # Errors
/// [`Error`].
pub(super) async fn create_with_hash(
    admin: &Administration<'_>,
    tenant: &TenantId,
    new: NewUser,
    hash: String,
) -> Result<Outcome<User>, Error> {
    let mut faults = faults_of(admin, tenant, &new).await?;
    faults.extend(check::password_hash(&hash).err());
    if !faults.is_empty() {
        return Ok(Outcome::Invalid(faults));
    }
    store(admin, tenant, new, Some(hash)).await
}

/// Everything that is wrong with a user to be made.
pub(super) async fn faults_of(
    admin: &Administration<'_>,
    tenant: &TenantId,
    new: &NewUser,
) -> Result<Vec<InvalidField>, Error> {
    let mut faults = faults_of_new(admin, tenant, new).await?;
    if let Some(user_id) = &new.user_id
        && check::check_id(user_id).is_ok()
        && admin.store.users.find(tenant, user_id).await?.is_some()
    {
        faults.push(InvalidField::new("user_id", "is that of another user").of(user_id.as_str()));
    }
    Ok(faults)
}

/// Everything that is wrong with a user to be made whose id nobody has.
pub(super) async fn faults_of_new(
    admin: &Administration<'_>,
    tenant: &TenantId,
    new: &NewUser,
) -> Result<Vec<InvalidField>, Error> {
    let mut faults = check::check(Some(&new.username), &new.claims, new.password.as_ref());
    faults.extend(attributes::fault(admin, tenant, &Attributes::new(), &new.attributes).await?);
    faults.extend(new.user_id.as_ref().and_then(|user_id| check::check_id(user_id).err()));
    Ok(faults)
}

/// Whom a user who is to be made could be taken for, or why else they could not be stored. Nothing is.
///
/// # Errors
/// [`Error`].
pub async fn clash(
    admin: &Administration<'_>,
    tenant: &TenantId,
    new: NewUser,
) -> Result<Option<InvalidField>, Error> {
    let user = record_of(admin, new);
    let created = admin.store.users.would_create(tenant, user.clone()).await?;
    Ok(check::refusal(created, &user.username))
}

/// The record of a new user.
#[must_use]
pub fn record_of(admin: &Administration<'_>, new: NewUser) -> User {
    let NewUser { user_id, username, claims, attributes, password: _, password_change_required } = new;
    User {
        user_id: user_id.unwrap_or_else(|| UserId::new(rng::id(admin.rng))),
        username,
        claims,
        attributes,
        created_at: admin.now,
        updated_at: admin.now,
        disabled_at: None,
        version: Version::FIRST,
        password_change_required,
        terms: None,
    }
}

async fn store(
    admin: &Administration<'_>,
    tenant: &TenantId,
    new: NewUser,
    hash: Option<String>,
) -> Result<Outcome<User>, Error> {
    let user = record_of(admin, new);
    match admin.store.users.create(tenant, user.clone(), hash).await? {
        Created::Yes => Ok(Outcome::Done(user)),
        Created::UsernameTaken => Ok(Outcome::Taken),
        Created::Clash(clash) => Ok(Outcome::Invalid(vec![check::clash(clash)])),
    }
}
