//! Events: what has happened at a tenant, listed and followed.

mod follow;

use std::borrow::Cow;

use credenza_protocol::event::index::Kinds;
use credenza_protocol::event::schema;
use credenza_protocol::time::Time;
use credenza_storage::{EventOrder, EventPlace, EventsAsked, KeptEvent};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Map, Value};

use super::call::Call;
use super::kinds;
use super::operation::{Answer, CURSOR, Form, Guard, LIMIT, Method, Operation, Parameter, Place};
use super::page::{Page, Window};
use super::problem::Problem;
use super::reply::Reply;
use crate::admin::{events, time};
use crate::failure::Failure;

const TAG: &str = "Events";
const SCOPE: &str = "admin:events:read";
const EVENT: &str = r#"{"specversion": "1.0", "id": "4be1a2f6c8d09375", "source": "credenza", "type": "user.created", "subject": "248289761001", "time": "2027-01-15T08:00:00Z", "datacontenttype": "application/json", "tenantid": "91d0c7f2a4b84e6f", "dataversion": "1", "actor": "client:provisioning", "actoraddress": "192.0.2.1", "requestid": "6f1a0c55d9e2b37a", "data": {"user_id": "248289761001"}}"#;
const LISTED: &str = r#"{"items": [{"specversion": "1.0", "id": "4be1a2f6c8d09375", "source": "credenza", "type": "user.signed_in", "subject": "248289761001", "time": "2027-01-15T08:00:00Z", "datacontenttype": "application/json", "tenantid": "91d0c7f2a4b84e6f", "dataversion": "1", "data": {"user_id": "248289761001", "sid": "zVdu4hQ", "amr": ["pwd"]}}]}"#;
const FOLLOWED: &str = r#"{"items": [], "cursor": "c5Jx0pQ"}"#;

const TYPE: Parameter = Parameter {
    name: "type",
    description: "The type, such as user.created, or the beginning of several up to the dot, such as `user.`.",
    form: Form::Text,
};
const SUBJECT: Parameter =
    Parameter { name: "subject", description: "The id of what the event is about.", form: Form::Text };
const ACTOR: Parameter = Parameter {
    name: "actor",
    description: "Who did it: `user:` and a sub, `client:` and a client_id, `shared_key:` and a name, or admin-key.",
    form: Form::Text,
};
const USER: Parameter = Parameter {
    name: "user_id",
    description: "The user that the data of the event name, whatever its subject is.",
    form: Form::Text,
};
const CLIENT: Parameter = Parameter {
    name: "client_id",
    description: "The client that the data of the event name, whatever its subject is.",
    form: Form::Text,
};
const FROM: Parameter = Parameter {
    name: "from",
    description: "Only events that happened then or later: RFC 3339, or seconds since 1970.",
    form: Form::Moment,
};
const TO: Parameter = Parameter {
    name: "to",
    description: "Only events that happened before that: RFC 3339, or seconds since 1970.",
    form: Form::Moment,
};
const ORDER: Parameter = Parameter {
    name: "order",
    description: "`newest` for the newest first, as without it, or `oldest`.",
    form: Form::Word(&["newest", "oldest"]),
};

/// An event, as it is stored.
#[derive(Debug, Serialize)]
pub(super) struct EventBody {
    #[serde(skip)]
    place: EventPlace,
    #[serde(flatten)]
    members: Map<String, Value>,
}

impl JsonSchema for EventBody {
    fn schema_name() -> Cow<'static, str> {
        "EventEnvelope".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schema::of_any()
    }
}

