//! The account itself: what is known of the person.

use credenza_protocol::account::ACCOUNT;
use credenza_protocol::attribute::Attributes;
use credenza_protocol::claims::StandardClaims;
use credenza_protocol::own_profile;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::TAG;
use crate::admin::document;
use crate::http::admin::call::Call;
use crate::http::admin::operation::{Answer, Body, Guard, Media, Method, Operation, Place};
use crate::http::admin::problem::{Problem, accept_at};
use crate::http::admin::reply::Reply;
use crate::http::admin::users::place;
use crate::people::profile;

const PATH: &str = "/me";

/// What is known of a person, as they see it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OwnAccount")]
struct AccountBody {
    /// The `sub` by which the application knows the person.
    sub: String,
    /// What the person types to sign in.
    username: String,
    /// The standard claims (OpenID Connect Core 5.1).
    claims: StandardClaims,
    /// What the tenant has defined beyond these, as far as applications may be told of it or the person may edit it.
    attributes: Attributes,
    /// When the account was made.
    created_at: Time,
    /// When the account, a claim or an attribute last changed.
    updated_at: Time,
}

/// What people change of their own account.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AccountDocument {
    /// The standard claims (OpenID Connect Core 5.1). The address of mail, the number of the phone, the picture and
    /// `preferred_username` cannot be changed here.
    #[serde(default)]
    claims: StandardClaims,
    /// What the tenant has defined beyond these. Those that people may edit can be changed here.
    #[serde(default)]
    attributes: Attributes,
}

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "getOwnAccount",
        method: Method::Get,
        path: PATH,
        place: Place::Account,
        tag: TAG,
        summary: "Read the account",
        scope: ACCOUNT,
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: SHOWN,
        problems: &[],
        run: |call| Box::pin(get(call)),
    },
    Operation {
        id: "updateOwnAccount",
        method: Method::Patch,
        path: PATH,
        place: Place::Account,
        tag: TAG,
        summary: "Change the claims and attributes of the account that are the person's to say",
        scope: ACCOUNT,
        is_sensitive: false,
        guard: Guard::IfMatch,
        query: &[],
        request: Some(Body {
            name: "OwnAccountPatch",
            media: Media::MergePatch,
            schema: |generator| generator.root_schema_for::<AccountDocument>(),
            example: r#"{"claims": {"nickname": "Ada", "zoneinfo": "Europe/London"}}"#,
        }),
        response: SHOWN,
        problems: &[],
        run: |call| Box::pin(update(call)),
    },
];

const SHOWN: Answer = Answer {
    status: 200,
    description: "The account.",
    schema: Some(|generator| generator.subschema_for::<AccountBody>()),
    has_etag: true,
    example: r#"{"sub": "248289761001", "username": "ada", "claims": {"name": "Ada Lovelace", "email": "ada@example.com", "email_verified": true}, "attributes": {}, "created_at": 1800000000, "updated_at": 1800000000}"#,
};

async fn get(call: Call) -> Result<Reply, Problem> {
    shown(&call, &call.holder()?.user)
}

async fn update(call: Call) -> Result<Reply, Problem> {
    let user = call.holder()?.user.clone();
    call.check(user.version)?;
    let settings = &call.context.realm.tenant.settings;
    let attributes = own_profile::own_attributes(settings, &user.attributes);
    let before = AccountDocument { claims: user.claims.clone(), attributes };
    let AccountDocument { claims, attributes } = document::patched(&before, call.body.clone())?;
    let user = accept_at(place, profile::replace(&call.context, user, (claims, attributes)).await?)?;
    shown(&call, &user)
}

fn shown(call: &Call, user: &User) -> Result<Reply, Problem> {
    let realm = &call.context.realm;
    let User { user_id, username, claims, attributes, created_at, updated_at, version, .. } = user.clone();
    let told = &realm.tenant.settings.attributes;
    let is_told = |name: &str| {
        told.iter().any(|defined| defined.name == name && (defined.scope.is_some() || defined.editable))
    };
    let body = AccountBody {
        sub: realm.subjects.of(&call.holder()?.client.client, &user_id),
        username,
        claims,
        attributes: attributes.into_iter().filter(|(name, _)| is_told(name)).collect(),
        created_at,
        updated_at,
    };
    Ok(Reply::of(&body)?.version(version))
}
