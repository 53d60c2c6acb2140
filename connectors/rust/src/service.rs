//! Calls to other services: by this service itself with a token of `client_credentials`, or on behalf of the caller; and
//! users, invitations and sign-in links, by the admin API.
//!
//! | module | holds |
//! |---|---|
//! | `token` | the token: kept until shortly before it expires; the crate `oauth2` makes the request |
//! | `errors` | what can go wrong, by type |
//! | `admin` | what the parts of the admin API share |
//! | `users` | users of the admin API |
//! | `invitations` | invitations, by mail, to make an account |
//! | `sign_in_links` | links by which users sign in once |

mod admin;
mod errors;
mod invitations;
mod sign_in_links;
mod token;
mod users;

use std::time::Duration;

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use serde_json::Value;

use crate::SettingsError;
use crate::web::Web;

pub use errors::ServiceError;
pub use invitations::{ClientRole, Invitation, InvitationList, InvitationState, Invitations, NewInvitation};
pub use sign_in_links::{NewSignInLink, SignInLink, SignInLinks};
pub use token::{ClientConfig, MachineTokens};
pub use users::{NewUser, User, Users};

/// Another service. Clones share the token.
#[derive(Clone)]
pub struct Service {
    base: String,
    tokens: MachineTokens,
    web: Web,
}

/// As whom a call is made.
#[derive(Clone, Copy, Debug)]
pub enum As<'a> {
    /// As this service.
    Itself,
    /// As the caller of a request with these fields, whose Bearer token is passed on. The other service has to be one of
    /// its audiences. Tokens that are bound to their senders cannot be passed on.
    Caller(&'a HeaderMap),
}

/// A call.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    method: Method,
    path: &'a str,
    body: Option<Value>,
    fields: Vec<(&'static str, String)>,
}

impl<'a> Call<'a> {
    /// A request to a path below the service's URL, with its query. It begins with a slash.
    #[must_use]
    pub const fn new(method: Method, path: &'a str) -> Self {
        Self { method, path, body: None, fields: Vec::new() }
    }

    /// `GET`.
    #[must_use]
    pub const fn get(path: &'a str) -> Self {
        Self::new(Method::GET, path)
    }

    /// With a body in JSON.
    #[must_use]
    pub fn json(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }

    /// With a further field, whose name is in lower case.
    #[must_use]
    pub fn field(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.fields.push((name, value.into()));
        self
    }
}

impl Service {
    /// The service at this URL.
    ///
    /// # Errors
    /// [`SettingsError`] names the setting that is wrong.
    pub fn new(base: &str, client: ClientConfig) -> Result<Self, SettingsError> {
        let wrong = |error: url::ParseError| SettingsError {
            setting: "service_url".into(),
            reason: error.to_string(),
        };
        url::Url::parse(base).map_err(wrong)?;
        let web = Web::new(Duration::from_secs(10))?;
        let base = base.trim_end_matches('/').to_owned();
        Ok(Self { base, tokens: MachineTokens::new(client, web.clone())?, web })
    }

    /// Makes a call, and gives its answer, whatever the status, but for 401 to this service itself: then the token is
    /// thrown away, and the call made once more.
    ///
    /// # Errors
    /// [`ServiceError`]: there is no token, or no answer, or 401 again.
    pub async fn call(&self, call: &Call<'_>, by: As<'_>) -> Result<Response<Vec<u8>>, ServiceError> {
        let As::Caller(headers) = by else { return self.by_itself(call).await };
        let token = headers.get(AUTHORIZATION).filter(|value| is_bearer(value));
        let token = token.cloned().ok_or(ServiceError::Unauthenticated)?;
        self.send(call, token).await
    }

    async fn by_itself(&self, call: &Call<'_>) -> Result<Response<Vec<u8>>, ServiceError> {
        let token = self.tokens.get().await?;
        let response = self.send(call, bearer(&token)?).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            return Ok(response);
        }
        self.tokens.throw_away(&token);
        let token = self.tokens.get().await?;
        let response = self.send(call, bearer(&token)?).await?;
        if response.status() == StatusCode::UNAUTHORIZED {
            return Err(ServiceError::Unauthenticated);
        }
        Ok(response)
    }

    async fn send(&self, call: &Call<'_>, token: HeaderValue) -> Result<Response<Vec<u8>>, ServiceError> {
        let Call { method, path, body, fields } = call;
        // Otherwise it could be the end of the host, and the token would go to another one.
        if !path.starts_with('/') {
            return Err(ServiceError::Call("the path has to begin with a slash".to_owned()));
        }
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        request = request.header(AUTHORIZATION, token);
        #[cfg(feature = "kit")]
        if let Some(request_id) = crate::kit::request_id() {
            request = request.header("x-request-id", request_id);
        }
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        for (name, value) in fields {
            request = request.header(*name, value);
        }
        let body = body.as_ref().map(|body| body.to_string().into_bytes()).unwrap_or_default();
        let request = request.body(body).map_err(|error| ServiceError::Call(error.to_string()))?;
        self.web.send(request).await.map_err(|failed| ServiceError::Unavailable(failed.to_string()))
    }
}

fn is_bearer(value: &HeaderValue) -> bool {
    value.as_bytes().get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"Bearer "))
}

fn bearer(token: &str) -> Result<HeaderValue, ServiceError> {
    let mut value = HeaderValue::try_from(format!("Bearer {token}"))
        .map_err(|_| ServiceError::Token("the token is no text of a header".to_owned()))?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_path_is_no_other_host() {
        let client = ClientConfig {
            issuer: "http://127.0.0.1:1".to_owned(),
            client_id: "a".to_owned(),
            client_secret: String::new(),
            scope: String::new(),
            resource: None,
        };
        let service = Service::new("http://127.0.0.1:1", client).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer a"));
        for path in ["@127.0.0.2:1/", "", ".example/"] {
            let called = service.call(&Call::get(path), As::Caller(&headers)).await;
            assert!(matches!(called, Err(ServiceError::Call(_))), "{path}");
        }
        let called = service.call(&Call::get("/"), As::Caller(&headers)).await;
        assert!(matches!(called, Err(ServiceError::Unavailable(_))));
        let called = service.call(&Call::get("/"), As::Caller(&HeaderMap::new())).await;
        assert_eq!(called.unwrap_err(), ServiceError::Unauthenticated);
    }
}
