//! What messages to a webhook are signed with.

use std::fmt;

use credenza_protocol::secret::Secret;
use credenza_protocol::time::{Seconds, Time};
use credenza_storage::WebhookSecretRecord;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::call::Call;
use super::kinds;
use super::operation::{Answer, Body, Guard, Media, Method, Operation, Place};
use super::problem::{Problem, accept};
use super::reply::Reply;
use super::webhooks::{find, id};
use crate::admin::webhooks::{self, MadeSecret};

const TAG: &str = "Webhooks";
const ALL: &str = "/webhooks/{webhook_id}/secrets";

/// A secret of a webhook.
#[derive(Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WebhookSecret")]
pub(crate) struct SecretBody {
    /// Its id among the secrets of the webhook, which is no secret.
    secret_id: String,
    /// The secret, `whsec_` and base64, on the one occasion when it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    /// When it was made.
    created_at: Time,
    /// From when on it no longer signs; null for the newest.
    expires_at: Option<Time>,
}

/// The secrets that sign, the newest first.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "WebhookSecretList")]
pub(crate) struct SecretsBody {
    /// The secrets, without the secrets themselves.
    items: Vec<SecretBody>,
}

/// A secret to be added.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSecretBody {
    /// The secret, `whsec_` and 24 to 64 random bytes in base64, if it was made elsewhere.
    #[schemars(extend("writeOnly" = true))]
    pub(crate) secret: Option<String>,
    /// How many seconds those before it sign as well; a day, without it.
    pub(crate) overlap: Option<Seconds>,
}

impl fmt::Debug for SecretBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretBody").field("secret_id", &self.secret_id).finish_non_exhaustive()
    }
}

impl fmt::Debug for NewSecretBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewSecretBody").field("overlap", &self.overlap).finish_non_exhaustive()
    }
}

impl SecretBody {
    pub(crate) fn new(record: WebhookSecretRecord, secret: Option<&Secret>) -> Self {
        let WebhookSecretRecord { secret_id, created_at, expires_at, .. } = record;
        Self { secret_id, secret: secret.map(|secret| secret.reveal().to_owned()), created_at, expires_at }
    }
}

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "listWebhookSecrets",
        method: Method::Get,
        path: ALL,
        place: Place::Tenant,
        tag: TAG,
        summary: "List the secrets of a webhook that sign, without the secrets themselves",
        scope: "admin:webhooks:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: Answer {
            status: 200,
            description: "The secrets, the newest first.",
            schema: Some(|generator| generator.subschema_for::<SecretsBody>()),
            has_etag: false,
            example: r#"{"items": [{"secret_id": "6b49d2000f0e0d0c0b0a090807060504", "created_at": 1800000000, "expires_at": null}]}"#,
        },
        problems: &[],
        run: |call| Box::pin(list(call)),
    },
    Operation {
        id: "createWebhookSecret",
        method: Method::Post,
        path: ALL,
        place: Place::Tenant,
        tag: TAG,
        summary: "Add a secret to a webhook; those before it sign as well for a while",
        scope: "admin:webhooks:write",
        is_sensitive: true,
        guard: Guard::IdempotencyKey,
        query: &[],
        request: Some(Body {
            name: "NewWebhookSecret",
            media: Media::Json,
            schema: |generator| generator.root_schema_for::<NewSecretBody>(),
            example: r#"{"overlap": 86400}"#,
        }),
        response: Answer {
            status: 200,
            description: "The secret, if it was made here. It is not shown again.",
            schema: Some(|generator| generator.subschema_for::<SecretBody>()),
            has_etag: false,
            example: r#"{"secret_id": "6b49d2000f0e0d0c0b0a090807060504", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=", "created_at": 1800000000, "expires_at": null}"#,
        },
        problems: &[&kinds::CONFLICT],
        run: |call| Box::pin(create(call)),
    },
    Operation {
        id: "deleteWebhookSecret",
        method: Method::Delete,
        path: "/webhooks/{webhook_id}/secrets/{secret_id}",
        place: Place::Tenant,
        tag: TAG,
        summary: "Delete a secret of a webhook at once, unless it is the last one",
        scope: "admin:webhooks:write",
        is_sensitive: true,
        guard: Guard::None,
        query: &[],
        request: None,
        response: Answer::nothing("It signs no longer."),
        problems: &[&kinds::CONFLICT],
        run: |call| Box::pin(delete(call)),
    },
];

async fn list(call: Call) -> Result<Reply, Problem> {
    let webhook = find(&call).await?;
    let records = webhooks::secrets(&call.admin(), call.tenant(), &webhook.webhook_id).await?;
    Reply::of(&SecretsBody {
        items: records.into_iter().map(|record| SecretBody::new(record, None)).collect(),
    })
}

async fn create(call: Call) -> Result<Reply, Problem> {
    let NewSecretBody { secret, overlap } = call.document()?;
    let given = secret.map(Secret::presented);
    let added = webhooks::add(&call.admin(), call.tenant(), &id(&call), given, overlap).await?;
    let MadeSecret { record, secret } = accept(added)?;
    Reply::of(&SecretBody::new(record, secret.as_ref()))
}

async fn delete(call: Call) -> Result<Reply, Problem> {
    let (admin, id) = (call.admin(), id(&call));
    accept(webhooks::delete_secret(&admin, call.tenant(), &id, call.path("secret_id")).await?)?;
    Ok(Reply::nothing())
}
