//! Groups of people, and who is in them.

use credenza_protocol::group::Group;
use credenza_protocol::ids::{GroupId, UserId};
use credenza_protocol::user::User;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::call::Call;
use super::kinds;
use super::operation::{
    Answer, Body, CURSOR, Form, Guard, LIMIT, Media, Method, Operation, Parameter, Place,
};
use super::page::{Page, Window};
use super::problem::{Problem, accept};
use super::reply::Reply;
use crate::admin::groups::{self, NewGroup};
use crate::admin::{document, users};

const TAG: &str = "Groups";
const ALL: &str = "/groups";
const ONE: &str = "/groups/{group_id}";
const MEMBERS: &str = "/groups/{group_id}/members";
const MEMBER: &str = "/groups/{group_id}/members/{user_id}";
const EXAMPLE: &str = r#"{"group_id": "9bWkQz4", "name": "Staff", "description": "Everybody who works here", "created_at": 1800000000, "updated_at": 1800000000, "version": 1}"#;
const LISTED: &str = r#"{"items": [{"group_id": "9bWkQz4", "name": "Staff", "description": "Everybody who works here", "created_at": 1800000000, "updated_at": 1800000000, "version": 1}]}"#;

/// What an operator edits of a group.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupDocument {
    /// The name by which tokens name it; unique in the tenant without regard to case.
    pub(crate) name: String,
    /// What it is for.
    #[serde(default)]
    pub(crate) description: String,
}

/// Somebody who is in a group.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "GroupMember")]
pub(crate) struct MemberBody {
    /// Their id.
    user_id: UserId,
    /// What they type to sign in.
    pub(crate) username: String,
}

