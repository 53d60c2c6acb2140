//! People.

use std::sync::PoisonError;

use credenza::accounts::password::Password;
use credenza::admin::{sessions, users};
use credenza_protocol::claims::StandardClaims;
use credenza_protocol::ids::UserId;
use credenza_protocol::user::User;
use credenza_protocol::username::username_key;
use credenza_storage::Expected;
use serde::{Deserialize, Serialize};

use crate::error::accept;
use crate::provider::World;
use crate::{Error, Provider};

/// A person to create.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// The username.
    pub username: String,
    /// The password; generated if absent.
    #[serde(default)]
    pub password: Option<String>,
    /// The standard claims about them (OpenID Connect Core 5.1).
    #[serde(default)]
    pub claims: StandardClaims,
}

/// A person who can sign in.
#[derive(Clone, Debug, Serialize)]
pub struct TestUser {
    /// `sub` of their tokens, at clients that do not ask for pairwise ones.
    pub sub: String,
    /// The username.
    pub username: String,
    /// Their password.
    pub password: String,
}

impl NewUser {
    /// A person with that username and no claims.
    #[must_use]
    pub fn named(username: &str) -> Self {
        Self { username: username.to_owned(), password: None, claims: StandardClaims::default() }
    }
}

impl Provider {
    /// Creates a person.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the name is taken, or name, password or a claim is one that an operator could not set.
    pub async fn add_user(&self, new: NewUser) -> Result<TestUser, Error> {
        let NewUser { username, password, claims } = new;
        let password = password.unwrap_or_else(|| format!("the password of {username}"));
        let world = self.world();
        let new = users::NewUser {
            user_id: None,
            username: username.clone(),
            claims,
            attributes: Default::default(),
            password: Some(Password::from(password.as_str())),
            password_change_required: false,
        };
        let created = users::create(&world.admin(), &world.tenant, new).await?;
        let sub = accept(created, "user", &username)?.user_id;
        let mut passwords = world.passwords.lock().unwrap_or_else(PoisonError::into_inner);
        passwords.insert(username_key(&username), password.clone());
        Ok(TestUser { sub: sub.to_string(), username, password })
    }

    /// Disables a person and ends their sessions and grants; or enables them again, without those.
    ///
    /// # Errors
    /// [`Error::Absent`].
    pub async fn set_user_enabled(&self, username: &str, enabled: bool) -> Result<(), Error> {
        let world = self.world();
        let user = world.user(username).await?;
        let updated =
            users::set_disabled(&world.admin(), &world.tenant, user, Expected::Any, !enabled).await?;
        accept(updated, "user", username)?;
        world.state.logouts.notify_one();
        Ok(())
    }

    /// Ends the sessions of a person and the grants that end with them; returns how many sessions there were.
    ///
    /// # Errors
    /// [`Error::Absent`].
    pub async fn end_sessions(&self, username: &str) -> Result<u64, Error> {
        let world = self.world();
        let user_id = world.user(username).await?.user_id;
        let ended = sessions::end_all(&world.admin(), &world.tenant, &user_id).await?;
        let ended = accept(ended, "user", username)?;
        world.state.logouts.notify_one();
        Ok(ended)
    }
}

impl World {
    /// The person of that name or `sub`.
    pub(crate) async fn user(&self, name: &str) -> Result<User, Error> {
        let mut found = users::find_by_username(&self.admin(), &self.tenant, name).await?;
        if found.is_none() {
            found = users::find(&self.admin(), &self.tenant, &UserId::new(name)).await?;
        }
        found.ok_or_else(|| Error::absent("user", name))
    }

    /// The password that the person was created with.
    pub(crate) fn password(&self, username: &str) -> Option<String> {
        let passwords = self.passwords.lock().unwrap_or_else(PoisonError::into_inner);
        passwords.get(&username_key(username)).cloned()
    }
}
