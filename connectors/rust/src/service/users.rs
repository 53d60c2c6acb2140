//! Users, by the admin API of a tenant.

use std::time::Duration;

use http::{Method, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::errors::succeeded;
use super::{As, Call, ClientConfig, Service, ServiceError};
use crate::{SettingsError, random};

/// The longest wait that is worth another try, in seconds.
const WORTH_WAITING: u64 = 1;

/// Users of the issuer's tenant.
#[derive(Clone)]
pub struct Users(Service);

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
        let issuer = client.issuer.trim_end_matches('/').to_owned();
        let scope = match client.scope.is_empty() {
            true => "admin:users:read admin:users:write admin:users:status".to_owned(),
            false => client.scope,
        };
        let resource = Some(format!("{issuer}/admin"));
        Ok(Self(Service::new(&format!("{issuer}/admin/v1"), ClientConfig { scope, resource, ..client })?))
    }

    /// Creates a user. It is created once, however often the request has to be sent.
    ///
    /// # Errors
    /// [`ServiceError::UserAlreadyExists`], and others.
    pub async fn create(&self, user: &NewUser) -> Result<User, ServiceError> {
        let wrong = |error: String| ServiceError::Call(error);
        let body = serde_json::to_value(user).map_err(|error| wrong(error.to_string()))?;
        let key = random::token().map_err(|error| wrong(error.to_string()))?;
        let call = Call::new(Method::POST, "/users").json(body).field("idempotency-key", key);
        read(&self.call(&call).await?)
    }

    /// A user.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], and others.
    pub async fn get(&self, user_id: &str) -> Result<User, ServiceError> {
        read(&self.call(&Call::get(&path(user_id, "")?)).await?)
    }

    /// The users of this name: one, or none.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub async fn find(&self, username: &str) -> Result<Vec<User>, ServiceError> {
        let path = format!("/users?username={}", encoded(username));
        read::<Items>(&self.call(&Call::get(&path)).await?).map(|page| page.items)
    }

    /// Disables a user, whose sessions and tokens end.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], and others.
    pub async fn disable(&self, user_id: &str) -> Result<User, ServiceError> {
        read(&self.call(&Call::new(Method::POST, &path(user_id, "/disable")?)).await?)
    }

    /// Enables a user again.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], and others.
    pub async fn enable(&self, user_id: &str) -> Result<User, ServiceError> {
        read(&self.call(&Call::new(Method::POST, &path(user_id, "/enable")?)).await?)
    }

    /// Deletes a user, whatever its version.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], and others.
    pub async fn delete(&self, user_id: &str) -> Result<(), ServiceError> {
        let path = path(user_id, "")?;
        let call = Call::new(Method::DELETE, &path).field("if-match", "*");
        self.call(&call).await.map(drop)
    }

    /// One more try where the wait is short.
    async fn call(&self, call: &Call<'_>) -> Result<Response<Vec<u8>>, ServiceError> {
        match succeeded(self.0.call(call, As::Itself).await?) {
            Err(ServiceError::RateLimited { retry_after: Some(seconds) }) if seconds <= WORTH_WAITING => {
                tokio::time::sleep(Duration::from_secs(seconds)).await;
                succeeded(self.0.call(call, As::Itself).await?)
            }
            answered => answered,
        }
    }
}

fn read<T: DeserializeOwned>(response: &Response<Vec<u8>>) -> Result<T, ServiceError> {
    serde_json::from_slice(response.body())
        .map_err(|_| ServiceError::Other { status: response.status().as_u16(), kind: String::new() })
}

/// The path of a user, whose id is one segment, whatever is in it.
fn path(user_id: &str, action: &str) -> Result<String, ServiceError> {
    // Encoded or not, these lead to another path, and nobody has such an id.
    if matches!(user_id, "" | "." | "..") {
        return Err(ServiceError::NotFound);
    }
    Ok(format!("/users/{}{action}", encoded(user_id)))
}

/// Percent-encoded, so that it can be a segment of a path or a value of a query.
fn encoded(text: &str) -> String {
    let encoded = url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    // A plus is no space in a path.
    encoded.replace('+', "%20")
}
