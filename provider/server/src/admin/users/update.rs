//! A user who was edited.

use credenza_protocol::claims::StandardClaims;
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::user::User;
use credenza_storage::Update;

use super::{attributes, check};
use crate::accounts::password::Password;
use crate::admin::{Administration, Error, Outcome, Refusal};

/// Another email address, or none. A new one is not verified until somebody says so.
pub fn set_email(claims: &mut StandardClaims, email: Option<String>) {
    claims.email_verified = email.as_ref().map(|_| false);
    claims.email = email;
}

/// Stores a user whose name, claims or attributes were edited, and a new password if there is one, which ends every session.
///
/// # Errors
/// [`Error`].
pub async fn update(
    admin: &Administration<'_>,
    tenant: &TenantId,
    user: User,
    password: Option<Password>,
) -> Result<Outcome<User>, Error> {
    let before = admin.store.users.find(tenant, &user.user_id).await?;
    let is_new_name = before.as_ref().is_none_or(|before| before.username != user.username);
    let new_name = is_new_name.then_some(user.username.as_str());
    let mut faults = check::check(new_name, &user.claims, password.as_ref());
    let attributes_before = before.map(|before| before.attributes).unwrap_or_default();
    faults.extend(attributes::fault(admin, tenant, &attributes_before, &user.attributes).await?);
    if !faults.is_empty() {
        return Ok(Outcome::Invalid(faults));
    }
    if !admin.may_act_on_user(tenant, &user.user_id).await? {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    let user = User { updated_at: admin.now, ..user };
    // Hashed first: where that cannot be done, nothing is changed.
    let hash = match password {
        Some(password) => Some(admin.passwords.hash(&password, admin.rng).await?),
        None => None,
    };
    let expected = user.version;
    let updated = match admin.store.users.update(tenant, expected, user.clone()).await? {
        Update::Clash(clash) => return Ok(Outcome::Invalid(vec![check::clash(clash)])),
        updated => updated,
    };
    match (Outcome::of_update(updated, User { version: expected.next(), ..user }), hash) {
        (Outcome::Done(user), Some(hash)) => {
            Ok(store_hash(admin, tenant, &user.user_id, hash).await?.map(|()| user))
        }
        (outcome, _) => Ok(outcome),
    }
}

/// Sets a new password, which ends every session of the user and revokes what they granted (ASVS 7.4.3).
///
/// # Errors
/// [`Error`].
pub async fn set_password(
    admin: &Administration<'_>,
    tenant: &TenantId,
    user: &UserId,
    password: &Password,
) -> Result<Outcome<()>, Error> {
    if let Err(invalid) = check::password(password) {
        return Ok(Outcome::Invalid(vec![invalid]));
    }
    if !admin.may_act_on_user(tenant, user).await? {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    let hash = admin.passwords.hash(password, admin.rng).await?;
    store_hash(admin, tenant, user, hash).await
}

pub(super) async fn store_hash(
    admin: &Administration<'_>,
    tenant: &TenantId,
    user: &UserId,
    hash: String,
) -> Result<Outcome<()>, Error> {
    Ok(Outcome::whether(admin.store.credentials.set_password(tenant, user, hash, admin.now).await?))
}
