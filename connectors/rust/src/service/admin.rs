//! What all parts of a tenant's admin API share.

use std::time::Duration;

use http::{Method, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::errors::succeeded;
use super::{As, Call, ClientConfig, Service, ServiceError};
use crate::{SettingsError, random};

/// The longest wait that is worth another try, in seconds.
const WORTH_WAITING: u64 = 1;

/// The admin API of the issuer's tenant. Clones share the token.
#[derive(Clone)]
pub(super) struct Admin(Service);

impl Admin {
    /// With tokens for these scopes, unless the client says which. The resource is the admin API, whatever it says.
    pub(super) fn new(client: ClientConfig, scopes: &str) -> Result<Self, SettingsError> {
        let issuer = client.issuer.trim_end_matches('/').to_owned();
        let scope = match client.scope.is_empty() {
            true => scopes.to_owned(),
            false => client.scope,
        };
        let resource = Some(format!("{issuer}/admin"));
        Ok(Self(Service::new(&format!("{issuer}/admin/v1"), ClientConfig { scope, resource, ..client })?))
    }

    /// Makes something. It is made once, however often the request has to be sent.
    pub(super) async fn create<T: DeserializeOwned>(
        &self,
        path: &str,
        new: &impl Serialize,
    ) -> Result<T, ServiceError> {
        let body = serde_json::to_value(new).map_err(|error| ServiceError::Call(error.to_string()))?;
        let key = random::token().map_err(|error| ServiceError::Call(error.to_string()))?;
        self.ask(&Call::new(Method::POST, path).json(body).field("idempotency-key", key)).await
    }

    /// `POST` without a body.
    pub(super) async fn post<T: DeserializeOwned>(&self, path: &str) -> Result<T, ServiceError> {
        self.ask(&Call::new(Method::POST, path)).await
    }

    /// `GET`.
    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ServiceError> {
        self.ask(&Call::get(path)).await
    }

    async fn ask<T: DeserializeOwned>(&self, call: &Call<'_>) -> Result<T, ServiceError> {
        let response = self.call(call).await?;
        serde_json::from_slice(response.body())
            .map_err(|_| ServiceError::Other { status: response.status().as_u16(), kind: String::new() })
    }

    /// One more try where the wait is short.
    pub(super) async fn call(&self, call: &Call<'_>) -> Result<Response<Vec<u8>>, ServiceError> {
        match succeeded(self.0.call(call, As::Itself).await?) {
            Err(ServiceError::RateLimited { retry_after: Some(seconds) }) if seconds <= WORTH_WAITING => {
                tokio::time::sleep(Duration::from_secs(seconds)).await;
                succeeded(self.0.call(call, As::Itself).await?)
            }
            answered => answered,
        }
    }
}

/// An id as one segment of a path, whatever is in it.
pub(super) fn segment(id: &str) -> Result<String, ServiceError> {
    // Encoded or not, these lead to another path, and nothing has such an id.
    if matches!(id, "" | "." | "..") {
        return Err(ServiceError::NotFound);
    }
    Ok(encoded(id))
}

/// Percent-encoded, so that it can be a segment of a path or a value of a query.
pub(super) fn encoded(text: &str) -> String {
    let encoded = url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    // A plus is no space in a path.
    encoded.replace('+', "%20")
}