impl MemberBody {
    fn new(User { user_id, username, .. }: User) -> Self {
        Self { user_id, username }
    }
}

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "listGroups",
        method: Method::Get,
        path: ALL,
        place: Place::Tenant,
        tag: TAG,
        summary: "List groups, by id; or by name those whose name begins with something, or the one of a name",
        scope: "admin:groups:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[
            LIMIT,
            CURSOR,
            Parameter {
                name: "name",
                description: "The group of exactly this name, compared without regard to case.",
                form: Form::Text,
            },
            Parameter {
                name: "name_prefix",
                description: "The groups whose name begins with this, compared without regard to case.",
                form: Form::Text,
            },
        ],
        request: None,
        response: LIST,
        problems: &[],
        run: |call| Box::pin(list(call)),
    },
    Operation {
        id: "createGroup",
        method: Method::Post,
        path: ALL,
        place: Place::Tenant,
        tag: TAG,
        summary: "Create a group that nobody is in yet",
        scope: "admin:groups:write",
        is_sensitive: false,
        guard: Guard::IdempotencyKey,
        query: &[],
        request: Some(Body { name: "NewGroup", ..WHOLE }),
        response: Answer { status: 201, ..SHOWN },
        problems: &[&kinds::TAKEN],
        run: |call| Box::pin(create(call)),
    },
    Operation {
        id: "getGroup",
        method: Method::Get,
        path: ONE,
        place: Place::Tenant,
        tag: TAG,
        summary: "Show a group",
        scope: "admin:groups:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: SHOWN,
        problems: &[],
        run: |call| Box::pin(get(call)),
    },
    Operation {
        id: "updateGroup",
        method: Method::Patch,
        path: ONE,
        place: Place::Tenant,
        tag: TAG,
        summary: "Change the name or the description of a group; tokens name it by the new name from then on",
        scope: "admin:groups:write",
        is_sensitive: false,
        guard: Guard::IfMatch,
        query: &[],
        request: Some(Body {
            name: "GroupPatch",
            media: Media::MergePatch,
            schema: |generator| generator.root_schema_for::<GroupDocument>(),
            example: r#"{"name": "All staff", "description": null}"#,
        }),
        response: SHOWN,
        problems: &[&kinds::TAKEN, &kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(update(call)),
    },
    Operation {
        id: "replaceGroup",
        method: Method::Put,
        path: ONE,
        place: Place::Tenant,
        tag: TAG,
        summary: "Give a group this name and this description in place of those that it has",
        scope: "admin:groups:write",
        is_sensitive: false,
        guard: Guard::IfMatch,
        query: &[],
        request: Some(WHOLE),
        response: SHOWN,
        problems: &[&kinds::TAKEN, &kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(replace(call)),
    },
    Operation {
        id: "deleteGroup",
        method: Method::Delete,
        path: ONE,
        place: Place::Tenant,
        tag: TAG,
        summary: "Delete a group with the roles that it has; who was in it stays",
        scope: "admin:groups:write",
        is_sensitive: false,
        guard: Guard::IfMatch,
        query: &[],
        request: None,
        response: Answer::nothing("It is gone."),
        problems: &[&kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(delete(call)),
    },
    Operation {
        id: "listGroupMembers",
        method: Method::Get,
        path: MEMBERS,
        place: Place::Tenant,
        tag: TAG,
        summary: "List who is in a group, by id",
        scope: "admin:groups:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[LIMIT, CURSOR],
        request: None,
        response: Answer {
            status: 200,
            description: "A page of members.",
            schema: Some(|generator| generator.subschema_for::<Page<MemberBody>>()),
            has_etag: false,
            example: r#"{"items": [{"user_id": "248289761001", "username": "ada"}]}"#,
        },
        problems: &[],
        run: |call| Box::pin(members(call)),
    },
    Operation {
        id: "addGroupMember",
        method: Method::Put,
        path: MEMBER,
        place: Place::Tenant,
        tag: TAG,
        summary: "Put a user into a group, which gives them the roles that the group has; who is in it already stays",
        scope: "admin:groups:write",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: Answer::nothing("They are in it."),
        problems: &[&kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(add(call)),
    },
    Operation {
        id: "removeGroupMember",
        method: Method::Delete,
        path: MEMBER,
        place: Place::Tenant,
        tag: TAG,
        summary: "Take a user out of a group",
        scope: "admin:groups:write",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: Answer::nothing("They are no longer in it."),
        problems: &[&kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(remove(call)),
    },
    Operation {
        id: "listUserGroups",
        method: Method::Get,
        path: "/users/{user_id}/groups",
        place: Place::Tenant,
        tag: TAG,
        summary: "List the groups that a user is in, by id",
        scope: "admin:groups:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[LIMIT, CURSOR],
        request: None,
        response: LIST,
        problems: &[],
        run: |call| Box::pin(of_user(call)),
    },
];

const SHOWN: Answer = Answer {
    status: 200,
    description: "The group.",
    schema: Some(|generator| generator.subschema_for::<Group>()),
    has_etag: true,
    example: EXAMPLE,
};

const LIST: Answer = Answer {
    status: 200,
    description: "A page of groups.",
    schema: Some(|generator| generator.subschema_for::<Page<Group>>()),
    has_etag: false,
    example: LISTED,
};

const WHOLE: Body = Body {
    name: "GroupDocument",
    media: Media::Json,
    schema: |generator| generator.root_schema_for::<GroupDocument>(),
    example: r#"{"name": "Staff", "description": "Everybody who works here"}"#,
};

async fn list(call: Call) -> Result<Reply, Problem> {
    let (admin, tenant) = (call.admin(), call.tenant());
    let window = Window::read(&call)?;
    let after = window.after.as_deref();
    match (call.query.get("name"), call.query.get("name_prefix")) {
        (Some(_), Some(_)) => {
            Err(Problem::Parameter("name_prefix".to_owned(), "cannot be sent together with name"))
        }
        (Some(name), None) => {
            let found = groups::find_by_name(&admin, tenant, name).await?;
            window.reply(&call, found.into_iter().collect(), |group: &Group| group.name.clone())
        }
        (None, Some(prefix)) => {
            let found = groups::page_by_name(&admin, tenant, prefix, after, window.wanted()).await?;
            window.reply(&call, found, |group| group.name.clone())
        }
        (None, None) => {
            let after = after.map(GroupId::new);
            let found = groups::page(&admin, tenant, after.as_ref(), window.wanted()).await?;
            window.reply(&call, found, |group| group.group_id.to_string())
        }
    }
}

async fn create(call: Call) -> Result<Reply, Problem> {
    let GroupDocument { name, description } = call.document()?;
    let created = groups::create(&call.admin(), call.tenant(), NewGroup { name, description }).await?;
    let group = accept(created)?;
    let location = call.url_of(ONE, group.group_id.as_str())?;
    Ok(shown(&group)?.created_at(location))
}

async fn get(call: Call) -> Result<Reply, Problem> {
    shown(&find(&call).await?)
}

async fn update(call: Call) -> Result<Reply, Problem> {
    let group = find(&call).await?;
    let Group { name, description, .. } = group.clone();
    let changed = document::patched(&GroupDocument { name, description }, call.body.clone())?;
    change(&call, group, changed).await
}

async fn replace(call: Call) -> Result<Reply, Problem> {
    let group = find(&call).await?;
    let whole = call.document()?;
    change(&call, group, whole).await
}

async fn change(call: &Call, group: Group, to: GroupDocument) -> Result<Reply, Problem> {
    call.check(group.version)?;
    let GroupDocument { name, description } = to;
    let group = Group { name, description, ..group };
    shown(&accept(groups::update(&call.admin(), call.tenant(), group).await?)?)
}

async fn delete(call: Call) -> Result<Reply, Problem> {
    let group = find(&call).await?;
    let expected = call.expected(group.version)?;
    accept(groups::delete(&call.admin(), call.tenant(), &group.group_id, expected).await?)?;
    Ok(Reply::nothing())
}

async fn members(call: Call) -> Result<Reply, Problem> {
    let group_id = find(&call).await?.group_id;
    let window = Window::read(&call)?;
    let after = window.after.as_deref().map(UserId::new);
    let (admin, tenant, wanted) = (call.admin(), call.tenant(), window.wanted());
    let found = groups::members_page(&admin, tenant, &group_id, after.as_ref(), wanted).await?;
    let bodies = found.into_iter().map(MemberBody::new).collect();
    window.reply(&call, bodies, |member: &MemberBody| member.user_id.to_string())
}

async fn add(call: Call) -> Result<Reply, Problem> {
    let (group_id, user_id) = (group_id(&call), UserId::new(call.path("user_id")));
    accept(groups::add(&call.admin(), call.tenant(), &group_id, &user_id).await?)?;
    Ok(Reply::nothing())
}

async fn remove(call: Call) -> Result<Reply, Problem> {
    let (group_id, user_id) = (group_id(&call), UserId::new(call.path("user_id")));
    accept(groups::remove(&call.admin(), call.tenant(), &group_id, &user_id).await?)?;
    Ok(Reply::nothing())
}

async fn of_user(call: Call) -> Result<Reply, Problem> {
    let user_id = UserId::new(call.path("user_id"));
    let (admin, tenant) = (call.admin(), call.tenant());
    users::find(&admin, tenant, &user_id).await?.ok_or(Problem::NotFound)?;
    let window = Window::read(&call)?;
    let after = window.after.as_deref().map(GroupId::new);
    let found = groups::of_user_page(&admin, tenant, &user_id, after.as_ref(), window.wanted()).await?;
    window.reply(&call, found, |group| group.group_id.to_string())
}

fn group_id(call: &Call) -> GroupId {
    GroupId::new(call.path("group_id"))
}

async fn find(call: &Call) -> Result<Group, Problem> {
    groups::find(&call.admin(), call.tenant(), &group_id(call)).await?.ok_or(Problem::NotFound)
}

fn shown(group: &Group) -> Result<Reply, Problem> {
    Ok(Reply::of(group)?.version(group.version))
}
