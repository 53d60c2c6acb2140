//! What must hold of a user.

use credenza_protocol::claims::StandardClaims;
use credenza_protocol::email::{EmailAddress, InvalidEmail};
use credenza_protocol::ids::UserId;

use crate::accounts::password::{MAX_LENGTH, Password};
use crate::admin::{InvalidField, text};

/// The longest username, in characters: any email address fits.
const MAX_USERNAME: usize = 254;

/// The longest id, in characters.
const MAX_ID: usize = 255;

/// Everything that is wrong with a user.
#[must_use]
pub fn check(username: &str, claims: &StandardClaims, password: Option<&Password>) -> Vec<InvalidField> {
    let mut faults = vec![];
    faults.extend(self::username(username).err());
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
    if (1..=MAX_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(());
    }
    Err(InvalidField::new("user_id", "must be 1 to 255 printable ASCII characters without a space"))
}

/// Refuses a name that could not be typed, or would look like another one.
fn username(username: &str) -> Result<(), InvalidField> {
    text::check("username", username, MAX_USERNAME)?;
    if username.trim() != username {
        return Err(InvalidField::new("username", "must not begin or end with a space"));
    }
    Ok(())
}

fn email(email: &str) -> Result<(), InvalidField> {
    let wrong = |invalid: InvalidEmail| InvalidField::new("email", invalid.to_string()).of(email);
    EmailAddress::parse(email).map(|_| ()).map_err(wrong)
}

pub(super) fn password(password: &Password) -> Result<(), InvalidField> {
    let wrong = |why: String| Err(InvalidField::new("password", why));
    match password.reveal().len() {
        0 => wrong("must not be empty".to_owned()),
        length if length > MAX_LENGTH => wrong(format!("must have at most {MAX_LENGTH} bytes")),
        _ => Ok(()),
    }
}
