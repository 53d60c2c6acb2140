//! Approval: operators decide on accounts that people have made themselves.

use credenza_protocol::approval::{Approval, ApprovalState};
use credenza_protocol::ids::UserId;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::call::Call;
use super::kinds;
use super::operation::{Answer, CURSOR, Form, Guard, LIMIT, Method, Operation, Parameter, Place};
use super::page::{self, Page, Window};
use super::problem::{Problem, accept};
use super::reply::Reply;
use super::users::{self, SHOWN};
use crate::admin::approvals::{self, Decision};

const TAG: &str = "Users";

/// An account that is not approved.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Approval")]
pub(crate) struct ApprovalBody {
    /// Whose.
    pub(crate) user_id: UserId,
    /// What they type to sign in.
    pub(crate) username: String,
    /// The address that they have proven.
    email: Option<String>,
    /// What was decided.
    state: ApprovalState,
    /// When the account was made.
    asked_at: Time,
    /// When it was refused.
    decided_at: Option<Time>,
    /// When it is deleted, unless it is approved before.
    expires_at: Time,
}

impl ApprovalBody {
    pub(crate) fn new((approval, user): (Approval, User)) -> Self {
        let Approval { user_id, state, asked_at, decided_at, expires_at } = approval;
        Self {
            user_id,
            username: user.username,
            email: user.claims.email,
            state,
            asked_at,
            decided_at,
            expires_at,
        }
    }
}

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "listApprovals",
        method: Method::Get,
        path: "/approvals",
        place: Place::Tenant,
        tag: TAG,
        summary: "List the accounts that wait for a decision, or were refused; whoever asked first comes first",
        scope: "admin:users:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[
            LIMIT,
            CURSOR,
            Parameter {
                name: "state",
                description: "`pending`, which is the default, or `rejected`.",
                form: Form::Text,
            },
        ],
        request: None,
        response: Answer {
            status: 200,
            description: "A page of accounts.",
            schema: Some(|generator| generator.subschema_for::<Page<ApprovalBody>>()),
            has_etag: false,
            example: r#"{"items": [{"user_id": "248289761001", "username": "ada", "email": "ada@example.com", "state": "pending", "asked_at": 1800000000, "decided_at": null, "expires_at": 1807776000}]}"#,
        },
        problems: &[],
        run: |call| Box::pin(list(call)),
    },
    Operation {
        id: "approveUser",
        method: Method::Post,
        path: "/users/{user_id}/approve",
        place: Place::Tenant,
        tag: TAG,
        summary: "Approve an account that its owner has made; they are told by mail, and can sign in",
        scope: "admin:users:status",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: SHOWN,
        problems: &[&kinds::NOT_FOUND, &kinds::BEYOND_AUTHORITY, &kinds::CONFLICT],
        run: |call| Box::pin(decide(call, Decision::Approve)),
    },
    Operation {
        id: "rejectUser",
        method: Method::Post,
        path: "/users/{user_id}/reject",
        place: Place::Tenant,
        tag: TAG,
        summary: "Refuse an account that waits; its owner is told by mail, and it is deleted after a month",
        scope: "admin:users:status",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: SHOWN,
        problems: &[&kinds::NOT_FOUND, &kinds::BEYOND_AUTHORITY, &kinds::CONFLICT],
        run: |call| Box::pin(decide(call, Decision::Reject)),
    },
];

async fn list(call: Call) -> Result<Reply, Problem> {
    let window = Window::read(&call)?;
    let state = call.query.get("state").map_or(Some(ApprovalState::Pending), ApprovalState::parse);
    let state = state.ok_or_else(|| Problem::Parameter("state".to_owned(), "must be pending or rejected"))?;
    let after = match window.parts()? {
        Some([asked, id]) => Some((page::time(asked)?, UserId::new(id))),
        None => None,
    };
    let found = approvals::page(&call.admin(), call.tenant(), state, after, window.wanted()).await?;
    let bodies = found.into_iter().map(ApprovalBody::new).collect();
    window.reply(&call, bodies, |last: &ApprovalBody| {
        page::key([&last.asked_at.seconds().to_string(), last.user_id.as_str()])
    })
}

async fn decide(call: Call, decision: Decision) -> Result<Reply, Problem> {
    let (tenant, user) = (&call.context.realm.tenant, users::find(&call).await?);
    let decided = approvals::decide(&call.admin(), tenant, user, decision, call.post()).await?;
    users::shown(&accept(decided)?)
}
