//! Authenticators of a user. What they are checked by is told nobody.

use credenza_protocol::authenticator::{Authenticator, AuthenticatorKind};
use credenza_protocol::ids::AuthenticatorId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::call::Call;
use super::kinds;
use super::operation::{Answer, Form, Guard, Method, Operation, Parameter, Place};
use super::problem::{Problem, accept};
use super::reply::Reply;
use super::users::find;
use crate::admin::authenticators;

const TAG: &str = "Users";

/// What a user signs in with besides a password.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "UserAuthenticators")]
pub(crate) struct AuthenticatorsBody {
    /// Their authenticators, those that were added first coming first.
    pub(crate) authenticators: Vec<Authenticator>,
    /// How many recovery codes they have left.
    pub(crate) recovery_codes_left: u32,
}

/// What was removed.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ResetAuthenticators")]
pub(crate) struct ResetBody {
    /// How many authenticators there were.
    pub(crate) removed: u32,
}

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "getUserAuthenticators",
        method: Method::Get,
        path: "/users/{user_id}/authenticators",
        place: Place::Tenant,
        tag: TAG,
        summary: "Show the passkeys and authenticator apps of a user, and how many recovery codes they have left",
        scope: "admin:users:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: Answer {
            status: 200,
            description: "What they have.",
            schema: Some(|generator| generator.subschema_for::<AuthenticatorsBody>()),
            has_etag: false,
            example: r#"{"authenticators": [{"authenticator_id": "e41b7d09a6c25f83", "user_id": "248289761001", "kind": "passkey", "name": "iCloud Keychain", "aaguid": "fbfc3007-154e-4ecc-8c0b-6e020557d7bd", "backed_up": true, "created_at": 1800000000, "last_used_at": 1800003600}], "recovery_codes_left": 10}"#,
        },
        problems: &[&kinds::NOT_FOUND],
        run: |call| Box::pin(show(call)),
    },
    Operation {
        id: "removeUserAuthenticator",
        method: Method::Delete,
        path: "/users/{user_id}/authenticators/{authenticator_id}",
        place: Place::Tenant,
        tag: TAG,
        summary: "Remove a passkey or an authenticator app of a user, who is told by mail",
        scope: "admin:users:write",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: Answer::nothing("It is removed."),
        problems: &[&kinds::NOT_FOUND, &kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(remove(call)),
    },
    Operation {
        id: "resetUserAuthenticators",
        method: Method::Post,
        path: "/users/{user_id}/authenticators/reset",
        place: Place::Tenant,
        tag: TAG,
        summary: "Remove every passkey, authenticator app and recovery code of a user who has lost them, or all of one kind; ends their sessions and tells them by mail",
        scope: "admin:users:write",
        is_sensitive: false,
        guard: Guard::None,
        query: &[Parameter {
            name: "kind",
            description: "`totp`, `passkey` or `trusted_browser`, where all of one kind are meant. Recovery codes go with the last factor.",
            form: Form::Text,
        }],
        request: None,
        response: Answer {
            status: 200,
            description: "They are removed.",
            schema: Some(|generator| generator.subschema_for::<ResetBody>()),
            has_etag: false,
            example: r#"{"removed": 2}"#,
        },
        problems: &[&kinds::NOT_FOUND, &kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(reset(call)),
    },
];

async fn show(call: Call) -> Result<Reply, Problem> {
    let user = find(&call).await?;
    let held = authenticators::of(&call.admin(), call.tenant(), &user.user_id).await?;
    let authenticators::Held { authenticators, recovery_codes_left } = held;
    Reply::of(&AuthenticatorsBody { authenticators, recovery_codes_left })
}

async fn remove(call: Call) -> Result<Reply, Problem> {
    let (tenant, user) = (&call.context.realm.tenant, find(&call).await?);
    let id = AuthenticatorId::new(call.path("authenticator_id"));
    accept(authenticators::remove(&call.admin(), tenant, &user, &id, call.post()).await?)?;
    Ok(Reply::nothing())
}

async fn reset(call: Call) -> Result<Reply, Problem> {
    let (tenant, user) = (&call.context.realm.tenant, find(&call).await?);
    let kind = call.query.get("kind").map(|kind| {
        let wrong = || Problem::Parameter("kind".to_owned(), "must be totp, passkey or trusted_browser");
        AuthenticatorKind::parse(kind).ok_or_else(wrong)
    });
    let kind = kind.transpose()?;
    let removed = accept(authenticators::reset(&call.admin(), tenant, &user, kind, call.post()).await?)?;
    Reply::of(&ResetBody { removed })
}
