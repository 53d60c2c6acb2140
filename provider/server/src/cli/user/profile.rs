//! What is known of a person: the standard claims, as options and as JSON.

use clap::Args;
use credenza_protocol::claims::StandardClaims;

use crate::cli::{Failure, values};

/// The longest name to sign in by; an address of mail fits.
const MAX_USERNAME: usize = 254;

/// Claims; what is not said stays as it was.
#[derive(Debug, Args)]
pub(super) struct Profile {
    /// All claims at once, a JSON object by their names of OpenID Connect Core 5.1; replaces what was there
    #[arg(long, value_name = "JSON")]
    claims: Option<String>,
    /// The full name, for display
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The address of mail
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// Whether the address is known to be theirs
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    email_verified: Option<bool>,
}

impl Profile {
    /// Changes what is said, and leaves the rest; '' takes a claim away.
    pub(super) fn apply(self, old: StandardClaims) -> Result<StandardClaims, Failure> {
        let mut claims = match self.claims {
            Some(json) => {
                serde_json::from_str(&json).map_err(|error| Failure::new(format!("--claims: {error}")))?
            }
            None => old,
        };
        if let Some(name) = self.name {
            claims.name = Some(name).filter(|name| !name.is_empty());
        }
        if let Some(email) = self.email {
            check_email(&email)?;
            claims.email = Some(email).filter(|email| !email.is_empty());
            // A new address is not known to be theirs until somebody says so.
            claims.email_verified = claims.email.as_ref().map(|_| false);
        }
        if self.email_verified.is_some() {
            claims.email_verified = self.email_verified;
        }
        claims.check().map_err(|error| Failure::new(error.to_string()))?;
        Ok(claims)
    }
}

/// Refuses a name that could not be typed, or would not look like what it is.
pub(super) fn check_username(username: &str) -> Result<(), Failure> {
    values::check_text("the username", username, MAX_USERNAME)?;
    if username.trim() != username {
        return Err(Failure::new("the username must not begin or end with a space"));
    }
    Ok(())
}

/// Something before the last `@`, something behind it, and nothing that is no character of an address.
fn check_email(email: &str) -> Result<(), Failure> {
    let right = match email.rsplit_once('@') {
        Some((local, domain)) => !local.is_empty() && !domain.is_empty() && !email.chars().any(is_no_address),
        None => email.is_empty(),
    };
    if right { Ok(()) } else { Err(Failure::new(format!("{email:?} is no address of mail"))) }
}

fn is_no_address(character: char) -> bool {
    character.is_control() || character.is_whitespace()
}
