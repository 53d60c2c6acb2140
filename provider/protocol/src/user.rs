//! A person.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::claims::StandardClaims;
use crate::ids::UserId;
use crate::time::Time;

/// A person and the nineteen standard claims about them (OpenID Connect Core 5.1).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct User {
    /// `sub`.
    pub user_id: UserId,
    /// What the person types to sign in; compared without regard to case.
    pub username: String,
    /// The standard claims; `updated_at` and `preferred_username` are filled from this record.
    pub claims: StandardClaims,
    /// When the account was made.
    pub created_at: Time,
    /// When the account or a claim last changed.
    pub updated_at: Time,
    /// When the account was disabled; then it can do nothing at all.
    pub disabled_at: Option<Time>,
}

/// The form of a username by which it is found: trimmed and in lower case.
#[must_use]
pub fn username_key(username: &str) -> String {
    username.trim().to_lowercase()
}
