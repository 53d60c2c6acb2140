//! Users: the people of a tenant.

use std::fmt;

use credenza_protocol::attribute::Attributes;
use credenza_protocol::claims::StandardClaims;
use credenza_protocol::ids::UserId;
use credenza_protocol::user::User;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::call::Call;
use super::kinds;
use super::operation::{Answer, Body, Guard, Media, Method, Operation, Place};
use super::page::Page;
use super::problem::{Problem, accept, accept_at};
use super::reply::Reply;
use super::user_search;
use crate::accounts::password::Password;
use crate::admin::document::Invalid;
use crate::admin::users::{self, GivenPassword, NewUser, UserDocument};

const TAG: &str = "Users";
const ONE: &str = "/users/{user_id}";
const EXAMPLE: &str = r#"{"user_id": "248289761001", "username": "ada", "claims": {"name": "Ada Lovelace", "email": "ada@example.com", "email_verified": false}, "created_at": 1800000000, "updated_at": 1800000000, "disabled_at": null, "version": 1}"#;
const LISTED: &str = r#"{"items": [{"user_id": "248289761001", "username": "ada", "claims": {"name": "Ada Lovelace"}, "created_at": 1800000000, "updated_at": 1800000000, "disabled_at": null, "version": 1}]}"#;

/// A user to be made.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewUserBody {
    /// Their id, the `sub` of tokens, as when they move here from elsewhere; made without it.
    pub(crate) user_id: Option<String>,
    /// What the person types to sign in; compared without regard to case.
    pub(crate) username: String,
    /// The standard claims (OpenID Connect Core 5.1).
    #[serde(default)]
    pub(crate) claims: StandardClaims,
    /// What the tenant has defined beyond the standard claims.
    #[serde(default)]
    pub(crate) attributes: Attributes,
    /// Their password; without one they cannot sign in yet.
    #[schemars(extend("writeOnly" = true))]
    pub(crate) password: Option<String>,
    /// Whether the first sign-in has to change it.
    #[serde(default)]
    pub(crate) password_change_required: bool,
}

/// A new password.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordBody {
    /// The password.
    #[schemars(extend("writeOnly" = true))]
    pub(crate) password: Option<String>,
    /// Instead of the password, its hash as another provider has made it.
    #[schemars(extend("writeOnly" = true))]
    pub(crate) password_hash: Option<String>,
}

impl fmt::Debug for NewUserBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewUserBody").field("username", &self.username).finish_non_exhaustive()
    }
}

