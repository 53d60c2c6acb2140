//! Signing keys. Private keys never leave the provider, and none can be brought in this way: whoever knows one could sign in
//! everybody's name, and so give themselves more than they have.

use credenza_protocol::access_token::ALGORITHMS;
use credenza_protocol::ids::KeyId;
use credenza_protocol::time::Time;
use credenza_validator::Algorithm;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::call::Call;
use super::kinds;
use super::operation::{
    Answer, Body, CURSOR, Form, Guard, LIMIT, Media, Method, Operation, Parameter, Place,
};
use super::page::{self, Page, Window};
use super::problem::{At, Problem, accept};
use super::reply::Reply;
use crate::admin::keys::{self, Key, NewKey, Start};

const TAG: &str = "Keys";
const FORCE: Parameter = Parameter {
    name: "force",
    description: "Also if nothing is left to sign with its algorithm then.",
    form: Form::Truth,
};
const EXAMPLE: &str = r#"{"kid": "nOo3ZDrODXEK1jKWhXslHR_KXEg", "algorithm": "ES256", "status": "published", "created_at": 1800000000, "active_at": 1800003600, "disabled_at": null, "retire_at": null}"#;
const LISTED: &str = r#"{"items": [{"kid": "nOo3ZDrODXEK1jKWhXslHR_KXEg", "algorithm": "ES256", "status": "signing", "created_at": 1800000000, "active_at": 1800000000, "disabled_at": null, "retire_at": null}]}"#;

/// Signing keys, the newest first.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "KeyList")]
pub(crate) struct KeysBody {
    /// The keys.
    items: Vec<Key>,
}

/// A key to be made.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewKeyBody {
    /// The one algorithm that it is for.
    pub(crate) algorithm: Algorithm,
    /// When it begins to sign, in seconds since 1970; without it in an hour, or at once if nothing signs with that
    /// algorithm yet.
    pub(crate) active_at: Option<Time>,
}

/// Which keys get a successor, and when.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RotationBody {
    /// The algorithm; without it, that of every key, and the keys that others encrypt to as well.
    pub(crate) algorithm: Option<Algorithm>,
    /// Whether it signs as soon as no copy of the published keys can be without it, and not when the schedule says.
    #[serde(default)]
    pub(crate) soonest: bool,
}

/// When a key begins to sign.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActivationBody {
    /// When, in seconds since 1970; a time that has passed means at once.
    pub(crate) active_at: Time,
}

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "listKeys",
        method: Method::Get,
        path: "/keys",
        place: Place::Tenant,
        tag: TAG,
        summary: "List the signing keys, the newest first",
        scope: "admin:keys:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[LIMIT, CURSOR],
        request: None,
        response: Answer {
            description: "A page of keys.",
            schema: Some(|generator| generator.subschema_for::<Page<Key>>()),
            ..LIST
        },
        problems: &[],
        run: |call| Box::pin(list(call)),
    },
    Operation {
        id: "createKey",
        method: Method::Post,
        path: "/keys",
        place: Place::Tenant,
        tag: TAG,
        summary: "Make a signing key",
        scope: "admin:keys:write",
        is_sensitive: true,
        guard: Guard::IdempotencyKey,
        query: &[],
        request: Some(Body {
            name: "NewKey",
            media: Media::Json,
            schema: |generator| generator.root_schema_for::<NewKeyBody>(),
            example: r#"{"algorithm": "ES256"}"#,
        }),
        response: Answer { status: 201, ..SHOWN },
        problems: &[&kinds::TAKEN],
        run: |call| Box::pin(create(call)),
    },
    Operation {
        id: "rotateKeys",
        method: Method::Post,
        path: "/keys/rotate",
        place: Place::Tenant,
        tag: TAG,
        summary: "Make the next keys; one that is there already is taken",
        scope: "admin:keys:write",
        is_sensitive: true,
        guard: Guard::None,
        query: &[],
        request: Some(Body {
            name: "KeyRotation",
            media: Media::Json,
            schema: |generator| generator.root_schema_for::<RotationBody>(),
            example: r#"{"algorithm": "ES256", "soonest": true}"#,
        }),
        response: LIST,
        problems: &[&kinds::STALE, &kinds::CONFLICT],
        run: |call| Box::pin(rotate(call)),
    },
    Operation {
        id: "getKey",
        method: Method::Get,
        path: "/keys/{kid}",
        place: Place::Tenant,
        tag: TAG,
        summary: "Show a signing key, without its private part",
        scope: "admin:keys:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: SHOWN,
        problems: &[],
        run: |call| Box::pin(get(call)),
    },
    Operation {
        id: "deleteKey",
        method: Method::Delete,
        path: "/keys/{kid}",
        place: Place::Tenant,
        tag: TAG,
        summary: "Delete a signing key; what it signed is no longer valid",
        scope: "admin:keys:write",
        is_sensitive: true,
        guard: Guard::None,
        query: &[FORCE],
        request: None,
        response: Answer::nothing("It is gone."),
        problems: &[&kinds::CONFLICT, &kinds::STALE],
        run: |call| Box::pin(delete(call)),
    },
    Operation {
        id: "activateKey",
        method: Method::Post,
        path: "/keys/{kid}/activate",
        place: Place::Tenant,
        tag: TAG,
        summary: "Say when a signing key begins to sign",
        scope: "admin:keys:write",
        is_sensitive: true,
        guard: Guard::None,
        query: &[],
        request: Some(Body {
            name: "KeyActivation",
            media: Media::Json,
            schema: |generator| generator.root_schema_for::<ActivationBody>(),
            example: r#"{"active_at": 1800003600}"#,
        }),
        response: SHOWN,
        problems: &[],
        run: |call| Box::pin(activate(call)),
    },
    Operation {
        id: "disableKey",
        method: Method::Post,
        path: "/keys/{kid}/disable",
        place: Place::Tenant,
        tag: TAG,
        summary: "Disable a signing key: it neither signs nor is published",
        scope: "admin:keys:write",
        is_sensitive: true,
        guard: Guard::None,
        query: &[FORCE],
        request: None,
        response: SHOWN,
        problems: &[&kinds::CONFLICT, &kinds::STALE],
        run: |call| Box::pin(disable(call)),
    },
    Operation {
        id: "enableKey",
        method: Method::Post,
        path: "/keys/{kid}/enable",
        place: Place::Tenant,
        tag: TAG,
        summary: "Enable a signing key again",
        scope: "admin:keys:write",
        is_sensitive: true,
        guard: Guard::None,
        query: &[],
        request: None,
        response: SHOWN,
        problems: &[],
        run: |call| Box::pin(enable(call)),
    },
];

