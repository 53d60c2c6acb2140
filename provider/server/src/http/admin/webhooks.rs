//! Webhooks: where events of the tenant are sent.

use std::fmt;

use credenza_protocol::ids::WebhookId;
use credenza_protocol::secret::Secret;
use credenza_protocol::webhook::Webhook;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::call::Call;
use super::kinds;
use super::operation::{Answer, Body, CURSOR, Guard, LIMIT, Media, Method, Operation, Place};
use super::page::{Page, Window};
use super::problem::{Problem, accept};
use super::reply::Reply;
use crate::admin::webhooks::{self, MadeWebhook, NewWebhook, WebhookDocument};
use crate::keys::webhook_keys;

const TAG: &str = "Webhooks";
const ALL: &str = "/webhooks";
const ONE: &str = "/webhooks/{webhook_id}";
const EXAMPLE: &str = r#"{"webhook_id": "billing", "url": "https://hooks.example.com/credenza", "description": "The billing service", "events": ["user.*", "client.deleted"], "status": "enabled", "paused": null, "failing_since": null, "created_at": 1800000000, "updated_at": 1800000000, "version": 1, "public_key": "whpk_iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w="}"#;
const MADE: &str = r#"{"webhook_id": "billing", "url": "https://hooks.example.com/credenza", "description": "The billing service", "events": ["user.*", "client.deleted"], "status": "enabled", "paused": null, "failing_since": null, "created_at": 1800000000, "updated_at": 1800000000, "version": 1, "public_key": "whpk_iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="}"#;
const LISTED: &str = r#"{"items": [{"webhook_id": "billing", "url": "https://hooks.example.com/credenza", "description": "The billing service", "events": ["user.*"], "status": "paused_by_failures", "paused": {"since": 1800432000, "reason": "the endpoint answered 410 Gone"}, "failing_since": 1800000000, "created_at": 1800000000, "updated_at": 1800000000, "version": 2, "public_key": "whpk_iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w="}]}"#;

/// A webhook.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Webhook")]
pub(crate) struct WebhookBody {
    #[serde(flatten)]
    webhook: Webhook,
    /// The key by which the signatures `v1a` are verified, `whpk_` and base64; that of the tenant.
    public_key: String,
    /// Its first secret, `whsec_` and base64, on the one occasion when it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

/// A webhook to be made.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewWebhookBody {
    /// Its id: 1 to 64 letters, digits, `-` or `_`; made without it.
    pub(crate) webhook_id: Option<String>,
    /// Where the messages are posted: https, to a public host.
    pub(crate) url: String,
    /// What it is for.
    #[serde(default)]
    pub(crate) description: String,
    /// The types of events that it gets: exact ones, `user.*` for all that begin so, `*` for all.
    pub(crate) events: Vec<String>,
    /// Its secret, `whsec_` and 24 to 64 random bytes in base64, if that was made elsewhere.
    #[schemars(extend("writeOnly" = true))]
    pub(crate) secret: Option<String>,
}

impl fmt::Debug for WebhookBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookBody").field("webhook", &self.webhook).finish_non_exhaustive()
    }
}

impl fmt::Debug for NewWebhookBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewWebhookBody").field("url", &self.url).finish_non_exhaustive()
    }
}

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "listWebhooks",
        method: Method::Get,
        path: ALL,
        place: Place::Tenant,
        tag: TAG,
        summary: "List webhooks, by id",
        scope: "admin:webhooks:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[LIMIT, CURSOR],
        request: None,
        response: Answer {
            status: 200,
            description: "A page of webhooks.",
            schema: Some(|generator| generator.subschema_for::<Page<WebhookBody>>()),
            has_etag: false,
            example: LISTED,
        },
        problems: &[],
        run: |call| Box::pin(list(call)),
    },
    Operation {
        id: "createWebhook",
        method: Method::Post,
        path: ALL,
        place: Place::Tenant,
        tag: TAG,
        summary: "Create a webhook: events that happen from now on are sent to it",
        scope: "admin:webhooks:write",
        is_sensitive: true,
        guard: Guard::IdempotencyKey,
        query: &[],
        request: Some(Body {
            name: "NewWebhook",
            media: Media::Json,
            schema: |generator| generator.root_schema_for::<NewWebhookBody>(),
            example: r#"{"webhook_id": "billing", "url": "https://hooks.example.com/credenza", "events": ["user.*", "client.deleted"]}"#,
        }),
        response: Answer {
            status: 201,
            description: "The webhook, with its secret if that was made here. The secret is not shown again.",
            example: MADE,
            ..SHOWN
        },
        problems: &[&kinds::TAKEN, &kinds::CONFLICT],
        run: |call| Box::pin(create(call)),
    },
    Operation {
        id: "getWebhook",
        method: Method::Get,
        path: ONE,
        place: Place::Tenant,
        tag: TAG,
        summary: "Show a webhook",
        scope: "admin:webhooks:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: SHOWN,
        problems: &[],
        run: |call| Box::pin(get(call)),
    },
    Operation {
        id: "updateWebhook",
        method: Method::Patch,
        path: ONE,
        place: Place::Tenant,
        tag: TAG,
        summary: "Change a webhook, or pause it: messages wait until it is resumed",
        scope: "admin:webhooks:write",
        is_sensitive: true,
        guard: Guard::IfMatch,
        query: &[],
        request: Some(Body {
            name: "WebhookPatch",
            media: Media::MergePatch,
            schema: |generator| generator.root_schema_for::<WebhookDocument>(),
            example: r#"{"events": ["user.*"], "status": "paused"}"#,
        }),
        response: SHOWN,
        problems: &[],
        run: |call| Box::pin(update(call)),
    },
    Operation {
        id: "deleteWebhook",
        method: Method::Delete,
        path: ONE,
        place: Place::Tenant,
        tag: TAG,
        summary: "Delete a webhook with everything that waits for it",
        scope: "admin:webhooks:write",
        is_sensitive: false,
        guard: Guard::IfMatch,
        query: &[],
        request: None,
        response: Answer::nothing("It is gone."),
        problems: &[],
        run: |call| Box::pin(delete(call)),
    },
    Operation {
        id: "resumeWebhook",
        method: Method::Post,
        path: "/webhooks/{webhook_id}/resume",
        place: Place::Tenant,
        tag: TAG,
        summary: "Resume a webhook that is paused: what waits is sent, the oldest first",
        scope: "admin:webhooks:write",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: SHOWN,
        problems: &[&kinds::STALE, &kinds::INVALID_VALUES],
        run: |call| Box::pin(resume(call)),
    },
];

