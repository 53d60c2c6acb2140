//! Somebody who uses the admin API: a service account, or a person with roles.

use credenza_protocol::admin_roles::{Assignment, Role, everything};
use credenza_protocol::client::GrantType;
use credenza_protocol::ids::UserId;
use credenza_protocol::scope::Scope;
use credenza_protocol::tenant::DEFAULT_TENANT;
use credenza_storage::Granted;
use serde_json::Value;

use crate::browser::Browser;
use crate::http_client::{Request, Response};
use crate::provider::{Person, Provider};
use crate::relying_party::{RelyingParty, Tokens};
use credenza::clock::Clock as _;

/// Somebody with an access token for the admin API.
#[derive(Clone, Debug)]
pub struct Administrator {
    /// The access token.
    pub token: String,
    /// The path of the tenant that it calls.
    pub base: String,
    /// The client that the token was issued to.
    pub client: RelyingParty,
}

impl Administrator {
    /// A service account of the default tenant with these scopes.
    pub async fn service(op: &Provider, scope: &str) -> Self {
        Self::service_of(op, DEFAULT_TENANT, scope).await
    }

    /// A service account of a tenant with these scopes.
    pub async fn service_of(op: &Provider, tenant: &str, scope: &str) -> Self {
        let client = client(op, tenant, &Scope::stored(scope)).await;
        let audience = format!("{}{}/admin", op.issuer, client.base);
        let fields = [("grant_type", "client_credentials"), ("resource", &audience)];
        let response = client.token(op, &fields).await;
        assert_eq!(response.status, 200, "{}", response.text());
        Self { token: Tokens::of(&response).access_token, base: client.base.clone(), client }
    }

    /// A person of a tenant who has these roles, by a token that was given every scope of the admin API. Each role is for
    /// the whole installation or not.
    pub async fn person(op: &Provider, tenant: &str, person: &Person, roles: &[(Role, bool)]) -> Self {
        for (role, installation) in roles {
            give(op, tenant, &person.user_id, *role, *installation).await;
        }
        let client = client(op, tenant, &everything()).await;
        let audience = format!("{}{}/admin", op.issuer, client.base);
        let scope = format!("openid {}", everything());
        let authorization = client.authorization().with("scope", &scope).and("resource", &audience);
        let tokens = client.sign_in_with(op, person, &mut Browser::new(), authorization).await;
        Self { token: tokens.access_token, base: client.base.clone(), client }
    }

    /// The same somebody, calling the admin API of another tenant.
    #[must_use]
    pub fn at(&self, tenant: &str) -> Self {
        let base = if tenant == DEFAULT_TENANT { String::new() } else { format!("/t/{tenant}") };
        Self { base, ..self.clone() }
    }

    /// A request to a path below `/admin/v1`.
    #[must_use]
    pub fn request(&self, op: &Provider, method: &str, path: &str) -> Request {
        Request::new(method, op.at(&format!("{}/admin/v1{path}", self.base))).bearer(&self.token)
    }

    /// A request with a body.
    #[must_use]
    pub fn with_body(&self, op: &Provider, method: &str, path: &str, body: &Value) -> Request {
        let media = if method == "PATCH" { "application/merge-patch+json" } else { "application/json" };
        self.request(op, method, path).header("content-type", media).body(body.to_string())
    }

    /// GET.
    pub async fn get(&self, op: &Provider, path: &str) -> Response {
        self.request(op, "GET", path).send().await
    }

    /// POST with a body.
    pub async fn post(&self, op: &Provider, path: &str, body: &Value) -> Response {
        self.with_body(op, "POST", path, body).send().await
    }

    /// PATCH of what has this entity tag.
    pub async fn patch(&self, op: &Provider, path: &str, etag: &str, changes: &Value) -> Response {
        self.with_body(op, "PATCH", path, changes).header("if-match", etag).send().await
    }

    /// DELETE of what has this entity tag.
    pub async fn delete(&self, op: &Provider, path: &str, etag: &str) -> Response {
        self.request(op, "DELETE", path).header("if-match", etag).send().await
    }
}

/// Gives a person of a tenant a role, as an operator does.
pub async fn give(op: &Provider, tenant: &str, user_id: &UserId, role: Role, installation: bool) {
    let given = Assignment { user_id: user_id.clone(), role, installation, created_at: op.clock.now() };
    let granted = op.state.store.admin_roles.grant(&op.tenant_id(tenant).await, given).await.unwrap();
    assert_ne!(granted, Granted::NoUser);
}

/// A client that may ask for these scopes at the admin API of its tenant.
async fn client(op: &Provider, tenant: &str, scope: &Scope) -> RelyingParty {
    let base = if tenant == DEFAULT_TENANT { String::new() } else { format!("/t/{tenant}") };
    let audience = format!("{}{base}/admin", op.issuer);
    RelyingParty::register_at(op, tenant, |client| {
        client.scope = Scope::stored(&format!("openid {scope}"));
        client.resources = vec![audience];
        client.grant_types =
            vec![GrantType::AuthorizationCode, GrantType::RefreshToken, GrantType::ClientCredentials];
    })
    .await
}

impl Response {
    /// Asserts a problem of the admin API (RFC 9457) of this status and kind.
    #[track_caller]
    pub fn assert_problem(&self, status: u16, kind: &str) {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.header("cache-control"), "no-store");
        let problem = self.json();
        let found = problem["type"].as_str().unwrap().rsplit('/').next().unwrap();
        assert_eq!(found, kind, "{problem}");
        assert_eq!(problem["status"], status, "{problem}");
        assert_eq!(problem["support_code"], self.header("x-request-id"), "{problem}");
    }
}
