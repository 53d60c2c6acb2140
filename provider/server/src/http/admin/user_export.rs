//! Export of users: a line for each, read from storage as the caller takes them.

use std::sync::Arc;

use axum::body::Body;
use credenza_protocol::ids::UserId;
use credenza_protocol::scope::Scope;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use tokio::sync::OwnedSemaphorePermit;

use super::call::Call;
use super::kinds;
use super::lines;
use super::operation::{Answer, Guard, Method, Operation, Place};
use super::problem::Problem;
use super::reply::Reply;
use super::still::may_still;
use super::user_import::AGAIN;
use crate::admin::users::{self, UserLine};
use crate::admin::{Administration, Error};

/// Users that are read at a time.
const PAGE: u32 = 200;
/// Users whose groups and password are read at once.
const AT_ONCE: usize = 16;

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "exportUsers",
        method: Method::Get,
        path: "/users/export",
        place: Place::Tenant,
        tag: "Users",
        summary: "Export every user, a JSON object in each line as an import reads it, without passwords",
        scope: "admin:users:export",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: LINES,
        problems: &[&kinds::TOO_MANY_AT_ONCE],
        run: |call| Box::pin(export(call, false)),
    },
    Operation {
        id: "exportUsersWithPasswordHashes",
        method: Method::Get,
        path: "/users/export/password-hashes",
        place: Place::Tenant,
        tag: "Users",
        summary: "Export every user with the hashes of their passwords, so that nobody needs a new one elsewhere",
        scope: "admin:users:password_hashes",
        is_sensitive: true,
        guard: Guard::None,
        query: &[],
        request: None,
        response: LINES,
        problems: &[&kinds::TOO_MANY_AT_ONCE],
        run: |call| Box::pin(export(call, true)),
    },
];

const LINES: Answer = Answer {
    status: 200,
    description: "Every user, a JSON object in each line. An answer that breaks off is not whole: it has no end.",
    schema: Some(lines::of::<UserLine>),
    has_etag: false,
    example: r#"{"user_id": "248289761001", "username": "ada", "claims": {"email": "ada@example.com", "email_verified": true}, "disabled": false, "groups": ["Staff"]}"#,
};

/// Why an export breaks off.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error(transparent)]
    Failed(#[from] Error),
    #[error("whoever asked for it no longer may ({0})")]
    Ended(&'static str),
}

/// An export under way.
struct Export {
    call: Call,
    /// What the caller must still have.
    scope: Scope,
    with_hashes: bool,
    after: Option<UserId>,
    is_done: bool,
    /// Its place among the imports and exports that are worked on at once.
    _turn: OwnedSemaphorePermit,
}

async fn export(call: Call, with_hashes: bool) -> Result<Reply, Problem> {
    let turn = Arc::clone(&call.context.state.bulk).try_acquire_owned();
    let turn = turn.map_err(|_| Problem::Busy(AGAIN))?;
    if with_hashes {
        tracing::warn!(caller = call.caller.name(), "password hashes are exported");
    }
    let scope = call.caller.scope.clone();
    let begun = Export { call, scope, with_hashes, after: None, is_done: false, _turn: turn };
    let pages = stream::try_unfold(begun, |mut export| async move {
        let page = export.page().await?;
        Ok::<_, Broken>(page.map(|page| (page, export)))
    });
    let pages = pages.inspect_err(|error| tracing::error!(%error, "an export broke off"));
    Ok(Reply::lines(Body::from_stream(pages)))
}

impl Export {
    /// The lines of the next users; nothing after the last.
    async fn page(&mut self) -> Result<Option<String>, Broken> {
        if self.is_done {
            return Ok(None);
        }
        let context = &self.call.context;
        // It takes as long as the caller wants it to: whoever was let in may be nobody by now.
        if self.after.is_some() {
            let still = may_still(&self.call, &self.scope, Some(context.now)).await;
            still.map_err(|problem| Broken::Ended(problem.kind().title))?;
        }
        let admin = Administration::of_server(&context.state, context.now);
        let tenant = &context.realm.tenant.tenant_id;
        let users = users::page(&admin, tenant, self.after.as_ref(), PAGE).await.map_err(Error::from)?;
        let is_done = users.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
        let after = users.last().map(|user| user.user_id.clone());
        let (admin, with_hashes) = (&admin, self.with_hashes);
        let read = stream::iter(users)
            .map(|user| async move { users::exported(admin, tenant, user, with_hashes).await });
        let lines: Vec<UserLine> = read.buffered(AT_ONCE).try_collect().await?;
        let mut text = String::new();
        for line in lines {
            text.push_str(&serde_json::to_string(&line).unwrap_or_default());
            text.push('\n');
        }
        (self.is_done, self.after) = (is_done, after);
        Ok((!text.is_empty()).then_some(text))
    }
}
