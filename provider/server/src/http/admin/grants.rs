//! Grants and consents: what people gave to clients.

use credenza_protocol::consent::Consent;
use credenza_protocol::grant::Grant;
use credenza_protocol::ids::{ClientId, GrantId, UserId};
use credenza_protocol::time::Time;
use credenza_storage::UsedGrant;
use schemars::JsonSchema;
use serde::Serialize;

use super::call::Call;
use super::kinds;
use super::operation::{Answer, CURSOR, Guard, LIMIT, Method, Operation, Place};
use super::page::{Page, Window};
use super::problem::{Problem, accept};
use super::reply::Reply;
use crate::admin::{grants, users};

const TAG: &str = "Grants";

/// A grant, and when it was last used.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "UserGrant")]
pub(crate) struct GrantBody {
    #[serde(flatten)]
    grant: Grant,
    /// When tokens were last issued by it.
    last_used_at: Time,
}

/// What was revoked.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RevokedGrants")]
pub(crate) struct RevokedBody {
    /// How many grants there were.
    revoked: u64,
}

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "listUserGrants",
        method: Method::Get,
        path: "/users/{user_id}/grants",
        place: Place::Tenant,
        tag: TAG,
        summary: "List the grants of a user that are live, the latest first",
        scope: "admin:grants:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[LIMIT, CURSOR],
        request: None,
        response: Answer {
            status: 200,
            description: "A page of grants.",
            schema: Some(|generator| generator.subschema_for::<Page<GrantBody>>()),
            has_etag: false,
            example: r#"{"items": [{"grant_id": "01jgr4nt", "client_id": "wiki", "user_id": "248289761001", "sid": "zVdu4hQ", "offline": false, "scope": "openid email", "resource": [], "claims": {}, "auth_time": 1800000000, "wants_auth_time": false, "amr": ["pwd"], "acr": null, "created_at": 1800000005, "expires_at": 1802592000, "last_used_at": 1800003605}]}"#,
        },
        problems: &[&kinds::NOT_FOUND],
        run: |call| Box::pin(list(call)),
    },
    Operation {
        id: "revokeUserGrant",
        method: Method::Delete,
        path: "/users/{user_id}/grants/{grant_id}",
        place: Place::Tenant,
        tag: TAG,
        summary: "Revoke a grant of a user, with every token of it",
        scope: "admin:grants:write",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: Answer::nothing("It is revoked."),
        problems: &[&kinds::NOT_FOUND, &kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(revoke(call)),
    },
    Operation {
        id: "revokeUserGrantsOfClient",
        method: Method::Delete,
        path: "/users/{user_id}/clients/{client_id}/grants",
        place: Place::Tenant,
        tag: TAG,
        summary: "Revoke what a user gave to a client; what is remembered of their consent stays",
        scope: "admin:grants:write",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: Answer {
            status: 200,
            description: "They are revoked.",
            schema: Some(|generator| generator.subschema_for::<RevokedBody>()),
            has_etag: false,
            example: r#"{"revoked": 2}"#,
        },
        problems: &[&kinds::NOT_FOUND, &kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(revoke_of_client(call)),
    },
    Operation {
        id: "listUserConsents",
        method: Method::Get,
        path: "/users/{user_id}/consents",
        place: Place::Tenant,
        tag: TAG,
        summary: "List what a user allowed to clients, so that they are not asked again",
        scope: "admin:grants:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[LIMIT, CURSOR],
        request: None,
        response: Answer {
            status: 200,
            description: "A page of consents.",
            schema: Some(|generator| generator.subschema_for::<Page<Consent>>()),
            has_etag: false,
            example: r#"{"items": [{"client_id": "wiki", "scope": "openid email", "updated_at": 1800000005}]}"#,
        },
        problems: &[&kinds::NOT_FOUND],
        run: |call| Box::pin(list_consents(call)),
    },
    Operation {
        id: "withdrawUserConsent",
        method: Method::Delete,
        path: "/users/{user_id}/consents/{client_id}",
        place: Place::Tenant,
        tag: TAG,
        summary: "Withdraw the consent of a user to a client, and revoke what they gave it",
        scope: "admin:grants:write",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: Answer::nothing("It is withdrawn."),
        problems: &[&kinds::NOT_FOUND, &kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(withdraw_consent(call)),
    },
];

async fn list(call: Call) -> Result<Reply, Problem> {
    let (user_id, window) = (user(&call).await?, Window::read(&call)?);
    let after = window.after.as_deref().map(GrantId::new);
    let found = grants::page(&call.admin(), call.tenant(), &user_id, after.as_ref(), window.wanted()).await?;
    let body = |UsedGrant { grant, last_used_at }| GrantBody { grant, last_used_at };
    window.reply(&call, found.into_iter().map(body).collect(), |body| body.grant.grant_id.to_string())
}

async fn revoke(call: Call) -> Result<Reply, Problem> {
    let (user_id, grant_id) = (user(&call).await?, GrantId::new(call.path("grant_id")));
    accept(grants::revoke(&call.admin(), call.tenant(), &user_id, &grant_id).await?)?;
    Ok(Reply::nothing())
}

async fn revoke_of_client(call: Call) -> Result<Reply, Problem> {
    let (user_id, client_id) = (user(&call).await?, ClientId::new(call.path("client_id")));
    let revoked = grants::revoke_of_client(&call.admin(), call.tenant(), &user_id, &client_id).await?;
    Reply::of(&RevokedBody { revoked: accept(revoked)? })
}

async fn list_consents(call: Call) -> Result<Reply, Problem> {
    let (user_id, window) = (user(&call).await?, Window::read(&call)?);
    let after = window.after.as_deref().map(ClientId::new);
    let found =
        grants::consents_page(&call.admin(), call.tenant(), &user_id, after.as_ref(), window.wanted())
            .await?;
    window.reply(&call, found, |consent| consent.client_id.to_string())
}

async fn withdraw_consent(call: Call) -> Result<Reply, Problem> {
    let (user_id, client_id) = (user(&call).await?, ClientId::new(call.path("client_id")));
    accept(grants::withdraw_consent(&call.admin(), call.tenant(), &user_id, &client_id).await?)?;
    Ok(Reply::nothing())
}

async fn user(call: &Call) -> Result<UserId, Problem> {
    let user_id = UserId::new(call.path("user_id"));
    let found = users::find(&call.admin(), call.tenant(), &user_id).await?;
    found.map(|user| user.user_id).ok_or(Problem::NotFound)
}
