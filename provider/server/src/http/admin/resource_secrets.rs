//! Secrets shared with services that cannot read public keys: each signs the access tokens for one resource (HS256).

use std::fmt;

use credenza_protocol::ids::{ClientId, KeyId};
use credenza_protocol::secret::Secret;
use credenza_protocol::time::Time;
use credenza_storage::ResourceSecretRecord;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::call::Call;
use super::client_secrets::ExpiryBody;
use super::kinds;
use super::operation::{Answer, Body, CURSOR, Guard, LIMIT, Media, Method, Operation, Place};
use super::page::{self, Page, Window};
use super::problem::{Problem, accept};
use super::reply::Reply;
use crate::admin::resource_secrets::{self, MadeSecret, NewSecret};

const TAG: &str = "Resources";
const MADE: &str = r#"{"kid": "5d1f0c8a", "client_id": "api", "resource": "https://api.example.com/", "secret": "Z2l2ZSB0aGlzIHRvIHRoZSBzZXJ2aWNlIGFuZCBub2I", "created_at": 1800000000, "active_at": 1800003600, "expires_at": null}"#;
const EXAMPLE: &str = r#"{"kid": "5d1f0c8a", "client_id": "api", "resource": "https://api.example.com/", "created_at": 1800000000, "active_at": 1800003600, "expires_at": null}"#;
const LISTED: &str = r#"{"items": [{"kid": "5d1f0c8a", "client_id": "api", "resource": "https://api.example.com/", "created_at": 1800000000, "active_at": 1800003600, "expires_at": null}]}"#;

/// A secret of a resource.
#[derive(Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ResourceSecret")]
pub(crate) struct SecretBody {
    /// `kid` of the tokens that it signs.
    kid: KeyId,
    /// The client that serves the resource.
    client_id: ClientId,
    /// The resource (RFC 8707).
    resource: String,
    /// The secret itself (base64url, as `k` of a JWK), on the one occasion when it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    /// When it was made.
    created_at: Time,
    /// When it begins to sign.
    active_at: Time,
    /// When it ends; null means when it is retired.
    expires_at: Option<Time>,
}

/// A secret of a resource to be made.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSecretBody {
    /// The resource (RFC 8707), one of those that the client serves.
    pub(crate) resource: String,
    /// The secret, at least 32 random bytes in base64 or base64url, if it was made elsewhere; it is not shown then.
    #[schemars(extend("writeOnly" = true))]
    pub(crate) secret: Option<String>,
    /// When it begins to sign, in seconds since 1970; without it in an hour, or at once if it is the first of the resource.
    pub(crate) active_at: Option<Time>,
    /// When it ends; without it, when it is retired.
    pub(crate) expires_at: Option<Time>,
}

impl fmt::Debug for SecretBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretBody").field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl fmt::Debug for NewSecretBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewSecretBody").field("resource", &self.resource).finish_non_exhaustive()
    }
}

impl SecretBody {
    pub(crate) fn new(record: ResourceSecretRecord, secret: Option<&Secret>) -> Self {
        let ResourceSecretRecord { kid, client_id, resource, created_at, active_at, expires_at, .. } = record;
        let secret = secret.map(|secret| secret.reveal().to_owned());
        Self { kid, client_id, resource, secret, created_at, active_at, expires_at }
    }
}

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "listResourceSecrets",
        method: Method::Get,
        path: "/resource-secrets",
        place: Place::Tenant,
        tag: TAG,
        summary: "List the secrets shared with services, without the secrets themselves, the newest first",
        scope: "admin:resources:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[LIMIT, CURSOR],
        request: None,
        response: Answer {
            status: 200,
            description: "A page of secrets.",
            schema: Some(|generator| generator.subschema_for::<Page<SecretBody>>()),
            has_etag: false,
            example: LISTED,
        },
        problems: &[],
        run: |call| Box::pin(list(call)),
    },
    Operation {
        id: "createResourceSecret",
        method: Method::Post,
        path: "/clients/{client_id}/resource-secrets",
        place: Place::Tenant,
        tag: TAG,
        summary: "Make a secret for a resource that a client serves, which is shown this once",
        scope: "admin:clients:secrets",
        is_sensitive: true,
        guard: Guard::IdempotencyKey,
        query: &[],
        request: Some(Body {
            name: "NewResourceSecret",
            media: Media::Json,
            schema: |generator| generator.root_schema_for::<NewSecretBody>(),
            example: r#"{"resource": "https://api.example.com/"}"#,
        }),
        response: Answer {
            status: 200,
            description: "The secret, if it was made here. It is not shown again.",
            schema: Some(|generator| generator.subschema_for::<SecretBody>()),
            has_etag: false,
            example: MADE,
        },
        problems: &[&kinds::NOT_FOUND, &kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(create(call)),
    },
    Operation {
        id: "expireResourceSecret",
        method: Method::Post,
        path: "/resource-secrets/{kid}/expire",
        place: Place::Tenant,
        tag: TAG,
        summary: "Say when a secret of a resource ends: it no longer signs then, and what it signed is no longer accepted",
        scope: "admin:clients:secrets",
        is_sensitive: true,
        guard: Guard::None,
        query: &[],
        request: Some(Body {
            name: "ResourceSecretExpiry",
            media: Media::Json,
            schema: |generator| generator.root_schema_for::<ExpiryBody>(),
            example: r#"{"expires_at": 1900000000}"#,
        }),
        response: Answer {
            status: 200,
            description: "The secret.",
            schema: Some(|generator| generator.subschema_for::<SecretBody>()),
            has_etag: false,
            example: EXAMPLE,
        },
        problems: &[&kinds::NOT_FOUND, &kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(expire(call)),
    },
];

async fn list(call: Call) -> Result<Reply, Problem> {
    let window = Window::read(&call)?;
    let after = match window.parts()? {
        Some([made, kid]) => Some((page::time(made)?, KeyId::new(kid))),
        None => None,
    };
    let after = after.as_ref().map(|(made, kid)| (*made, kid));
    let found = resource_secrets::page(&call.admin(), call.tenant(), after, window.wanted()).await?;
    let bodies = found.into_iter().map(|record| SecretBody::new(record, None)).collect();
    window.reply(&call, bodies, |last: &SecretBody| {
        page::key([&last.created_at.seconds().to_string(), last.kid.as_str()])
    })
}

async fn create(call: Call) -> Result<Reply, Problem> {
    let NewSecretBody { resource, secret, active_at, expires_at } = call.document()?;
    let client_id = ClientId::new(call.path("client_id"));
    let new = NewSecret { client_id, resource, secret: secret.map(Secret::presented), active_at, expires_at };
    let made = accept(resource_secrets::create(&call.admin(), call.tenant(), new).await?)?;
    let MadeSecret { record, shown } = made;
    Reply::of(&SecretBody::new(record, shown.as_ref()))
}

async fn expire(call: Call) -> Result<Reply, Problem> {
    let ExpiryBody { expires_at } = call.document()?;
    let kid = KeyId::new(call.path("kid"));
    let ended = resource_secrets::retire(&call.admin(), call.tenant(), &kid, expires_at).await?;
    Reply::of(&SecretBody::new(accept(ended)?, None))
}
