//! Roles at clients: what people and groups are to an application. The client declares which there are.

use credenza_protocol::ids::{ClientId, GroupId, UserId};
use credenza_protocol::role::{Assignment, Holder};
use schemars::JsonSchema;
use serde::Serialize;

use super::call::Call;
use super::kinds;
use super::operation::{Answer, CURSOR, Guard, LIMIT, Method, Operation, Place};
use super::page::{self, Page, Window};
use super::problem::{Problem, accept};
use super::reply::Reply;
use crate::admin::{clients, groups, roles, users};

const TAG: &str = "Roles";
const OF_USER: &str = "/clients/{client_id}/roles/{role}/users/{user_id}";
const OF_GROUP: &str = "/clients/{client_id}/roles/{role}/groups/{group_id}";
const EXAMPLE: &str = r#"{"client_id": "s6BhdRkqt3", "role": "editor", "user_id": "248289761001"}"#;
const LISTED: &str = r#"{"items": [{"client_id": "s6BhdRkqt3", "role": "editor", "group_id": "9bWkQz4"}, {"client_id": "s6BhdRkqt3", "role": "owner", "user_id": "248289761001"}]}"#;

/// A role at a client, and who has it: a user or a group.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RoleAssignment")]
pub(crate) struct RoleBody {
    /// The client.
    client_id: ClientId,
    /// The role.
    role: String,
    /// The user who was given it.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
    /// The group that was given it: everybody in it has the role.
    #[serde(skip_serializing_if = "Option::is_none")]
    group_id: Option<GroupId>,
}

impl From<Assignment> for RoleBody {
    fn from(Assignment { client_id, role, holder }: Assignment) -> Self {
        let (user_id, group_id) = match holder {
            Holder::User(user_id) => (Some(user_id), None),
            Holder::Group(group_id) => (None, Some(group_id)),
        };
        Self { client_id, role, user_id, group_id }
    }
}

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "listClientRoles",
        method: Method::Get,
        path: "/clients/{client_id}/roles",
        summary: "List who has which role at a client, by holder and role",
        run: |call| Box::pin(at_client(call)),
        ..READ
    },
    Operation {
        id: "listUserRoles",
        method: Method::Get,
        path: "/users/{user_id}/roles",
        summary: "List the roles that a user has at clients: what they were given themselves names them, and what they have by a \
                  group names the group",
        run: |call| Box::pin(of_user(call)),
        ..READ
    },
    Operation {
        id: "listGroupRoles",
        method: Method::Get,
        path: "/groups/{group_id}/roles",
        summary: "List the roles that a group has at clients",
        run: |call| Box::pin(of_group(call)),
        ..READ
    },
    Operation {
        id: "grantUserRole",
        method: Method::Put,
        path: OF_USER,
        summary: "Give a user a role that the client declares; who has it already keeps it",
        run: |call| Box::pin(grant(call)),
        ..GRANT
    },
    Operation {
        id: "revokeUserRole",
        method: Method::Delete,
        path: OF_USER,
        summary: "Take a role at a client away from a user; what they have by a group stays",
        run: |call| Box::pin(revoke(call)),
        ..REVOKE
    },
    Operation {
        id: "grantGroupRole",
        method: Method::Put,
        path: OF_GROUP,
        summary: "Give everybody in a group a role that the client declares",
        run: |call| Box::pin(grant(call)),
        ..GRANT
    },
    Operation {
        id: "revokeGroupRole",
        method: Method::Delete,
        path: OF_GROUP,
        summary: "Take a role at a client away from a group",
        run: |call| Box::pin(revoke(call)),
        ..REVOKE
    },
];

const READ: Operation = Operation {
    id: "",
    method: Method::Get,
    path: "",
    place: Place::Tenant,
    tag: TAG,
    summary: "",
    scope: "admin:roles:read",
    is_sensitive: false,
    guard: Guard::None,
    query: &[LIMIT, CURSOR],
    request: None,
    response: Answer {
        status: 200,
        description: "A page of roles.",
        schema: Some(|generator| generator.subschema_for::<Page<RoleBody>>()),
        has_etag: false,
        example: LISTED,
    },
    problems: &[],
    run: |call| Box::pin(at_client(call)),
};

