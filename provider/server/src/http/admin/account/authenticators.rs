//! What the person signs in with besides a password. It is added on the hosted page, where the browser and the person are.

use credenza_protocol::account::ACCOUNT;
use credenza_protocol::authenticator::{Authenticator, AuthenticatorKind, name};
use credenza_protocol::ids::AuthenticatorId;
use credenza_protocol::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::TAG;
use crate::admin::Refusal;
use crate::admin::document::{self, Invalid};
use crate::flow::authenticators::recovery_codes;
use crate::http::admin::call::Call;
use crate::http::admin::kinds;
use crate::http::admin::operation::{Answer, Body, Guard, Media, Method, Operation, Place};
use crate::http::admin::problem::Problem;
use crate::http::admin::reply::Reply;
use crate::people::authenticators;

const ONE: &str = "/me/authenticators/{authenticator_id}";

/// What the person signs in with besides a password.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OwnAuthenticators")]
struct AuthenticatorsBody {
    /// Their authenticators, those that were added first coming first.
    authenticators: Vec<AuthenticatorBody>,
    /// How many recovery codes they have left.
    recovery_codes_left: u32,
}

/// A passkey or an authenticator app of the person.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OwnAuthenticator")]
struct AuthenticatorBody {
    /// Its id.
    authenticator_id: AuthenticatorId,
    /// Its kind.
    kind: AuthenticatorKind,
    /// What the person calls it.
    name: String,
    /// The model of a passkey's authenticator (Web Authentication 6.5.1); null where it says none.
    aaguid: Option<String>,
    /// Whether a passkey is kept on several devices (Web Authentication 6.1.3).
    backed_up: Option<bool>,
    /// When it was added.
    created_at: Time,
    /// When somebody last signed in with it.
    last_used_at: Option<Time>,
}

impl From<Authenticator> for AuthenticatorBody {
    fn from(authenticator: Authenticator) -> Self {
        let Authenticator {
            authenticator_id, kind, name, aaguid, backed_up, created_at, last_used_at, ..
        } = authenticator;
        Self { authenticator_id, kind, name, aaguid, backed_up, created_at, last_used_at }
    }
}

/// What people change of an authenticator.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AuthenticatorDocument {
    /// What the person calls it. It is stored without control characters and without spaces around it, and of what is longer than
    /// 60 characters the rest is left out.
    name: String,
}

/// Recovery codes, which are told this once.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OwnRecoveryCodes")]
struct CodesBody {
    /// The codes, each good once in place of an authenticator.
    recovery_codes: Vec<String>,
}

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "listOwnAuthenticators",
        method: Method::Get,
        path: "/me/authenticators",
        place: Place::Account,
        tag: TAG,
        summary: "Show the passkeys and authenticator apps of the person, and how many recovery codes they have left",
        scope: ACCOUNT,
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: Answer {
            status: 200,
            description: "What they have.",
            schema: Some(|generator| generator.subschema_for::<AuthenticatorsBody>()),
            has_etag: false,
            example: r#"{"authenticators": [{"authenticator_id": "e41b7d09a6c25f83", "kind": "passkey", "name": "iCloud Keychain", "aaguid": "fbfc3007-154e-4ecc-8c0b-6e020557d7bd", "backed_up": true, "created_at": 1800000000, "last_used_at": 1800003600}], "recovery_codes_left": 10}"#,
        },
        problems: &[],
        run: |call| Box::pin(list(call)),
    },
    Operation {
        id: "getOwnAuthenticator",
        method: Method::Get,
        path: ONE,
        place: Place::Account,
        tag: TAG,
        summary: "Read a passkey or an authenticator app of the person",
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
        id: "renameOwnAuthenticator",
        method: Method::Patch,
        path: ONE,
        place: Place::Account,
        tag: TAG,
        summary: "Name a passkey or an authenticator app of the person",
        scope: ACCOUNT,
        is_sensitive: false,
        guard: Guard::IfMatch,
        query: &[],
        request: Some(Body {
            name: "OwnAuthenticatorPatch",
            media: Media::MergePatch,
            schema: |generator| generator.root_schema_for::<AuthenticatorDocument>(),
            example: r#"{"name": "Key on the ring"}"#,
        }),
        response: SHOWN,
        problems: &[],
        run: |call| Box::pin(rename(call)),
    },
    Operation {
        id: "removeOwnAuthenticator",
        method: Method::Delete,
        path: ONE,
        place: Place::Account,
        tag: TAG,
        summary: "Remove a passkey or an authenticator app of the person, who is told by mail; with the last one their recovery codes go",
        scope: ACCOUNT,
        is_sensitive: true,
        guard: Guard::None,
        query: &[],
        request: None,
        response: Answer::nothing("It is removed."),
        problems: &[],
        run: |call| Box::pin(remove(call)),
    },
    Operation {
        id: "renewOwnRecoveryCodes",
        method: Method::Post,
        path: "/me/recovery-codes",
        place: Place::Account,
        tag: TAG,
        summary: "Make new recovery codes in place of those before; the person is told by mail",
        scope: ACCOUNT,
        is_sensitive: true,
        guard: Guard::None,
        query: &[],
        request: None,
        response: Answer {
            status: 200,
            description: "The codes. No other answer tells them.",
            schema: Some(|generator| generator.subschema_for::<CodesBody>()),
            has_etag: false,
            example: r#"{"recovery_codes": ["k7pm-2xqa-9dfh-w3nt", "b4re-yc6u-5zjg-8vsk"]}"#,
        },
        problems: &[&kinds::CONFLICT],
        run: |call| Box::pin(renew(call)),
    },
];

