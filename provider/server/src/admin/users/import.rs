//! People who move here from another provider, a line each, and back out in the same form.
//!
//! Each line stands alone: one that is refused stops no other, and what was stored stays. The same lines can be given
//! again, and then change nothing.

use std::collections::{HashMap, HashSet};

use credenza_protocol::attribute::Attributes;
use credenza_protocol::claims::StandardClaims;
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::user::User;
use credenza_protocol::username::{looks, username_key};
use credenza_storage::{Clash, Created};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::check;
use super::create::{NewUser, faults_of, record_of};
use crate::accounts::password::text_of;
use crate::admin::{Administration, Error, InvalidField};

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
    /// Whether the account is disabled.
    pub disabled: bool,
}

/// What became of a line.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub enum Imported {
    /// The person is stored; in a dry run, would be.
    Created(UserId),
    /// They are here already, as the line has them. Their password stays what it is.
    Unchanged(UserId),
    /// Nothing was stored, for these reasons.
    Refused(Vec<InvalidField>),
}

/// An import of many lines.
pub struct Import<'a> {
    admin: &'a Administration<'a>,
    tenant: &'a TenantId,
    is_dry_run: bool,
    /// Names and ids of the lines before, which in a dry run are stored nowhere.
    seen: HashSet<String>,
    /// Whose name looked like that.
    looks: HashMap<SecretHash, String>,
}

impl<'a> Import<'a> {
    /// Begins one. In a dry run everything is checked and nothing is stored.
    #[must_use]
    pub fn new(admin: &'a Administration<'a>, tenant: &'a TenantId, is_dry_run: bool) -> Self {
        Self { admin, tenant, is_dry_run, seen: HashSet::new(), looks: HashMap::new() }
    }

    /// Takes a line.
    ///
    /// # Errors
    /// [`Error`] when it cannot be known or stored; the same lines can then be given again.
    pub async fn take(&mut self, line: &str) -> Result<Imported, Error> {
        match serde_json::from_str(line) {
            Ok(line) => self.person(line).await,
            Err(error) => {
                Ok(Imported::Refused(vec![InvalidField::new("line", format!("is no user: {error}"))]))
            }
        }
    }

    /// Takes a person.
    ///
    /// # Errors
    /// [`Error`], as [`Import::take`].
    pub async fn person(&mut self, line: UserLine) -> Result<Imported, Error> {
        if let Some(there) = self.existing(&line).await? {
            return Ok(compared(&there, &line));
        }
        let hash = match line.password_hash.as_ref().map(hash_of).transpose() {
            Ok(hash) => hash,
            Err(invalid) => return Ok(Imported::Refused(vec![invalid])),
        };
        let new = NewUser {
            user_id: line.user_id.map(UserId::new),
            username: line.username,
            claims: line.claims,
            attributes: line.attributes,
            password: None,
        };
        let faults = faults_of(self.admin, self.tenant, &new).await?;
        if !faults.is_empty() {
            return Ok(Imported::Refused(faults));
        }
        let mut user = record_of(self.admin, new);
        user.disabled_at = line.disabled.then_some(self.admin.now);
        let created = if self.is_dry_run {
            self.would_create(&user).await?
        } else {
            self.admin.store.users.create(self.tenant, user.clone(), hash).await?
        };
        Ok(match check::refusal(created, &user.username) {
            Some(refused) => Imported::Refused(vec![refused]),
            None => Imported::Created(user.user_id),
        })
    }

    /// The user of that id or, where the line has none, of that name.
    async fn existing(&self, line: &UserLine) -> Result<Option<User>, Error> {
        let users = &self.admin.store.users;
        Ok(match &line.user_id {
            Some(id) => users.find(self.tenant, &UserId::new(id.as_str())).await?,
            None => users.find_by_username(self.tenant, &line.username).await?,
        })
    }

    async fn would_create(&mut self, user: &User) -> Result<Created, Error> {
        let is_first = self.seen.insert(format!("name {}", username_key(&user.username)));
        if !is_first || !self.seen.insert(format!("id {}", user.user_id)) {
            return Ok(Created::UsernameTaken);
        }
        for look in looks(&user.username) {
            let other = self.looks.entry(look).or_insert_with(|| user.username.clone());
            if *other != user.username {
                return Ok(Created::Clash(Clash::LooksLike(other.clone())));
            }
        }
        Ok(self.admin.store.users.would_create(self.tenant, user.clone()).await?)
    }
}

/// The text of a hash that can be checked.
fn hash_of(given: &Value) -> Result<String, InvalidField> {
    let text = text_of(given).ok_or_else(|| {
        InvalidField::new("password_hash", "must be a text, or the object that Keycloak or Firebase exports")
    })?;
    check::password_hash(&text).map(|()| text)
}

/// Whether somebody who is here already is whom the line describes.
fn compared(there: &User, line: &UserLine) -> Imported {
    let differing = [
        ("username", there.username != line.username),
        ("claims", there.claims != line.claims),
        ("attributes", there.attributes != line.attributes),
        ("disabled", there.disabled_at.is_some() != line.disabled),
    ];
    let differing: Vec<_> = differing
        .into_iter()
        .filter(|(_, differs)| *differs)
        .map(|(field, _)| InvalidField::new(field, "is another one than the user has, who is here already"))
        .collect();
    if differing.is_empty() {
        Imported::Unchanged(there.user_id.clone())
    } else {
        Imported::Refused(differing)
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
    Ok(UserLine {
        user_id: Some(user.user_id.to_string()),
        username: user.username,
        claims: user.claims,
        attributes: user.attributes,
        password_hash: hash.map(Value::String),
        disabled: user.disabled_at.is_some(),
    })
}
