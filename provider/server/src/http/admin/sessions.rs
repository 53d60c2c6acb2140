//! Sessions: where a user is signed in.

use credenza_protocol::ids::{SessionId, UserId};
use credenza_protocol::session::Session;
use schemars::JsonSchema;
use serde::Serialize;

use super::call::Call;
use super::operation::{Answer, Guard, Method, Operation, Place};
use super::problem::{Problem, accept};
use super::reply::Reply;
use crate::admin::{sessions, users};

const TAG: &str = "Sessions";
const ALL: &str = "/users/{user_id}/sessions";

/// The sessions of a user, the newest first.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SessionList")]
pub(crate) struct SessionsBody {
    /// The sessions.
    items: Vec<Session>,
}

/// What was ended.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "EndedSessions")]
pub(crate) struct EndedBody {
    /// How many there were.
    ended: u64,
}

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "listUserSessions",
        method: Method::Get,
        path: ALL,
        place: Place::Tenant,
        tag: TAG,
        summary: "List the sessions of a user, the newest first",
        scope: "admin:sessions:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: Answer {
            status: 200,
            description: "The sessions.",
            schema: Some(|generator| generator.subschema_for::<SessionsBody>()),
            has_etag: false,
            example: r#"{"items": [{"sid": "zVdu4hQ", "user_id": "248289761001", "auth_time": 1800000000, "amr": ["pwd"], "acr": null, "expires_at": 1802592000, "last_seen_at": 1800000300, "user_agent": "Mozilla/5.0"}]}"#,
        },
        problems: &[],
        run: |call| Box::pin(list(call)),
    },
    Operation {
        id: "endUserSessions",
        method: Method::Delete,
        path: ALL,
        place: Place::Tenant,
        tag: TAG,
        summary: "End every session of a user, and revoke what was granted in them",
        scope: "admin:sessions:write",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: Answer {
            status: 200,
            description: "They have ended.",
            schema: Some(|generator| generator.subschema_for::<EndedBody>()),
            has_etag: false,
            example: r#"{"ended": 2}"#,
        },
        problems: &[],
        run: |call| Box::pin(end_all(call)),
    },
    Operation {
        id: "endUserSession",
        method: Method::Delete,
        path: "/users/{user_id}/sessions/{sid}",
        place: Place::Tenant,
        tag: TAG,
        summary: "End one session of a user, and revoke what was granted in it",
        scope: "admin:sessions:write",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: Answer::nothing("It has ended."),
        problems: &[],
        run: |call| Box::pin(end(call)),
    },
];

async fn list(call: Call) -> Result<Reply, Problem> {
    let user_id = user(&call).await?;
    let items = sessions::list(&call.admin(), &call.context.realm.tenant, &user_id).await?;
    Reply::of(&SessionsBody { items })
}

async fn end_all(call: Call) -> Result<Reply, Problem> {
    let user_id = user(&call).await?;
    let ended = sessions::end_all(&call.admin(), call.tenant(), &user_id).await?;
    Reply::of(&EndedBody { ended })
}

async fn end(call: Call) -> Result<Reply, Problem> {
    let (user_id, sid) = (user(&call).await?, SessionId::new(call.path("sid")));
    accept(sessions::end(&call.admin(), call.tenant(), &user_id, &sid).await?)?;
    Ok(Reply::nothing())
}

async fn user(call: &Call) -> Result<UserId, Problem> {
    let user_id = UserId::new(call.path("user_id"));
    let found = users::find(&call.admin(), call.tenant(), &user_id).await?;
    found.map(|user| user.user_id).ok_or(Problem::NotFound)
}