const SHOWN: Answer = Answer {
    status: 200,
    description: "The authenticator.",
    schema: Some(|generator| generator.subschema_for::<AuthenticatorBody>()),
    has_etag: true,
    example: r#"{"authenticator_id": "e41b7d09a6c25f83", "kind": "passkey", "name": "iCloud Keychain", "aaguid": "fbfc3007-154e-4ecc-8c0b-6e020557d7bd", "backed_up": true, "created_at": 1800000000, "last_used_at": 1800003600}"#,
};

async fn list(call: Call) -> Result<Reply, Problem> {
    let own = authenticators::own(&call.context, &call.holder()?.user).await?;
    let bodies = own.held.records.into_iter().map(|record| record.authenticator.into()).collect();
    Reply::of(&AuthenticatorsBody { authenticators: bodies, recovery_codes_left: own.recovery_codes })
}

async fn get(call: Call) -> Result<Reply, Problem> {
    shown(&find(&call).await?)
}

async fn rename(call: Call) -> Result<Reply, Problem> {
    let found = find(&call).await?;
    call.check_content(&found)?;
    let before = AuthenticatorDocument { name: found.name };
    let AuthenticatorDocument { name: called } = document::patched(&before, call.body.clone())?;
    if name(&called).is_empty() {
        return Err(Invalid::new("name", "must not be empty").into());
    }
    let user = &call.holder()?.user;
    match authenticators::rename(&call.context, user, &found.authenticator_id, &called).await? {
        true => shown(&find(&call).await?),
        false => Err(Problem::NotFound),
    }
}

async fn remove(call: Call) -> Result<Reply, Problem> {
    let (user, id) = (&call.holder()?.user, AuthenticatorId::new(call.path("authenticator_id")));
    match authenticators::remove(&call.context, user, &id, call.from.lang).await? {
        true => Ok(Reply::nothing()),
        false => Err(Problem::NotFound),
    }
}

async fn renew(call: Call) -> Result<Reply, Problem> {
    let codes = recovery_codes::renew(&call.context, &call.holder()?.user, call.from.lang).await?;
    let recovery_codes = codes.ok_or(Problem::Refused(Refusal::NoAuthenticator))?;
    Reply::of(&CodesBody { recovery_codes })
}

/// The one that the path names, if it is the person's.
async fn find(call: &Call) -> Result<AuthenticatorBody, Problem> {
    let own = authenticators::own(&call.context, &call.holder()?.user).await?;
    let mut found = own.held.records.into_iter().map(|record| record.authenticator);
    let found = found.find(|one| one.authenticator_id.as_str() == call.path("authenticator_id"));
    found.map(AuthenticatorBody::from).ok_or(Problem::NotFound)
}

fn shown(body: &AuthenticatorBody) -> Result<Reply, Problem> {
    Reply::of(body)?.content(body)
}
