//! A person at the account API, by an application that acts for them.

use credenza_protocol::client::{AccessTokenFormat, Client};
use credenza_protocol::scope::Scope;
use credenza_protocol::tenant::{DEFAULT_TENANT, TenantSettings};
use serde_json::Value;

use crate::browser::Browser;
use crate::http_client::{Request, Response};
use crate::provider::{Person, Provider};
use crate::relying_party::{RelyingParty, Tokens};

/// The scope of the tokens.
const SCOPE: &str = "openid profile offline_access account";

/// An application with an access token of a person for the account API.
#[derive(Clone, Debug)]
pub struct OwnAccount {
    /// The access token.
    pub token: String,
    /// The path of the tenant that is called.
    pub base: String,
    /// The application.
    pub client: RelyingParty,
}

impl OwnAccount {
    /// An application of the default tenant, for that person.
    pub async fn of(op: &Provider, person: &Person) -> Self {
        Self::at(op, DEFAULT_TENANT, person, |_| ()).await
    }

    /// The same with access tokens of that form.
    pub async fn of_format(op: &Provider, person: &Person, format: AccessTokenFormat) -> Self {
        Self::at(op, DEFAULT_TENANT, person, |client| client.access_token_format = format).await
    }

    /// An application of a tenant that differs from the usual one. Its grant is bound to the session.
    pub async fn at(op: &Provider, tenant: &str, person: &Person, change: impl FnOnce(&mut Client)) -> Self {
        let client = RelyingParty::register_at(op, tenant, |client| {
            client.scope = Scope::stored(SCOPE);
            change(client);
        })
        .await;
        Self::by(op, client, person, "openid profile account").await
    }

    /// That application, once more: in another browser, and with that scope.
    pub async fn by(op: &Provider, client: RelyingParty, person: &Person, scope: &str) -> Self {
        let authorization = client.authorization().with("scope", scope);
        let tokens = client.sign_in_with(op, person, &mut Browser::new(), authorization).await;
        Self { token: tokens.access_token, base: client.base.clone(), client }
    }

    /// The same application with a token of a sign-in that is no longer recent. The clock goes on for as long as that takes.
    pub async fn late(&self, op: &Provider, person: &Person) -> Self {
        let authorization = self.client.authorization().with("scope", "openid offline_access account");
        let tokens = self.client.sign_in_with(op, person, &mut Browser::new(), authorization).await;
        op.pass(TenantSettings::default().recent_sign_in_lifetime.0 + 1);
        let refreshed = self.client.refresh(op, tokens.refresh()).await;
        Self { token: Tokens::of(&refreshed).access_token, ..self.clone() }
    }

    /// A request to a path below `/api/v1`.
    #[must_use]
    pub fn request(&self, op: &Provider, method: &str, path: &str) -> Request {
        Request::new(method, op.at(&format!("{}/api/v1{path}", self.base))).bearer(&self.token)
    }

    /// GET.
    pub async fn get(&self, op: &Provider, path: &str) -> Response {
        self.request(op, "GET", path).send().await
    }

    /// DELETE.
    pub async fn delete(&self, op: &Provider, path: &str) -> Response {
        self.request(op, "DELETE", path).send().await
    }

    /// POST with a body.
    pub async fn post(&self, op: &Provider, path: &str, body: &Value) -> Response {
        let request = self.request(op, "POST", path).header("content-type", "application/json");
        request.body(body.to_string()).send().await
    }

    /// PATCH of what has this entity tag.
    pub async fn patch(&self, op: &Provider, path: &str, etag: &str, changes: &Value) -> Response {
        let request = self.request(op, "PATCH", path).header("content-type", "application/merge-patch+json");
        request.header("if-match", etag).body(changes.to_string()).send().await
    }
}
