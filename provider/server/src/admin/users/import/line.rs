//! A person as one line of JSON.

use credenza_protocol::attribute::Attributes;
use credenza_protocol::claims::StandardClaims;
use credenza_protocol::ids::TenantId;
use credenza_protocol::user::User;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::accounts::password::text_of;
use crate::admin::users::check;
use crate::admin::{Administration, Error, InvalidField, groups};

/// A person, as a JSON object in one line.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct UserLine {
    /// Their id, the `sub` of tokens; made here without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// What they type to sign in.
    pub username: String,
    /// What is known about them (OpenID Connect Core 5.1).
    pub claims: StandardClaims,
    /// What the tenant has defined beyond these.
    #[serde(skip_serializing_if = "Attributes::is_empty")]
    pub attributes: Attributes,
    /// The hash of their password: a text, or the object that Keycloak or Firebase exports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_hash: Option<Value>,
    /// Whether the first sign-in has to change the password. Of somebody who is here already it changes nothing.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub password_change_required: bool,
    /// Whether the account is disabled.
    pub disabled: bool,
    /// The groups that they are in, by name. An import puts them into these, and takes them out of none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
}

impl UserLine {
    /// The text of the hash, which can be checked.
    pub(super) fn hash(&self) -> Result<Option<String>, InvalidField> {
        let Some(given) = &self.password_hash else { return Ok(None) };
        let text = text_of(given).ok_or_else(|| {
            InvalidField::new(
                "password_hash",
                "must be a text, or the object that Keycloak or Firebase exports",
            )
        })?;
        check::password_hash(&text).map(|()| Some(text))
    }

    /// In what somebody who is here already is another one than the line describes.
    pub(super) fn differing(&self, there: &User) -> Vec<InvalidField> {
        let differing = [
            ("username", there.username != self.username),
            ("claims", there.claims != self.claims),
            ("attributes", there.attributes != self.attributes),
            ("disabled", there.disabled_at.is_some() != self.disabled),
        ];
        let differing = differing.into_iter().filter(|(_, differs)| *differs);
        let why = "is another one than the user has, who is here already";
        differing.map(|(field, _)| InvalidField::new(field, why)).collect()
    }
}

/// The user as a line, which can be imported elsewhere; with the hash of the password if that is wanted.
///
/// # Errors
/// [`Error`].
pub async fn exported(
    admin: &Administration<'_>,
    tenant: &TenantId,
    user: User,
    with_hash: bool,
) -> Result<UserLine, Error> {
    let hash = match with_hash {
        true => admin.store.credentials.password(tenant, &user.user_id).await?,
        false => None,
    };
    let groups = groups::of_user(admin, tenant, &user.user_id).await?;
    Ok(UserLine {
        user_id: Some(user.user_id.to_string()),
        username: user.username,
        claims: user.claims,
        attributes: user.attributes,
        password_hash: hash.map(Value::String),
        password_change_required: user.password_change_required,
        disabled: user.disabled_at.is_some(),
        groups: groups.into_iter().map(|group| group.name).collect(),
    })
}
