//! Admin roles: which people may administer what.

use credenza_protocol::admin_roles::{Assignment, Role};
use credenza_protocol::ids::UserId;
use credenza_protocol::time::Time;
use schemars::JsonSchema;
use serde::Serialize;

use super::call::Call;
use super::kinds;
use super::operation::{Answer, CURSOR, Form, Guard, LIMIT, Method, Operation, Parameter, Place};
use super::page::{self, Page, Window};
use super::problem::{Problem, accept};
use super::reply::Reply;
use crate::admin::{admin_roles, users};

const TAG: &str = "Admin roles";
const ONE: &str = "/users/{user_id}/admin-roles/{role}";
const INSTALLATION: Parameter = Parameter {
    name: "installation",
    description: "Whether the role holds at every tenant; only people of the default tenant can have such a one.",
    form: Form::Truth,
};
const EXAMPLE: &str = r#"{"user_id": "248289761001", "role": "support_admin", "installation": false, "created_at": 1800000000}"#;
const LISTED: &str = r#"{"items": [{"user_id": "248289761001", "role": "support_admin", "installation": false, "created_at": 1800000000}]}"#;

/// Roles that were given.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AdminRoleList")]
pub(crate) struct RolesBody {
    /// The roles.
    items: Vec<Assignment>,
}

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "listAdminRoles",
        method: Method::Get,
        path: "/admin-roles",
        place: Place::Tenant,
        tag: TAG,
        summary: "List the roles that people of the tenant have",
        scope: "admin:admin_roles:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[LIMIT, CURSOR],
        request: None,
        response: Answer {
            description: "A page of roles.",
            schema: Some(|generator| generator.subschema_for::<Page<Assignment>>()),
            ..LIST
        },
        problems: &[],
        run: |call| Box::pin(list(call)),
    },
    Operation {
        id: "listUserAdminRoles",
        method: Method::Get,
        path: "/users/{user_id}/admin-roles",
        place: Place::Tenant,
        tag: TAG,
        summary: "List the roles of a user",
        scope: "admin:admin_roles:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: LIST,
        problems: &[],
        run: |call| Box::pin(of_user(call)),
    },
    Operation {
        id: "grantAdminRole",
        method: Method::Put,
        path: ONE,
        place: Place::Tenant,
        tag: TAG,
        summary: "Give a user a role that brings nothing that the caller does not have",
        scope: "admin:admin_roles:write",
        is_sensitive: true,
        guard: Guard::None,
        query: &[INSTALLATION],
        request: None,
        response: Answer {
            status: 200,
            description: "They have it.",
            schema: Some(|generator| generator.subschema_for::<Assignment>()),
            has_etag: false,
            example: EXAMPLE,
        },
        problems: &[&kinds::INVALID_VALUES, &kinds::BEYOND_AUTHORITY, &kinds::STALE],
        run: |call| Box::pin(grant(call)),
    },
    Operation {
        id: "revokeAdminRole",
        method: Method::Delete,
        path: ONE,
        place: Place::Tenant,
        tag: TAG,
        summary: "Take a role away from a user, and from the tokens that they have",
        scope: "admin:admin_roles:write",
        is_sensitive: true,
        guard: Guard::None,
        query: &[INSTALLATION],
        request: None,
        response: Answer::nothing("They no longer have it."),
        problems: &[&kinds::BEYOND_AUTHORITY, &kinds::STALE],
        run: |call| Box::pin(revoke(call)),
    },
];

const LIST: Answer = Answer {
    status: 200,
    description: "The roles.",
    schema: Some(|generator| generator.subschema_for::<RolesBody>()),
    has_etag: false,
    example: LISTED,
};

async fn list(call: Call) -> Result<Reply, Problem> {
    let window = Window::read(&call)?;
    let after = match window.parts()? {
        Some([user_id, role, installation]) => Some(Assignment {
            user_id: UserId::new(user_id),
            role: Role::parse(role).ok_or_else(page::wrong)?,
            installation: installation == "true",
            created_at: Time::default(),
        }),
        None => None,
    };
    let found = admin_roles::page(&call.admin(), call.tenant(), after.as_ref(), window.wanted()).await?;
    window.reply(&call, found, |last| {
        page::key([last.user_id.as_str(), last.role.as_str(), &last.installation.to_string()])
    })
}

async fn of_user(call: Call) -> Result<Reply, Problem> {
    let user_id = UserId::new(call.path("user_id"));
    let found = users::find(&call.admin(), call.tenant(), &user_id).await?;
    found.ok_or(Problem::NotFound)?;
    Reply::of(&RolesBody { items: admin_roles::of(&call.admin(), call.tenant(), &user_id).await? })
}

async fn grant(call: Call) -> Result<Reply, Problem> {
    let (user_id, role, installation) = named(&call)?;
    let tenant = &call.context.realm.tenant;
    let granted = admin_roles::grant(&call.admin(), tenant, &user_id, role, installation).await?;
    Reply::of(&accept(granted)?)
}

async fn revoke(call: Call) -> Result<Reply, Problem> {
    let (user_id, role, installation) = named(&call)?;
    let revoked = admin_roles::revoke(&call.admin(), call.tenant(), &user_id, role, installation).await?;
    accept(revoked)?;
    Ok(Reply::nothing())
}

fn named(call: &Call) -> Result<(UserId, Role, bool), Problem> {
    let role = Role::parse(call.path("role")).ok_or(Problem::NotFound)?;
    Ok((UserId::new(call.path("user_id")), role, call.flag(INSTALLATION.name)?))
}
