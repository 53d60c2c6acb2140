//! People.

use std::sync::PoisonError;

use credenza_protocol::claims::StandardClaims;
use credenza_protocol::ids::UserId;
use credenza_protocol::user::{User, username_key};
use serde::{Deserialize, Serialize};

use crate::provider::World;
use crate::{Error, Provider, ground};

/// A person to be.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// What they type to sign in.
    pub username: String,
    /// Their password; one that is made up where none is given.
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
    /// What they type.
    pub username: String,
    /// Their password.
    pub password: String,
}

impl NewUser {
    /// Somebody of that name, of whom nothing else is known.
    #[must_use]
    pub fn named(username: &str) -> Self {
        Self { username: username.to_owned(), password: None, claims: StandardClaims::default() }
    }
}

impl Provider {
    /// Makes a person.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the name is taken or empty, or a claim is none.
    pub async fn add_user(&self, new: NewUser) -> Result<TestUser, Error> {
        let NewUser { username, password, claims } = new;
        if username.trim().is_empty() {
            return Err(Error::Invalid("a username must not be empty".to_owned()));
        }
        claims.check().map_err(Error::invalid)?;
        let world = self.world();
        let password = password.unwrap_or_else(|| format!("the password of {username}"));
        let sub = ground::create_user(&world.state, &world.tenant, &username, &password, claims).await?;
        let mut passwords = world.passwords.lock().unwrap_or_else(PoisonError::into_inner);
        passwords.insert(username_key(&username), password.clone());
        Ok(TestUser { sub: sub.to_string(), username, password })
    }

    /// Disables a person, with their sessions and grants; or enables them again, which brings none of those back.
    ///
    /// # Errors
    /// [`Error::Absent`].
    pub async fn set_user_enabled(&self, username: &str, enabled: bool) -> Result<(), Error> {
        let world = self.world();
        let user = world.user(username).await?;
        let disabled_at = (!enabled).then(|| world.state.clock.now());
        world.state.store.users.set_disabled(&world.tenant, &user.user_id, disabled_at).await?;
        world.state.logouts.notify_one();
        Ok(())
    }

    /// Ends the sessions of a person, and the grants that live no longer than they; answers how many there were.
    ///
    /// # Errors
    /// [`Error::Absent`].
    pub async fn end_sessions(&self, username: &str) -> Result<u64, Error> {
        let world = self.world();
        let user_id = world.user(username).await?.user_id;
        let now = world.state.clock.now();
        let ended = world.state.store.sessions.end_all(&world.tenant, &user_id, now).await?;
        world.state.logouts.notify_one();
        Ok(ended)
    }
}

impl World {
    /// The person of that name or `sub`.
    pub(crate) async fn user(&self, name: &str) -> Result<User, Error> {
        let users = &self.state.store.users;
        let mut found = users.find_by_username(&self.tenant, name).await?;
        if found.is_none() {
            found = users.find(&self.tenant, &UserId::new(name)).await?;
        }
        found.ok_or_else(|| Error::absent("user", name))
    }

    /// The password that the person was made with.
    pub(crate) fn password(&self, username: &str) -> Option<String> {
        let passwords = self.passwords.lock().unwrap_or_else(PoisonError::into_inner);
        passwords.get(&username_key(username)).cloned()
    }
}