const SHOWN: Answer = Answer {
    status: 200,
    description: "The key.",
    schema: Some(|generator| generator.subschema_for::<Key>()),
    has_etag: false,
    example: EXAMPLE,
};

const LIST: Answer = Answer {
    status: 200,
    description: "The keys.",
    schema: Some(|generator| generator.subschema_for::<KeysBody>()),
    has_etag: false,
    example: LISTED,
};

async fn list(call: Call) -> Result<Reply, Problem> {
    let window = Window::read(&call)?;
    let after = match window.parts()? {
        Some([made, kid]) => Some((page::time(made)?, KeyId::new(kid))),
        None => None,
    };
    let wanted = usize::try_from(window.wanted()).unwrap_or(usize::MAX);
    let found = keys::page(&call.admin(), call.tenant(), after, wanted).await?;
    window.reply(&call, found, |last| page::key([&last.created_at.seconds().to_string(), last.kid.as_str()]))
}

async fn create(call: Call) -> Result<Reply, Problem> {
    let NewKeyBody { algorithm, active_at } = call.document()?;
    signs(algorithm)?;
    let new = NewKey { algorithm, private: None, active_at };
    let key = accept(keys::create(&call.admin(), call.tenant(), new).await?)?;
    let location = call.url_of("/keys/{kid}", key.kid.as_str())?;
    Ok(Reply::of(&key)?.created_at(location))
}

async fn rotate(call: Call) -> Result<Reply, Problem> {
    let RotationBody { algorithm, soonest } = call.document()?;
    let start = if soonest { Start::Soonest } else { Start::Scheduled };
    let rotated = keys::rotate(&call.admin(), call.tenant(), algorithm, start).await?;
    Reply::of(&KeysBody { items: accept(rotated)?.keys })
}

async fn get(call: Call) -> Result<Reply, Problem> {
    let found = keys::find(&call.admin(), call.tenant(), &kid(&call)).await?;
    Reply::of(&found.ok_or(Problem::NotFound)?)
}

async fn delete(call: Call) -> Result<Reply, Problem> {
    let force = call.flag(FORCE.name)?;
    accept(keys::delete(&call.admin(), call.tenant(), &kid(&call), force).await?)?;
    Ok(Reply::nothing())
}

async fn activate(call: Call) -> Result<Reply, Problem> {
    let ActivationBody { active_at } = call.document()?;
    Reply::of(&accept(keys::set_active_at(&call.admin(), call.tenant(), &kid(&call), active_at).await?)?)
}

async fn disable(call: Call) -> Result<Reply, Problem> {
    let force = call.flag(FORCE.name)?;
    Reply::of(&accept(keys::disable(&call.admin(), call.tenant(), &kid(&call), force).await?)?)
}

async fn enable(call: Call) -> Result<Reply, Problem> {
    Reply::of(&accept(keys::enable(&call.admin(), call.tenant(), &kid(&call)).await?)?)
}

fn kid(call: &Call) -> KeyId {
    KeyId::new(call.path("kid"))
}

/// Of the algorithms that have names, only some sign tokens.
fn signs(algorithm: Algorithm) -> Result<(), Problem> {
    if ALGORITHMS.contains(&algorithm) {
        return Ok(());
    }
    let detail = "is not an algorithm that tokens are signed by here".to_owned();
    Err(Problem::Invalid(vec![At { pointer: "/algorithm".to_owned(), detail }]))
}