impl fmt::Debug for PasswordBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordBody")
    }
}

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "listUsers",
        method: Method::Get,
        path: "/users",
        place: Place::Tenant,
        tag: TAG,
        summary: "List users, by id, or search them; each search is answered from one index",
        scope: "admin:users:read",
        is_sensitive: false,
        guard: Guard::None,
        query: user_search::PARAMETERS,
        request: None,
        response: Answer {
            status: 200,
            description: "A page of users.",
            schema: Some(|generator| generator.subschema_for::<Page<User>>()),
            has_etag: false,
            example: LISTED,
        },
        problems: &[],
        run: |call| Box::pin(user_search::list(call)),
    },
    Operation {
        id: "createUser",
        method: Method::Post,
        path: "/users",
        place: Place::Tenant,
        tag: TAG,
        summary: "Create a user",
        scope: "admin:users:write",
        is_sensitive: false,
        guard: Guard::IdempotencyKey,
        query: &[],
        request: Some(Body {
            name: "NewUser",
            media: Media::Json,
            schema: |generator| generator.root_schema_for::<NewUserBody>(),
            example: r#"{"username": "ada", "claims": {"name": "Ada Lovelace", "email": "ada@example.com"}}"#,
        }),
        response: Answer { status: 201, ..SHOWN },
        problems: &[&kinds::TAKEN],
        run: |call| Box::pin(create(call)),
    },
    Operation {
        id: "getUser",
        method: Method::Get,
        path: ONE,
        place: Place::Tenant,
        tag: TAG,
        summary: "Show a user",
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
        id: "updateUser",
        method: Method::Patch,
        path: ONE,
        place: Place::Tenant,
        tag: TAG,
        summary: "Change the username or the claims of a user, or have the next sign-in change the password; another email address is not verified, unless the change says so",
        scope: "admin:users:write",
        is_sensitive: false,
        guard: Guard::IfMatch,
        query: &[],
        request: Some(Body {
            name: "UserPatch",
            media: Media::MergePatch,
            schema: |generator| generator.root_schema_for::<UserDocument>(),
            example: r#"{"claims": {"email": "ada@example.org", "nickname": null}}"#,
        }),
        response: SHOWN,
        problems: &[&kinds::NOT_FOUND, &kinds::TAKEN, &kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(update(call)),
    },
    Operation {
        id: "deleteUser",
        method: Method::Delete,
        path: ONE,
        place: Place::Tenant,
        tag: TAG,
        summary: "Delete a user with everything of theirs",
        scope: "admin:users:write",
        is_sensitive: false,
        guard: Guard::IfMatch,
        query: &[],
        request: None,
        response: Answer::nothing("They are gone."),
        problems: &[&kinds::NOT_FOUND, &kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(delete(call)),
    },
    Operation {
        id: "disableUser",
        method: Method::Post,
        path: "/users/{user_id}/disable",
        place: Place::Tenant,
        tag: TAG,
        summary: "Disable a user: their sessions end, and what they granted is revoked",
        scope: "admin:users:status",
        is_sensitive: false,
        guard: Guard::OptionalIfMatch,
        query: &[],
        request: None,
        response: SHOWN,
        problems: &[&kinds::NOT_FOUND, &kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(set_disabled(call, true)),
    },
    Operation {
        id: "enableUser",
        method: Method::Post,
        path: "/users/{user_id}/enable",
        place: Place::Tenant,
        tag: TAG,
        summary: "Enable a user again; they have to sign in again",
        scope: "admin:users:status",
        is_sensitive: false,
        guard: Guard::OptionalIfMatch,
        query: &[],
        request: None,
        response: SHOWN,
        problems: &[&kinds::NOT_FOUND, &kinds::BEYOND_AUTHORITY, &kinds::CONFLICT],
        run: |call| Box::pin(set_disabled(call, false)),
    },
    Operation {
        id: "unlockUser",
        method: Method::Post,
        path: "/users/{user_id}/unlock",
        place: Place::Tenant,
        tag: TAG,
        summary: "Forget the failed sign-ins of a user, so that the next attempt need not wait",
        scope: "admin:users:status",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: Answer::nothing("They are forgotten."),
        problems: &[&kinds::NOT_FOUND, &kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(unlock(call)),
    },
    Operation {
        id: "setUserPassword",
        method: Method::Put,
        path: "/users/{user_id}/password",
        place: Place::Tenant,
        tag: TAG,
        summary: "Set a new password, or the hash of one by another provider; every session of the user ends, and what they granted is revoked",
        scope: "admin:users:passwords",
        is_sensitive: true,
        guard: Guard::None,
        query: &[],
        request: Some(Body {
            name: "NewPassword",
            media: Media::Json,
            schema: |generator| generator.root_schema_for::<PasswordBody>(),
            example: r#"{"password": "correct horse battery staple"}"#,
        }),
        response: Answer::nothing("It is set."),
        problems: &[&kinds::NOT_FOUND, &kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(set_password(call)),
    },
];

pub(super) const SHOWN: Answer = Answer {
    status: 200,
    description: "The user.",
    schema: Some(|generator| generator.subschema_for::<User>()),
    has_etag: true,
    example: EXAMPLE,
};

async fn create(call: Call) -> Result<Reply, Problem> {
    let NewUserBody { user_id, username, claims, attributes, password, password_change_required } =
        call.document()?;
    let (user_id, password) = (user_id.map(UserId::new), password.map(Password::from));
    let new = NewUser { user_id, username, claims, attributes, password, password_change_required };
    let user = accept_at(place, users::create(&call.admin(), call.tenant(), new).await?)?;
    let location = call.url_of(ONE, user.user_id.as_str())?;
    Ok(shown(&user)?.created_at(location))
}

async fn get(call: Call) -> Result<Reply, Problem> {
    shown(&find(&call).await?)
}

async fn update(call: Call) -> Result<Reply, Problem> {
    let user = find(&call).await?;
    call.check(user.version)?;
    let user = users::with_changes(user, call.body.clone())?;
    shown(&accept_at(place, users::update(&call.admin(), call.tenant(), user, None).await?)?)
}

async fn set_disabled(call: Call, disabled: bool) -> Result<Reply, Problem> {
    let user = find(&call).await?;
    let expected = call.expected(user.version)?;
    shown(&accept(users::set_disabled(&call.admin(), call.tenant(), user, expected, disabled).await?)?)
}

async fn unlock(call: Call) -> Result<Reply, Problem> {
    let user = find(&call).await?;
    accept(users::unlock(&call.admin(), call.tenant(), &user).await?)?;
    Ok(Reply::nothing())
}

async fn set_password(call: Call) -> Result<Reply, Problem> {
    let given = match call.document()? {
        PasswordBody { password: Some(password), password_hash: None } => {
            GivenPassword::Plain(password.into())
        }
        PasswordBody { password: None, password_hash: Some(hash) } => GivenPassword::Hash(hash),
        PasswordBody { .. } => {
            return Err(Invalid::new("password", "or password_hash must be there, and not both").into());
        }
    };
    let user = find(&call).await?;
    let set = users::set_given_password(&call.admin(), call.tenant(), &user.user_id, given).await?;
    accept(set)?;
    Ok(Reply::nothing())
}

async fn delete(call: Call) -> Result<Reply, Problem> {
    let user = find(&call).await?;
    let expected = call.expected(user.version)?;
    accept(users::delete(&call.admin(), call.tenant(), &user.user_id, expected).await?)?;
    Ok(Reply::nothing())
}

/// What the body has besides claims.
const MEMBERS: [&str; 8] = [
    "user_id",
    "username",
    "password",
    "password_hash",
    "password_change_required",
    "attributes",
    "disabled",
    "groups",
];

/// Where a field is in the body: all but these are claims.
pub(super) fn place(field: &str) -> &'static str {
    if field == "claims" || MEMBERS.contains(&field) { "" } else { "/claims" }
}

pub(super) async fn find(call: &Call) -> Result<User, Problem> {
    let user_id = UserId::new(call.path("user_id"));
    users::find(&call.admin(), call.tenant(), &user_id).await?.ok_or(Problem::NotFound)
}

pub(super) fn shown(user: &User) -> Result<Reply, Problem> {
    Ok(Reply::of(user)?.version(user.version))
}