/// People must have signed in lately: what a role means is for the client to say, and it may be much.
const GRANT: Operation = Operation {
    scope: "admin:roles:write",
    is_sensitive: true,
    query: &[],
    response: Answer {
        status: 200,
        description: "They have it.",
        schema: Some(|generator| generator.subschema_for::<RoleBody>()),
        has_etag: false,
        example: EXAMPLE,
    },
    problems: &[&kinds::INVALID_VALUES, &kinds::BEYOND_AUTHORITY],
    ..READ
};

const REVOKE: Operation = Operation {
    query: &[],
    response: Answer::nothing("They no longer have it."),
    problems: &[&kinds::BEYOND_AUTHORITY],
    ..GRANT
};

async fn at_client(call: Call) -> Result<Reply, Problem> {
    let client_id = ClientId::new(call.path("client_id"));
    let (admin, tenant) = (call.admin(), call.tenant());
    clients::find(&admin, tenant, &client_id).await?.ok_or(Problem::NotFound)?;
    let window = Window::read(&call)?;
    let after = after(&window)?;
    let found = roles::page(&admin, tenant, &client_id, after.as_ref(), window.wanted()).await?;
    shown(&call, &window, found)
}

async fn of_user(call: Call) -> Result<Reply, Problem> {
    let user_id = UserId::new(call.path("user_id"));
    users::find(&call.admin(), call.tenant(), &user_id).await?.ok_or(Problem::NotFound)?;
    held(&call, &Holder::User(user_id)).await
}

async fn of_group(call: Call) -> Result<Reply, Problem> {
    let group_id = GroupId::new(call.path("group_id"));
    groups::find(&call.admin(), call.tenant(), &group_id).await?.ok_or(Problem::NotFound)?;
    held(&call, &Holder::Group(group_id)).await
}

async fn held(call: &Call, holder: &Holder) -> Result<Reply, Problem> {
    let window = Window::read(call)?;
    let (after, by_groups) = (after(&window)?, matches!(holder, Holder::User(_)));
    let (admin, tenant, wanted) = (call.admin(), call.tenant(), window.wanted());
    let found = roles::held_page(&admin, tenant, holder, by_groups, after.as_ref(), wanted).await?;
    shown(call, &window, found)
}

async fn grant(call: Call) -> Result<Reply, Problem> {
    let granted = roles::grant(&call.admin(), call.tenant(), named(&call)).await?;
    Reply::of(&RoleBody::from(accept(granted)?))
}

async fn revoke(call: Call) -> Result<Reply, Problem> {
    accept(roles::revoke(&call.admin(), call.tenant(), named(&call)).await?)?;
    Ok(Reply::nothing())
}

/// The role, and its holder, as the path names them.
fn named(call: &Call) -> Assignment {
    let holder = if call.template == OF_GROUP {
        Holder::Group(GroupId::new(call.path("group_id")))
    } else {
        Holder::User(UserId::new(call.path("user_id")))
    };
    Assignment {
        client_id: ClientId::new(call.path("client_id")),
        role: call.path("role").to_owned(),
        holder,
    }
}

/// The last one of the page before.
fn after(window: &Window) -> Result<Option<Assignment>, Problem> {
    let Some([kind, id, client_id, role]) = window.parts()? else { return Ok(None) };
    let holder = match kind {
        "user" => Holder::User(UserId::new(id)),
        "group" => Holder::Group(GroupId::new(id)),
        _ => return Err(page::wrong()),
    };
    Ok(Some(Assignment { client_id: ClientId::new(client_id), role: role.to_owned(), holder }))
}

fn shown(call: &Call, window: &Window, found: Vec<Assignment>) -> Result<Reply, Problem> {
    let bodies: Vec<RoleBody> = found.into_iter().map(RoleBody::from).collect();
    window.reply(call, bodies, |last| {
        let (kind, id) = match (&last.user_id, &last.group_id) {
            (Some(user_id), _) => ("user", user_id.as_str()),
            (None, group_id) => ("group", group_id.as_ref().map(GroupId::as_str).unwrap_or_default()),
        };
        page::key([kind, id, last.client_id.as_str(), &last.role])
    })
}
