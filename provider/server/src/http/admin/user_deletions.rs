//! Users who are to be deleted, because they asked for it or an operator did.

use credenza_protocol::ids::UserId;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use credenza_storage::UserDeletion;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::call::Call;
use super::kinds;
use super::operation::{Answer, Body, CURSOR, Guard, LIMIT, Media, Method, Operation, Place};
use super::page::{Page, Window};
use super::problem::{Problem, accept};
use super::reply::Reply;
use super::users::{SHOWN as USER, find};
use crate::admin::users;

const TAG: &str = "Users";
const ONE: &str = "/users/{user_id}/deletion";
const EXAMPLE: &str = r#"{"user_id": "248289761001", "username": "ada", "requested_at": 1800000000, "deletes_at": 1801209600, "own": true, "disabled_before": null}"#;
const LISTED: &str = r#"{"items": [{"user_id": "248289761001", "username": "ada", "requested_at": 1800000000, "deletes_at": 1801209600, "own": true, "disabled_before": null}]}"#;

/// A user who is to be deleted, and can do nothing until then.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "UserDeletion")]
pub(crate) struct DeletionBody {
    /// Their id.
    user_id: UserId,
    /// Their name.
    username: String,
    /// When it was asked for.
    requested_at: Time,
    /// When they are deleted, within a minute or two.
    deletes_at: Time,
    /// Whether they asked for it themselves; then they can keep their account by signing in.
    own: bool,
    /// When they were disabled otherwise, if they were; they stay so where the account is kept.
    disabled_before: Option<Time>,
}

impl From<UserDeletion> for DeletionBody {
    fn from(deletion: UserDeletion) -> Self {
        let UserDeletion { user_id, username, requested_at, deletes_at, own, disabled_before, .. } = deletion;
        Self { user_id, username, requested_at, deletes_at, own, disabled_before }
    }
}

/// A deletion to be scheduled.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDeletionBody {
    /// After how many days, from 1 to 365.
    pub(crate) grace_days: u32,
}

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "listUserDeletions",
        method: Method::Get,
        path: "/user-deletions",
        place: Place::Tenant,
        tag: TAG,
        summary: "List the users who are to be deleted, by id",
        scope: "admin:users:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[LIMIT, CURSOR],
        request: None,
        response: Answer {
            status: 200,
            description: "A page of them.",
            schema: Some(|generator| generator.subschema_for::<Page<DeletionBody>>()),
            has_etag: false,
            example: LISTED,
        },
        problems: &[],
        run: |call| Box::pin(list(call)),
    },
    Operation {
        id: "getUserDeletion",
        method: Method::Get,
        path: ONE,
        place: Place::Tenant,
        tag: TAG,
        summary: "Show when a user is to be deleted",
        scope: "admin:users:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: SHOWN,
        problems: &[&kinds::NOT_FOUND],
        run: |call| Box::pin(get(call)),
    },
    Operation {
        id: "scheduleUserDeletion",
        method: Method::Put,
        path: ONE,
        place: Place::Tenant,
        tag: TAG,
        summary: "Disable a user now, and delete them later, unless they are kept; in place of an earlier schedule",
        scope: "admin:users:write",
        is_sensitive: false,
        guard: Guard::OptionalIfMatch,
        query: &[],
        request: Some(Body {
            name: "NewUserDeletion",
            media: Media::Json,
            schema: |generator| generator.root_schema_for::<NewDeletionBody>(),
            example: r#"{"grace_days": 14}"#,
        }),
        response: SHOWN,
        problems: &[&kinds::NOT_FOUND, &kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(schedule(call)),
    },
    Operation {
        id: "keepUser",
        method: Method::Delete,
        path: ONE,
        place: Place::Tenant,
        tag: TAG,
        summary: "Keep a user who is to be deleted; they have to sign in again",
        scope: "admin:users:write",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: USER,
        problems: &[&kinds::NOT_FOUND, &kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(keep(call)),
    },
];

const SHOWN: Answer = Answer {
    status: 200,
    description: "The deletion.",
    schema: Some(|generator| generator.subschema_for::<DeletionBody>()),
    has_etag: false,
    example: EXAMPLE,
};

async fn list(call: Call) -> Result<Reply, Problem> {
    let window = Window::read(&call)?;
    let after = window.after.as_deref().map(UserId::new);
    let (admin, tenant) = (call.admin(), call.tenant());
    let found = users::deletions_page(&admin, tenant, after.as_ref(), window.wanted()).await?;
    let bodies = found.into_iter().map(DeletionBody::from).collect();
    window.reply(&call, bodies, |body: &DeletionBody| body.user_id.to_string())
}

async fn get(call: Call) -> Result<Reply, Problem> {
    let user_id = UserId::new(call.path("user_id"));
    let found = users::deletion(&call.admin(), call.tenant(), &user_id).await?;
    Reply::of(&DeletionBody::from(found.ok_or(Problem::NotFound)?))
}

async fn schedule(call: Call) -> Result<Reply, Problem> {
    let NewDeletionBody { grace_days } = call.document()?;
    let user = find(&call).await?;
    let expected = call.expected(user.version)?;
    let done = users::schedule_deletion(&call.admin(), call.tenant(), &user, expected, grace_days).await?;
    Reply::of(&DeletionBody::from(accept(done)?))
}

async fn keep(call: Call) -> Result<Reply, Problem> {
    let user_id = UserId::new(call.path("user_id"));
    let user: User = accept(users::keep(&call.admin(), call.tenant(), &user_id).await?)?;
    Ok(Reply::of(&user)?.version(user.version))
}
