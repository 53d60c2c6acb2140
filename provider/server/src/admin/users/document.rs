//! A user as a document: what an operator edits of them.

use credenza_protocol::attribute::Attributes;
use credenza_protocol::claims::StandardClaims;
use credenza_protocol::user::User;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::set_email;
use crate::admin::document::{self, Invalid};

/// What an operator edits of a user.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UserDocument {
    /// What the person types to sign in; compared without regard to case.
    pub username: String,
    /// The standard claims (OpenID Connect Core 5.1).
    #[serde(default)]
    pub claims: StandardClaims,
    /// What the tenant has defined beyond the standard claims.
    #[serde(default)]
    pub attributes: Attributes,
    /// Whether the next sign-in has to change the password.
    #[serde(default)]
    pub password_change_required: bool,
}

impl UserDocument {
    /// That of a user.
    #[must_use]
    pub fn of(user: &User) -> Self {
        let User { username, claims, attributes, password_change_required, .. } = user.clone();
        Self { username, claims, attributes, password_change_required }
    }
}

/// The user with changes (RFC 7396). Another email address is not verified, unless the changes say so.
///
/// # Errors
/// [`Invalid`]: a member that is unknown, or has a value of another type.
pub fn with_changes(user: User, changes: Map<String, Value>) -> Result<User, Invalid> {
    let says_verified = changes.get("claims").is_some_and(|claims| claims.get("email_verified").is_some());
    let old = user.claims.email.clone();
    let UserDocument { username, mut claims, attributes, password_change_required } =
        document::patched(&UserDocument::of(&user), changes)?;
    if claims.email != old && !says_verified {
        let email = claims.email.take();
        set_email(&mut claims, email);
    }
    Ok(User { username, claims, attributes, password_change_required, ..user })
}
