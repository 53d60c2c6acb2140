//! The public keys of clients, by which they authenticate without a secret (`private_key_jwt`): several of one client at
//! once, so that it changes from one to the next without an outage.

use credenza_protocol::client_keys::ClientKey;
use credenza_protocol::ids::{ClientId, KeyId};
use credenza_protocol::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::call::Call;
use super::kinds;
use super::operation::{Answer, Body, Guard, Media, Method, Operation, Place};
use super::problem::{Problem, accept};
use super::reply::Reply;
use crate::admin::clients::{self, NewClientKey};

const TAG: &str = "Clients";
const ALL: &str = "/clients/{client_id}/keys";
const ONE: &str = "/clients/{client_id}/keys/{kid}";
const EXAMPLE: &str =
    r#"{"kid": "2026-11", "kty": "OKP", "alg": null, "use": "sig", "expires_at": 1900000000}"#;
const LISTED: &str =
    r#"{"items": [{"kid": "2026-11", "kty": "OKP", "alg": null, "use": "sig", "expires_at": 1900000000}]}"#;
const NEW: &str = r#"{"jwk": {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kid": "2026-11", "use": "sig"}, "expires_at": 1900000000}"#;

/// The public keys of a client, in the order in which they were added.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ClientKeyList")]
pub(crate) struct KeysBody {
    /// The keys; those that have expired too, for a while.
    items: Vec<ClientKey>,
}

/// A public key to be added.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewKeyBody {
    /// The public key (RFC 7517). Without a `kid` it is given its thumbprint (RFC 7638).
    pub(crate) jwk: Map<String, Value>,
    /// When it is no longer accepted, in seconds since 1970; without it, when it is deleted.
    pub(crate) expires_at: Option<Time>,
}

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "listClientKeys",
        method: Method::Get,
        path: ALL,
        place: Place::Tenant,
        tag: TAG,
        summary: "List the public keys that are registered for a client",
        scope: "admin:clients:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: Answer {
            status: 200,
            description: "The keys.",
            schema: Some(|generator| generator.subschema_for::<KeysBody>()),
            has_etag: false,
            example: LISTED,
        },
        problems: &[&kinds::NOT_FOUND],
        run: |call| Box::pin(list(call)),
    },
    Operation {
        id: "addClientKey",
        method: Method::Post,
        path: ALL,
        place: Place::Tenant,
        tag: TAG,
        summary: "Add a public key of a client; those that it has stay",
        scope: "admin:clients:secrets",
        is_sensitive: true,
        guard: Guard::IdempotencyKey,
        query: &[],
        request: Some(Body {
            name: "NewClientKey",
            media: Media::Json,
            schema: |generator| generator.root_schema_for::<NewKeyBody>(),
            example: NEW,
        }),
        response: Answer { status: 201, ..SHOWN },
        problems: &[&kinds::NOT_FOUND, &kinds::STALE, &kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(add(call)),
    },
    Operation {
        id: "getClientKey",
        method: Method::Get,
        path: ONE,
        place: Place::Tenant,
        tag: TAG,
        summary: "Show a public key of a client",
        scope: "admin:clients:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: SHOWN,
        problems: &[&kinds::NOT_FOUND],
        run: |call| Box::pin(get(call)),
    },
    Operation {
        id: "deleteClientKey",
        method: Method::Delete,
        path: ONE,
        place: Place::Tenant,
        tag: TAG,
        summary: "Delete a public key of a client; what it signs is refused at once",
        scope: "admin:clients:secrets",
        is_sensitive: true,
        guard: Guard::None,
        query: &[],
        request: None,
        response: Answer::nothing("It is gone."),
        problems: &[
            &kinds::NOT_FOUND,
            &kinds::CONFLICT,
            &kinds::STALE,
            &kinds::INVALID_VALUES,
            &kinds::BEYOND_AUTHORITY,
        ],
        run: |call| Box::pin(delete(call)),
    },
];

const SHOWN: Answer = Answer {
    status: 200,
    description: "The key.",
    schema: Some(|generator| generator.subschema_for::<ClientKey>()),
    has_etag: false,
    example: EXAMPLE,
};

async fn list(call: Call) -> Result<Reply, Problem> {
    Reply::of(&KeysBody { items: keys(&call).await? })
}

async fn add(call: Call) -> Result<Reply, Problem> {
    let NewKeyBody { jwk, expires_at } = call.document()?;
    let new = NewClientKey { jwk, expires_at };
    let tenant = &call.context.realm.tenant;
    let added = accept(clients::add_key(&call.admin(), tenant, &client_id(&call), &new).await?)?;
    let location = call.url_below(ONE, added.kid.as_str())?;
    Ok(Reply::of(&added)?.created_at(location))
}

async fn get(call: Call) -> Result<Reply, Problem> {
    let kid = kid(&call);
    let found = keys(&call).await?.into_iter().find(|key| key.kid == kid);
    Reply::of(&found.ok_or(Problem::NotFound)?)
}

async fn delete(call: Call) -> Result<Reply, Problem> {
    let tenant = &call.context.realm.tenant;
    accept(clients::delete_key(&call.admin(), tenant, &client_id(&call), &kid(&call)).await?)?;
    Ok(Reply::nothing())
}

async fn keys(call: &Call) -> Result<Vec<ClientKey>, Problem> {
    let found = clients::list_keys(&call.admin(), call.tenant(), &client_id(call)).await?;
    found.ok_or(Problem::NotFound)
}

fn client_id(call: &Call) -> ClientId {
    ClientId::new(call.path("client_id"))
}

fn kid(call: &Call) -> KeyId {
    KeyId::new(call.path("kid"))
}
