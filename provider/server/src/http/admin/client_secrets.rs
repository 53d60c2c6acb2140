//! The secrets of clients: several of one client at once, so that it changes from one to the next without an outage.

use credenza_protocol::client_secret::ClientSecret;
use credenza_protocol::ids::{ClientId, ClientSecretId};
use credenza_protocol::secret::Secret;
use credenza_protocol::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::call::Call;
use super::kinds;
use super::operation::{Answer, Body, Form, Guard, Media, Method, Operation, Parameter, Place};
use super::problem::{Problem, accept};
use super::reply::Reply;
use crate::admin::clients::{self, IssuedSecret, NewClientSecret};

const TAG: &str = "Clients";
const ALL: &str = "/clients/{client_id}/secrets";
const ONE: &str = "/clients/{client_id}/secrets/{secret_id}";
const FORCE: Parameter = Parameter {
    name: "force",
    description: "Also if the client has no secret left then, and cannot authenticate.",
    form: Form::Truth,
};
const EXAMPLE: &str =
    r#"{"secret_id": "Hq4kXbCq8Z0", "hint": "yFTx", "created_at": 1800000000, "expires_at": null}"#;
const ISSUED: &str = r#"{"secret_id": "Hq4kXbCq8Z0", "client_secret": "7Fjfp0ZBr1KtDRbnfVdmIw5rYlI8mmm3nVqkq1yFTx", "hint": "yFTx", "created_at": 1800000000, "expires_at": null}"#;
const LISTED: &str = r#"{"items": [{"secret_id": "Hq4kXbCq8Z0", "hint": "yFTx", "created_at": 1800000000, "expires_at": null}]}"#;

/// A secret of a client.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ClientSecret")]
pub(crate) struct SecretBody {
    /// Its id among those of the client, which authorizes nothing.
    pub(crate) secret_id: ClientSecretId,
    /// The secret itself, on the one occasion when it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_secret: Option<String>,
    /// Its last characters; null for one that is short, or older than its id.
    pub(crate) hint: Option<String>,
    /// When it was made.
    pub(crate) created_at: Time,
    /// When it is no longer accepted; null means when it is deleted.
    pub(crate) expires_at: Option<Time>,
}

/// The secrets of a client, the oldest first.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ClientSecretList")]
pub(crate) struct SecretsBody {
    /// The secrets; those that have expired too, for a while.
    items: Vec<SecretBody>,
}

/// A secret to be made.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSecretBody {
    /// When it is no longer accepted, in seconds since 1970; without it, when it is deleted.
    pub(crate) expires_at: Option<Time>,
}

/// When a secret ends.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExpiryBody {
    /// When it is no longer accepted, in seconds since 1970; a time that has passed ends it at once.
    pub(crate) expires_at: Time,
}

