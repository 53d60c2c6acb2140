//! What is known about a person: the standard claims, as options and as JSON.

use clap::Args;
use credenza_protocol::claims::StandardClaims;

use crate::admin::users::set_email;
use crate::cli::Failure;

/// Claims; what is not given stays as it was.
#[derive(Debug, Args)]
pub(super) struct Profile {
    /// All claims at once, a JSON object with the names of OpenID Connect Core 5.1; replaces the old ones
    #[arg(long, value_name = "JSON")]
    claims: Option<String>,
    /// The full name, for display
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The email address
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// Whether the address is known to be theirs
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    email_verified: Option<bool>,
}

impl Profile {
    /// Changes what is given, and leaves the rest; '' clears a claim.
    pub(super) fn apply(self, old: StandardClaims) -> Result<StandardClaims, Failure> {
        let mut claims = match self.claims {
            Some(json) => serde_json::from_str(&json).map_err(|error| {
                Failure::new(format!("--claims: {error}; write a JSON object such as {{\"name\": \"Ada\"}}"))
            })?,
            None => old,
        };
        if let Some(name) = self.name {
            claims.name = Some(name).filter(|name| !name.is_empty());
        }
        if let Some(email) = self.email {
            set_email(&mut claims, Some(email).filter(|email| !email.is_empty()));
        }
        if self.email_verified.is_some() {
            claims.email_verified = self.email_verified;
        }
        Ok(claims)
    }
}
