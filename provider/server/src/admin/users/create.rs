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
}

/// Makes a user.
///
/// # Errors
/// [`Error`].
pub async fn create(
    admin: &Administration<'_>,
    tenant: &TenantId,
    new: NewUser,
) -> Result<Outcome<User>, Error> {
    let NewUser { user_id, username, claims, attributes, password } = new;
    let mut faults = check::check(&username, &claims, password.as_ref());
    faults.extend(attributes::fault(admin, tenant, &Attributes::new(), &attributes).await?);
    if let Some(user_id) = &user_id {
        match check::check_id(user_id) {
            Err(invalid) => faults.push(invalid),
            Ok(()) if admin.store.users.find(tenant, user_id).await?.is_some() => {
                faults.push(InvalidField::new("user_id", "is that of another user").of(user_id.as_str()));
            }
            Ok(()) => {}
        }
    }
    if !faults.is_empty() {
        return Ok(Outcome::Invalid(faults));
    }
    let hash = match password {
        Some(password) => Some(admin.passwords.hash(&password, admin.rng).await?),
        None => None,
    };
    let user = User {
        user_id: user_id.unwrap_or_else(|| UserId::new(rng::id(admin.rng))),
        username,
        claims,
        attributes,
        created_at: admin.now,
        updated_at: admin.now,
        disabled_at: None,
        version: Version::FIRST,
    };
    match admin.store.users.create(tenant, user.clone(), hash).await? {
        Created::Yes => Ok(Outcome::Done(user)),
        Created::UsernameTaken => Ok(Outcome::Taken),
    }
}
