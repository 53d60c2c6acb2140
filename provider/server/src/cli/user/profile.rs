//! What is known about a person: the standard claims, as options and as JSON, and the tenant's own attributes.

use clap::Args;
use credenza_protocol::attribute::Attributes;
use credenza_protocol::claims::StandardClaims;
use credenza_protocol::tenant::TenantSettings;

use crate::admin::users::{set_attribute, set_email};
use crate::cli::Failure;

/// What is known about a person.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) claims: StandardClaims,
    pub(super) attributes: Attributes,
}

/// Claims and attributes; what is not given stays as it was.
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
    /// An attribute of the tenant's setting `attributes`; an empty value removes it; may be repeated
    #[arg(long = "attribute", value_name = "NAME=VALUE")]
    attributes: Vec<String>,
}

impl Profile {
    /// Whether it takes the settings of the tenant to apply it.
    pub(super) fn has_attributes(&self) -> bool {
        !self.attributes.is_empty()
    }

    /// Changes what is given, and leaves the rest; '' clears a claim.
    pub(super) fn apply(self, old: Known, settings: &TenantSettings) -> Result<Known, Failure> {
        let Known { claims: old, mut attributes } = old;
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
        for assignment in &self.attributes {
            let (name, text) = assignment
                .split_once('=')
                .ok_or_else(|| Failure::new(format!("--attribute must be NAME=VALUE, not {assignment:?}")))?;
            set_attribute(&settings.attributes, &mut attributes, name, text)
                .map_err(|invalid| Failure::new(invalid.to_string()))?;
        }
        Ok(Known { claims, attributes })
    }
}
