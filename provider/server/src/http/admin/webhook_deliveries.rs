//! Messages to a webhook: what became of them, and sending them again.

use credenza_protocol::time::Time;
use credenza_protocol::webhook::State;
use credenza_storage::Delivery;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::call::Call;
use super::kinds;
use super::operation::{
    Answer, Body, CURSOR, Form, Guard, LIMIT, Media, Method, Operation, Parameter, Place,
};
use super::page::{Page, Window};
use super::problem::{Problem, accept};
use super::reply::Reply;
use super::webhooks::id;
use crate::admin::webhooks::{self, Replay};

const TAG: &str = "Webhooks";
const ONE: &str = "/webhooks/{webhook_id}/deliveries/{event_id}";
const STATE: Parameter = Parameter {
    name: "state",
    description: "Those in this state alone: pending, delivered or failed.",
    form: Form::Text,
};
const EXAMPLE: &str = r#"{"event_id": "8f14e45fceea167a5a36dedd4bea2543", "type": "user.created", "at": 1800000000, "state": "delivered", "attempts": 1, "next_at": null, "attempted_at": 1800000001, "status": 204, "response": ""}"#;
const WHOLE: &str = r#"{"event_id": "8f14e45fceea167a5a36dedd4bea2543", "type": "user.created", "at": 1800000000, "state": "pending", "attempts": 2, "next_at": 1800000300, "attempted_at": 1800000065, "status": 503, "response": "try again later", "event": {"specversion": "1.0", "id": "8f14e45fceea167a5a36dedd4bea2543", "source": "credenza", "type": "user.created", "subject": "alice", "data": {"user_id": "alice"}}}"#;

/// A message to a webhook.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WebhookDelivery")]
pub(crate) struct DeliveryBody {
    /// `id` of the event, and `webhook-id` of the message.
    pub(crate) event_id: String,
    /// `type` of the event.
    pub(crate) r#type: String,
    /// When the event happened.
    pub(crate) at: Time,
    /// How far it has come.
    pub(crate) state: State,
    /// How often it was tried.
    pub(crate) attempts: i32,
    /// When it is tried next; null if it is over.
    pub(crate) next_at: Option<Time>,
    /// When it was last tried; null before that.
    pub(crate) attempted_at: Option<Time>,
    /// The status of the last response; null if there was none.
    pub(crate) status: Option<i32>,
    /// How that response began, or why there was none.
    pub(crate) response: Option<String>,
    /// The event itself, where one message is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    event: Option<Value>,
    /// Its place in the list.
    #[serde(skip)]
    seq: i64,
}

/// Which messages are sent again.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReplayBody {
    /// Those of events from this time on, in seconds since 1970.
    pub(crate) since: Time,
    /// Those of events before this time; now, without it.
    pub(crate) until: Option<Time>,
    /// Those in this state alone; all of them, without it.
    pub(crate) state: Option<State>,
}

/// What is sent again.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WebhookReplay")]
pub(crate) struct ReplayedBody {
    /// How many messages.
    pub(crate) messages: u64,
}

impl DeliveryBody {
    pub(crate) fn new(delivery: Delivery) -> Self {
        let Delivery { seq, event_id, kind, at, state, attempts, .. } = delivery;
        let Delivery { next_at, attempted_at, status, response, .. } = delivery;
        Self {
            event_id,
            r#type: kind,
            at,
            state,
            attempts,
            next_at,
            attempted_at,
            status,
            response,
            event: None,
            seq,
        }
    }

