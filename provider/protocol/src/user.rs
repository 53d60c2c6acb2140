//! A person.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::attribute::Attributes;
use crate::claims::StandardClaims;
use crate::ids::UserId;
use crate::terms::TermsAcceptance;
use crate::time::Time;
use crate::username::email_key;
use crate::version::Version;

/// A person, the nineteen standard claims about them (OpenID Connect Core 5.1), and their attributes.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct User {
    /// `sub`.
    pub user_id: UserId,
    /// What the person types to sign in; stored as it was given, and compared by RFC 8265 3.3.
    pub username: String,
    /// The standard claims; `updated_at` and `preferred_username` are filled from this record.
    pub claims: StandardClaims,
    /// What the tenant has defined beyond these.
    #[serde(default)]
    pub attributes: Attributes,
    /// When the account was made.
    pub created_at: Time,
    /// When the account, a claim or an attribute last changed.
    pub updated_at: Time,
    /// When the account was disabled; then it can do nothing at all.
    pub disabled_at: Option<Time>,
    /// How often the record was changed.
    #[serde(default)]
    pub version: Version,
    /// Whether the next sign-in has to change the password.
    #[serde(default)]
    pub password_change_required: bool,
    /// The terms that the person has accepted last.
    #[serde(default)]
    pub terms: Option<TermsAcceptance>,
}

impl User {
    /// The key of the address that this person may sign in with, which somebody has verified.
    #[must_use]
    pub fn email_key(&self) -> Option<String> {
        if self.claims.email_verified != Some(true) {
            return None;
        }
        self.claims.email.as_deref().and_then(email_key)
    }

    /// The claims as JSON. Members without a value are left out, as are strings that are blank (OpenID Connect
    /// Core 5.3.2). `updated_at` comes from the record, and `preferred_username` is the username unless the person
    /// has another one.
    #[must_use]
    pub fn standard_claims(&self) -> Map<String, Value> {
        let Ok(Value::Object(mut claims)) = serde_json::to_value(&self.claims) else {
            return Map::new();
        };
        claims.retain(|_, value| has_content(value));
        claims.entry("preferred_username").or_insert_with(|| Value::String(self.username.clone()));
        claims.insert("updated_at".to_owned(), self.updated_at.seconds().into());
        claims
    }
}

/// Whether a value says something; of an object only the members that do are kept.
fn has_content(value: &mut Value) -> bool {
    match value {
        Value::String(text) => !text.trim().is_empty(),
        Value::Object(members) => {
            members.retain(|_, member| has_content(member));
            !members.is_empty()
        }
        Value::Null => false,
        Value::Bool(_) | Value::Number(_) | Value::Array(_) => true,
    }
}
