//! Sessions: where a user is signed in.

use credenza_protocol::ids::{SessionId, UserId};
use credenza_protocol::session::Session;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::call::Call;
use super::kinds;
use super::operation::{Answer, CURSOR, Guard, LIMIT, Method, Operation, Place};
use super::page::{self, Page, Window};
use super::problem::{Problem, accept};
use super::reply::Reply;
use crate::admin::{sessions, users};

const TAG: &str = "Sessions";
const ALL: &str = "/users/{user_id}/sessions";

/// What was ended.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "EndedSessions")]
pub(crate) struct EndedBody {
    /// How many there were.
    pub(crate) ended: u64,
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
        query: &[LIMIT, CURSOR],
        request: None,
        response: Answer {
            status: 200,
            description: "A page of sessions.",
            schema: Some(|generator| generator.subschema_for::<Page<Session>>()),
            has_etag: false,
            example: r#"{"items": [{"sid": "zVdu4hQ", "user_id": "248289761001", "auth_time": 1800000000, "amr": ["pwd"], "acr": null, "expires_at": 1802592000, "last_seen_at": 1800000300, "user_agent": "Mozilla/5.0", "place": {"country_code": "DE", "country": {"en": "Germany", "de": "Deutschland"}, "city": {"en": "Munich", "de": "München"}}}]}"#,
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
        problems: &[&kinds::BEYOND_AUTHORITY],
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
        problems: &[&kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(end(call)),
    },
];

async fn list(call: Call) -> Result<Reply, Problem> {
    let user_id = user(&call).await?;
    let window = Window::read(&call)?;
    let after = match window.parts()? {
        Some([since, sid]) => Some((page::time(since)?, SessionId::new(sid))),
        None => None,
    };
    let tenant = &call.context.realm.tenant;
    let found = sessions::page(&call.admin(), tenant, &user_id, after, window.wanted()).await?;
    window.reply(&call, found, |last| page::key([&last.auth_time.seconds().to_string(), last.sid.as_str()]))
}

async fn end_all(call: Call) -> Result<Reply, Problem> {
    let user_id = user(&call).await?;
    let ended = accept(sessions::end_all(&call.admin(), call.tenant(), &user_id).await?)?;
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