const SHOWN: Answer = Answer {
    status: 200,
    description: "The webhook.",
    schema: Some(|generator| generator.subschema_for::<WebhookBody>()),
    has_etag: true,
    example: EXAMPLE,
};

async fn list(call: Call) -> Result<Reply, Problem> {
    let window = Window::read(&call)?;
    let all = webhooks::list(&call.admin(), call.tenant()).await?;
    let is_later =
        |webhook: &Webhook| window.after.as_deref().is_none_or(|after| webhook.webhook_id.as_str() > after);
    let wanted = usize::try_from(window.wanted()).unwrap_or(usize::MAX);
    let here = all.into_iter().filter(is_later).take(wanted);
    let bodies = here.map(|webhook| body(&call, webhook, None)).collect();
    window.reply(&call, bodies, |body: &WebhookBody| body.webhook.webhook_id.to_string())
}

async fn create(call: Call) -> Result<Reply, Problem> {
    let NewWebhookBody { webhook_id, url, description, events, secret } = call.document()?;
    let (webhook_id, secret) = (webhook_id.map(WebhookId::new), secret.map(Secret::presented));
    let new = NewWebhook { webhook_id, url, description, events, secret };
    let made = accept(webhooks::create(&call.admin(), call.tenant(), new).await?)?;
    let MadeWebhook { webhook, secret, .. } = made;
    let (location, version) = (call.url_of(ONE, webhook.webhook_id.as_str())?, webhook.version);
    let body = body(&call, webhook, secret.as_ref());
    Ok(Reply::of(&body)?.version(version).created_at(location))
}

async fn get(call: Call) -> Result<Reply, Problem> {
    let webhook = find(&call).await?;
    shown(&call, webhook)
}

async fn update(call: Call) -> Result<Reply, Problem> {
    let webhook = find(&call).await?;
    call.check(webhook.version)?;
    let changed = webhooks::with_changes(webhook, call.body.clone())?;
    let updated = accept(webhooks::update(&call.admin(), call.tenant(), changed).await?)?;
    call.context.state.messages.notify_one();
    shown(&call, updated)
}

async fn delete(call: Call) -> Result<Reply, Problem> {
    let webhook = find(&call).await?;
    call.check(webhook.version)?;
    accept(webhooks::delete(&call.admin(), call.tenant(), &webhook.webhook_id).await?)?;
    Ok(Reply::nothing())
}

async fn resume(call: Call) -> Result<Reply, Problem> {
    let resumed = webhooks::resume(&call.admin(), call.tenant(), &id(&call)).await?;
    call.context.state.messages.notify_one();
    shown(&call, accept(resumed)?)
}

/// The id in the path.
pub(super) fn id(call: &Call) -> WebhookId {
    WebhookId::new(call.path("webhook_id"))
}

/// The webhook of the path.
pub(super) async fn find(call: &Call) -> Result<Webhook, Problem> {
    webhooks::find(&call.admin(), call.tenant(), &id(call)).await?.ok_or(Problem::NotFound)
}

fn body(call: &Call, webhook: Webhook, secret: Option<&Secret>) -> WebhookBody {
    let public_key = webhook_keys::public_key(&call.context.state.root, call.tenant());
    WebhookBody { webhook, public_key, secret: secret.map(|secret| secret.reveal().to_owned()) }
}

fn shown(call: &Call, webhook: Webhook) -> Result<Reply, Problem> {
    let version = webhook.version;
    Ok(Reply::of(&body(call, webhook, None))?.version(version))
}
