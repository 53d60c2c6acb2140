//! What must hold of a user.

use credenza_protocol::claims::StandardClaims;
use credenza_protocol::email::{EmailAddress, InvalidEmail};
use credenza_protocol::ids::UserId;
use credenza_protocol::password::opaque_string;
use credenza_protocol::username;
use credenza_storage::{Clash, Created};

use crate::accounts::password::{Password, check_hash};
use crate::admin::InvalidField;

/// The longest id, in characters.
const MAX_ID: usize = 255;

/// What stands beside ids in the paths of the admin API (`/users/import`): a user of such an id could not be reached.
const PATHS: [&str; 2] = ["import", "export"];

/// Everything that is wrong with a user. The name of one who has it already is not looked at: names that were given
/// before go on.
#[must_use]
pub fn check(
    new_name: Option<&str>,
    claims: &StandardClaims,
    password: Option<&Password>,
) -> Vec<InvalidField> {
    let mut faults = vec![];
    let wrong = |why: username::InvalidUsername| InvalidField::new("username", why.to_string());
    faults.extend(new_name.and_then(|name| username::prepare(name).map_err(wrong).err()));
    faults.extend(claims.check().map_err(InvalidField::from).err());
    faults.extend(claims.email.as_deref().and_then(|address| email(address).err()));
    faults.extend(password.and_then(|password| self::password(password).err()));
    faults
}

/// Refuses an id that could not be a `sub` (OpenID Connect Core 2: 255 ASCII characters at most).
///
/// # Errors
/// [`InvalidField`].
pub fn check_id(user_id: &UserId) -> Result<(), InvalidField> {
    let id = user_id.as_str();
    if PATHS.contains(&id) {
        return Err(InvalidField::new("user_id", "is a word of the admin API's own").of(id));
    }
    if (1..=MAX_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(());
    }
    Err(InvalidField::new("user_id", "must be 1 to 255 printable ASCII characters without a space"))
}

/// Refuses a hash of another provider that could not be checked, or would cost too much.
///
/// # Errors
/// [`InvalidField`].
pub fn password_hash(hash: &str) -> Result<(), InvalidField> {
    check_hash(hash).map_err(|unusable| InvalidField::new("password_hash", unusable.to_string()))
}

/// Why a user was not made, if they were not.
pub(super) fn refusal(created: Created, username: &str) -> Option<InvalidField> {
    match created {
        Created::Yes => None,
        Created::UsernameTaken => Some(InvalidField::new("username", "is that of another user").of(username)),
        Created::Clash(clash) => Some(self::clash(clash)),
    }
}

/// The user could be taken for another one.
pub(super) fn clash(clash: Clash) -> InvalidField {
    match clash {
        Clash::LooksLike(other) => {
            InvalidField::new("username", "is the name of another user, and this one looks like it").of(other)
        }
        Clash::UsernameIsAddress(other) => {
            InvalidField::new("username", "has this name as a verified email address").of(other)
        }
        Clash::AddressIsUsername(other) => {
            InvalidField::new("email", "is the username of another user, so it cannot be verified here")
                .of(other)
        }
    }
}

fn email(email: &str) -> Result<(), InvalidField> {
    let wrong = |invalid: InvalidEmail| InvalidField::new("email", invalid.to_string()).of(email);
    EmailAddress::parse(email).map(|_| ()).map_err(wrong)
}

pub(super) fn password(password: &Password) -> Result<(), InvalidField> {
    opaque_string(password.reveal())
        .map(|_| ())
        .map_err(|invalid| InvalidField::new("password", invalid.to_string()))
}