impl SecretBody {
    pub(crate) fn new(kept: ClientSecret, secret: Option<&Secret>) -> Self {
        let ClientSecret { secret_id, hint, created_at, expires_at, .. } = kept;
        let client_secret = secret.map(|secret| secret.reveal().to_owned());
        Self { secret_id, client_secret, hint, created_at, expires_at }
    }
}

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "listClientSecrets",
        method: Method::Get,
        path: ALL,
        place: Place::Tenant,
        tag: TAG,
        summary: "List the secrets of a client, without the secrets themselves",
        scope: "admin:clients:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: Answer {
            status: 200,
            description: "The secrets.",
            schema: Some(|generator| generator.subschema_for::<SecretsBody>()),
            has_etag: false,
            example: LISTED,
        },
        problems: &[&kinds::NOT_FOUND],
        run: |call| Box::pin(list(call)),
    },
    Operation {
        id: "createClientSecret",
        method: Method::Post,
        path: ALL,
        place: Place::Tenant,
        tag: TAG,
        summary: "Give a client one more secret, shown this once; those that it has stay",
        scope: "admin:clients:secrets",
        is_sensitive: true,
        guard: Guard::IdempotencyKey,
        query: &[],
        request: Some(Body {
            name: "NewClientSecret",
            media: Media::Json,
            schema: |generator| generator.root_schema_for::<NewSecretBody>(),
            example: r#"{"expires_at": 1900000000}"#,
        }),
        response: Answer {
            status: 201,
            description: "The secret, which is not shown again.",
            schema: Some(|generator| generator.subschema_for::<SecretBody>()),
            has_etag: false,
            example: ISSUED,
        },
        problems: &[&kinds::NOT_FOUND, &kinds::CONFLICT, &kinds::STALE, &kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(create(call)),
    },
    Operation {
        id: "getClientSecret",
        method: Method::Get,
        path: ONE,
        place: Place::Tenant,
        tag: TAG,
        summary: "Show what is kept of a secret of a client",
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
        id: "expireClientSecret",
        method: Method::Post,
        path: "/clients/{client_id}/secrets/{secret_id}/expire",
        place: Place::Tenant,
        tag: TAG,
        summary: "Say when a secret of a client is no longer accepted",
        scope: "admin:clients:secrets",
        is_sensitive: true,
        guard: Guard::None,
        query: &[],
        request: Some(Body {
            name: "ClientSecretExpiry",
            media: Media::Json,
            schema: |generator| generator.root_schema_for::<ExpiryBody>(),
            example: r#"{"expires_at": 1900000000}"#,
        }),
        response: SHOWN,
        problems: &[&kinds::NOT_FOUND, &kinds::STALE, &kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(expire(call)),
    },
    Operation {
        id: "deleteClientSecret",
        method: Method::Delete,
        path: ONE,
        place: Place::Tenant,
        tag: TAG,
        summary: "Delete a secret of a client; it is worthless at once",
        scope: "admin:clients:secrets",
        is_sensitive: true,
        guard: Guard::None,
        query: &[FORCE],
        request: None,
        response: Answer::nothing("It is gone."),
        problems: &[&kinds::NOT_FOUND, &kinds::CONFLICT, &kinds::STALE, &kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(delete(call)),
    },
];

const SHOWN: Answer = Answer {
    status: 200,
    description: "What is kept of the secret.",
    schema: Some(|generator| generator.subschema_for::<SecretBody>()),
    has_etag: false,
    example: EXAMPLE,
};

async fn list(call: Call) -> Result<Reply, Problem> {
    let items = secrets(&call).await?.into_iter().map(|kept| SecretBody::new(kept, None)).collect();
    Reply::of(&SecretsBody { items })
}

async fn create(call: Call) -> Result<Reply, Problem> {
    let NewSecretBody { expires_at } = call.document()?;
    let new = NewClientSecret { given: None, expires_at };
    let created = clients::create_secret(&call.admin(), call.tenant(), &client_id(&call), &new).await?;
    let IssuedSecret { kept, secret } = accept(created)?;
    let location = call.url_below(ONE, kept.secret_id.as_str())?;
    Ok(Reply::of(&SecretBody::new(kept, Some(&secret)))?.created_at(location))
}

async fn get(call: Call) -> Result<Reply, Problem> {
    let wanted = secret_id(&call);
    let found = secrets(&call).await?.into_iter().find(|kept| kept.secret_id == wanted);
    Reply::of(&SecretBody::new(found.ok_or(Problem::NotFound)?, None))
}

async fn expire(call: Call) -> Result<Reply, Problem> {
    let ExpiryBody { expires_at } = call.document()?;
    let (client_id, secret_id) = (client_id(&call), secret_id(&call));
    let changed =
        clients::expire_secret(&call.admin(), call.tenant(), &client_id, &secret_id, expires_at).await?;
    Reply::of(&SecretBody::new(accept(changed)?, None))
}

async fn delete(call: Call) -> Result<Reply, Problem> {
    let force = call.flag(FORCE.name)?;
    let (client_id, secret_id) = (client_id(&call), secret_id(&call));
    accept(clients::delete_secret(&call.admin(), call.tenant(), &client_id, &secret_id, force).await?)?;
    Ok(Reply::nothing())
}

async fn secrets(call: &Call) -> Result<Vec<ClientSecret>, Problem> {
    let found = clients::list_secrets(&call.admin(), call.tenant(), &client_id(call)).await?;
    found.ok_or(Problem::NotFound)
}

fn client_id(call: &Call) -> ClientId {
    ClientId::new(call.path("client_id"))
}

fn secret_id(call: &Call) -> ClientSecretId {
    ClientSecretId::new(call.path("secret_id"))
}
