//! Users, by the admin API of a tenant.

use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::admin::{Admin, encoded, segment};
use super::{Call, ClientConfig, ServiceError};
use crate::SettingsError;

/// Users of the issuer's tenant.
#[derive(Clone)]
pub struct Users(Admin);

/// A user to be created.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct NewUser {
    /// The name to sign in by.
    pub username: String,
    /// Claims, such as `name` and `email`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub claims: Map<String, Value>,
}

/// A user.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct User {
    /// The `sub` of its tokens.
    pub user_id: String,
    /// The name to sign in by.
    pub username: String,
    /// Claims.
    #[serde(default)]
    pub claims: Map<String, Value>,
    /// Since when it is disabled, in seconds since 1970.
    #[serde(default)]
    pub disabled_at: Option<i64>,
    /// All other members.
    #[serde(flatten)]
    pub further: Map<String, Value>,
}

/// A page of a list.
#[derive(Deserialize)]
struct Items {
    items: Vec<User>,
}

impl Users {
    /// By a client with the scopes `admin:users:read`, `admin:users:write` and `admin:users:status`, which are asked for
    /// where `scope` is empty. The resource is the issuer's admin API, whatever `resource` says.
    ///
    /// # Errors
    /// [`SettingsError`] names the setting that is wrong.
    pub fn new(client: ClientConfig) -> Result<Self, SettingsError> {
        Admin::new(client, "admin:users:read admin:users:write admin:users:status").map(Self)
    }

    /// Creates a user. It is created once, however often the request has to be sent.
    ///
    /// # Errors
    /// [`ServiceError::UserAlreadyExists`], and others.
    pub async fn create(&self, user: &NewUser) -> Result<User, ServiceError> {
        self.0.create("/users", user).await
    }

    /// A user.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], and others.
    pub async fn get(&self, user_id: &str) -> Result<User, ServiceError> {
        self.0.get(&path(user_id, "")?).await
    }

    /// The users of this name: one, or none.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub async fn find(&self, username: &str) -> Result<Vec<User>, ServiceError> {
        let path = format!("/users?username={}", encoded(username));
        self.0.get::<Items>(&path).await.map(|page| page.items)
    }

    /// Disables a user, whose sessions and tokens end.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], and others.
    pub async fn disable(&self, user_id: &str) -> Result<User, ServiceError> {
        self.0.post(&path(user_id, "/disable")?).await
    }

    /// Enables a user again.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], and others.
    pub async fn enable(&self, user_id: &str) -> Result<User, ServiceError> {
        self.0.post(&path(user_id, "/enable")?).await
    }

    /// Deletes a user, whatever its version.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], and others.
    pub async fn delete(&self, user_id: &str) -> Result<(), ServiceError> {
        let path = path(user_id, "")?;
        let call = Call::new(Method::DELETE, &path).field("if-match", "*");
        self.0.call(&call).await.map(drop)
    }
}

fn path(user_id: &str, action: &str) -> Result<String, ServiceError> {
    Ok(format!("/users/{}{action}", segment(user_id)?))
}