impl EventBody {
    fn new(event: KeptEvent) -> Result<Self, Problem> {
        let members =
            serde_json::from_str(&event.body).map_err(|_| Failure::Internal("an event is not JSON"))?;
        Ok(Self { place: event.place, members })
    }
}

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "listEvents",
        method: Method::Get,
        path: "/events",
        place: Place::Tenant,
        tag: TAG,
        summary: "List what has happened, for as long as events are kept, the newest first",
        scope: SCOPE,
        is_sensitive: false,
        guard: Guard::None,
        query: &[TYPE, SUBJECT, ACTOR, USER, CLIENT, FROM, TO, ORDER, LIMIT, CURSOR],
        request: None,
        response: Answer {
            status: 200,
            description: "The events, in the envelope of CloudEvents 1.0.",
            schema: Some(|generator| generator.subschema_for::<Page<EventBody>>()),
            has_etag: false,
            example: LISTED,
        },
        problems: &[],
        run: |call| Box::pin(list(call)),
    },
    Operation {
        id: "followEvents",
        method: Method::Get,
        path: "/events/follow",
        place: Place::Tenant,
        tag: TAG,
        summary: "Ask for what came after a cursor, and wait for it",
        scope: SCOPE,
        is_sensitive: false,
        guard: Guard::None,
        query: &[TYPE, SUBJECT, ACTOR, USER, CLIENT, follow::AFTER, follow::START, follow::WAIT, LIMIT],
        request: None,
        response: Answer {
            status: 200,
            description: "The events, in the order in which they can be followed, and the cursor to go on with.",
            schema: Some(|generator| generator.subschema_for::<follow::BatchBody>()),
            has_etag: false,
            example: FOLLOWED,
        },
        problems: &[&kinds::TOO_MANY_FOLLOWERS],
        run: |call| Box::pin(follow::follow(call)),
    },
    Operation {
        id: "getEvent",
        method: Method::Get,
        path: "/events/{event_id}",
        place: Place::Tenant,
        tag: TAG,
        summary: "Look at an event",
        scope: SCOPE,
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: Answer {
            status: 200,
            description: "The event, in the envelope of CloudEvents 1.0.",
            schema: Some(|generator| generator.subschema_for::<EventBody>()),
            has_etag: false,
            example: EVENT,
        },
        problems: &[],
        run: |call| Box::pin(get(call)),
    },
];

async fn list(call: Call) -> Result<Reply, Problem> {
    let window = Window::read(&call)?;
    let after = window.after.as_deref().map(place).transpose()?;
    let order = match call.query.get(ORDER.name) {
        None | Some("newest") => EventOrder::Newest,
        Some("oldest") => EventOrder::Oldest,
        Some(_) => return Err(Problem::Parameter(ORDER.name.to_owned(), "must be newest or oldest")),
    };
    let asked = EventsAsked { from: moment(&call, FROM.name)?, to: moment(&call, TO.name)?, ..asked(&call)? };
    let found = events::list(&call.admin(), call.tenant(), &asked, order, after, window.wanted()).await?;
    let items = found.into_iter().map(EventBody::new).collect::<Result<Vec<_>, _>>()?;
    window.reply(&call, items, |event| {
        let EventPlace { at, position } = event.place;
        format!("{}.{position}", at.seconds())
    })
}

async fn get(call: Call) -> Result<Reply, Problem> {
    let found = events::find(&call.admin(), call.tenant(), call.path("event_id")).await?;
    Reply::of(&EventBody::new(found.ok_or(Problem::NotFound)?)?)
}

/// Which events are asked for, but for their times.
fn asked(call: &Call) -> Result<EventsAsked, Problem> {
    let unknown =
        || Problem::Parameter(TYPE.name.to_owned(), "must be a type of events, or its first word and a dot");
    let kinds = call.query.get(TYPE.name).map(|text| Kinds::parse(text).ok_or_else(unknown)).transpose()?;
    let text = |parameter: Parameter| call.query.get(parameter.name).map(str::to_owned);
    let asked = EventsAsked {
        subject: text(SUBJECT),
        actor: text(ACTOR),
        user_id: text(USER),
        client_id: text(CLIENT),
        ..EventsAsked::default()
    };
    Ok(events::of_kinds(asked, kinds))
}

fn moment(call: &Call, name: &str) -> Result<Option<Time>, Problem> {
    let wrong = || Problem::Parameter(name.to_owned(), "must be a time by RFC 3339, or seconds since 1970");
    call.query.get(name).map(|text| time(text).ok_or_else(wrong)).transpose()
}

/// The place that a cursor names. It was sealed by us, so that another one is of another version.
fn place(text: &str) -> Result<EventPlace, Problem> {
    let parsed = text.split_once('.').and_then(|(at, position)| {
        Some(EventPlace { at: Time::from_seconds(at.parse().ok()?), position: position.parse().ok()? })
    });
    parsed.ok_or_else(|| Problem::Parameter("cursor".to_owned(), "is of another version"))
}