    fn whole(delivery: Delivery) -> Self {
        let event = serde_json::from_str(&delivery.body).ok();
        Self { event, ..Self::new(delivery) }
    }
}

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "listWebhookDeliveries",
        method: Method::Get,
        path: "/webhooks/{webhook_id}/deliveries",
        place: Place::Tenant,
        tag: TAG,
        summary: "List the messages to a webhook, the newest first",
        scope: "admin:webhooks:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[LIMIT, CURSOR, STATE],
        request: None,
        response: Answer {
            status: 200,
            description: "A page of messages.",
            schema: Some(|generator| generator.subschema_for::<Page<DeliveryBody>>()),
            has_etag: false,
            example: r#"{"items": [{"event_id": "8f14e45fceea167a5a36dedd4bea2543", "type": "user.created", "at": 1800000000, "state": "delivered", "attempts": 1, "next_at": null, "attempted_at": 1800000001, "status": 204, "response": ""}]}"#,
        },
        problems: &[],
        run: |call| Box::pin(list(call)),
    },
    Operation {
        id: "getWebhookDelivery",
        method: Method::Get,
        path: ONE,
        place: Place::Tenant,
        tag: TAG,
        summary: "Show a message to a webhook, with the event",
        scope: "admin:webhooks:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: Answer { example: WHOLE, ..SHOWN },
        problems: &[],
        run: |call| Box::pin(get(call)),
    },
    Operation {
        id: "retryWebhookDelivery",
        method: Method::Post,
        path: "/webhooks/{webhook_id}/deliveries/{event_id}/retry",
        place: Place::Tenant,
        tag: TAG,
        summary: "Send a message again, whatever became of it, under the same id",
        scope: "admin:webhooks:write",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: SHOWN,
        problems: &[&kinds::CONFLICT],
        run: |call| Box::pin(retry(call)),
    },
    Operation {
        id: "replayWebhook",
        method: Method::Post,
        path: "/webhooks/{webhook_id}/replay",
        place: Place::Tenant,
        tag: TAG,
        summary: "Send the messages of a span of time again that are still kept",
        scope: "admin:webhooks:write",
        is_sensitive: false,
        guard: Guard::IdempotencyKey,
        query: &[],
        request: Some(Body {
            name: "WebhookReplayRequest",
            media: Media::Json,
            schema: |generator| generator.root_schema_for::<ReplayBody>(),
            example: r#"{"since": 1800000000, "until": 1800086400, "state": "failed"}"#,
        }),
        response: Answer {
            status: 200,
            description: "How many are sent.",
            schema: Some(|generator| generator.subschema_for::<ReplayedBody>()),
            has_etag: false,
            example: r#"{"messages": 17}"#,
        },
        problems: &[&kinds::CONFLICT],
        run: |call| Box::pin(replay(call)),
    },
    Operation {
        id: "testWebhook",
        method: Method::Post,
        path: "/webhooks/{webhook_id}/test",
        place: Place::Tenant,
        tag: TAG,
        summary: "Send a webhook a message of the type webhook.test; what becomes of it is among its messages",
        scope: "admin:webhooks:write",
        is_sensitive: false,
        guard: Guard::IdempotencyKey,
        query: &[],
        request: None,
        response: SHOWN,
        problems: &[&kinds::CONFLICT],
        run: |call| Box::pin(test(call)),
    },
];

const SHOWN: Answer = Answer {
    status: 200,
    description: "The message.",
    schema: Some(|generator| generator.subschema_for::<DeliveryBody>()),
    has_etag: false,
    example: EXAMPLE,
};

async fn list(call: Call) -> Result<Reply, Problem> {
    let window = Window::read(&call)?;
    let state = match call.query.get(STATE.name) {
        None => None,
        Some(text) => Some(State::parse(text).ok_or_else(|| {
            Problem::Parameter(STATE.name.to_owned(), "must be pending, delivered or failed")
        })?),
    };
    let before = window.after.as_deref().and_then(|after| after.parse().ok());
    let whose = (call.tenant(), &id(&call));
    let found = webhooks::page(&call.admin(), whose, state, before, window.wanted()).await?;
    let bodies = accept(found)?.into_iter().map(DeliveryBody::new).collect();
    window.reply(&call, bodies, |body: &DeliveryBody| body.seq.to_string())
}

async fn get(call: Call) -> Result<Reply, Problem> {
    let found = webhooks::delivery(&call.admin(), call.tenant(), &id(&call), call.path("event_id")).await?;
    Reply::of(&DeliveryBody::whole(found.ok_or(Problem::NotFound)?))
}

async fn retry(call: Call) -> Result<Reply, Problem> {
    let again = webhooks::retry(&call.admin(), call.tenant(), &id(&call), call.path("event_id")).await?;
    sent(&call, accept(again)?)
}

async fn test(call: Call) -> Result<Reply, Problem> {
    let message = webhooks::test(&call.admin(), call.tenant(), &id(&call)).await?;
    sent(&call, accept(message)?)
}

async fn replay(call: Call) -> Result<Reply, Problem> {
    let ReplayBody { since, until, state } = call.document()?;
    let wanted = Replay { since, until, state };
    let messages = accept(webhooks::replay(&call.admin(), call.tenant(), &id(&call), wanted).await?)?;
    call.context.state.messages.notify_one();
    Reply::of(&ReplayedBody { messages })
}

/// The message, which is sent as soon as the task that does so wakes.
fn sent(call: &Call, delivery: Delivery) -> Result<Reply, Problem> {
    call.context.state.messages.notify_one();
    Reply::of(&DeliveryBody::new(delivery))
}
