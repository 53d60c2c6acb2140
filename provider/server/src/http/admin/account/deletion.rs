//! The end of the account.

use credenza_protocol::account::ACCOUNT;
use credenza_protocol::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::TAG;
use crate::admin::Refusal;
use crate::admin::document::Invalid;
use crate::http::admin::call::Call;
use crate::http::admin::kinds;
use crate::http::admin::operation::{Answer, Body, Guard, Media, Method, Operation, Place};
use crate::http::admin::problem::Problem;
use crate::http::admin::reply::Reply;
use crate::people::deletion::{self, Asked};

/// The wish to delete the account.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DeletionBody {
    /// The username of the account, as the person has typed it to say that they mean it.
    username: String,
}

/// What becomes of the account.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OwnDeletion")]
struct DeletedBody {
    /// When it is deleted, within a minute or two. Until then the person keeps it by signing in, or by the link in the mail that
    /// tells them; no token can. Null where it is deleted already.
    deletes_at: Option<Time>,
}

pub(super) static OPERATIONS: &[Operation] = &[Operation {
    id: "deleteOwnAccount",
    method: Method::Post,
    path: "/me/deletion",
    place: Place::Account,
    tag: TAG,
    summary: "Delete the account, where the tenant lets people: everything ends at once, this token with it, and the account is erased after the tenant's days of grace",
    scope: ACCOUNT,
    is_sensitive: true,
    guard: Guard::None,
    query: &[],
    request: Some(Body {
        name: "NewOwnDeletion",
        media: Media::Json,
        schema: |generator| generator.root_schema_for::<DeletionBody>(),
        example: r#"{"username": "ada"}"#,
    }),
    response: Answer {
        status: 200,
        description: "Everything has ended.",
        schema: Some(|generator| generator.subschema_for::<DeletedBody>()),
        has_etag: false,
        example: r#"{"deletes_at": 1801209600}"#,
    },
    problems: &[&kinds::CONFLICT, &kinds::STALE],
    run: |call| Box::pin(delete(call)),
}];

async fn delete(call: Call) -> Result<Reply, Problem> {
    let DeletionBody { username } = call.document()?;
    if !deletion::is_offered(&call.context) {
        return Err(Problem::NotFound);
    }
    let (user, lang) = (&call.holder()?.user, call.from.lang);
    match deletion::ask(&call.context, user, username.trim(), lang).await? {
        Asked::Scheduled(deletes_at) => Reply::of(&DeletedBody { deletes_at: Some(deletes_at) }),
        Asked::Deleted => Reply::of(&DeletedBody { deletes_at: None }),
        Asked::Wrong => Err(Invalid::new("username", "is not the username of this account").into()),
        Asked::Administers => Err(Problem::Refused(Refusal::Administers)),
        Asked::Refused => Err(Problem::Stale),
    }
}
