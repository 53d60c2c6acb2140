//! The events, as they are sent: one entry for each type, with its schema.

use credenza_protocol::event::Form;
use credenza_protocol::event::schema::{Described, described};
use serde_json::{Map, Value, json};

use super::components::reference;
use super::schemas::Schemas;

/// The events by type. The envelope is that of CloudEvents, which is the default.
pub(super) fn webhooks(schemas: &mut Schemas) -> Map<String, Value> {
    let mut webhooks = Map::new();
    for one in described(Form::CloudEvents) {
        let name = one.name();
        let schema = reference("schemas", &name);
        schemas.add(name.clone(), schema_of(&one));
        let operation = json!({
            "operationId": format!("on{name}"),
            "tags": ["Events"],
            "summary": one.kind,
            "description": one.description,
            "security": [],
            "requestBody": {
                "required": true,
                "content": {"application/json": {"schema": schema, "example": one.example}},
            },
            "responses": {
                "2XX": {"description": "It was taken."},
                "4XX": {"description": "It was not taken."},
            },
        });
        webhooks.insert(one.kind, json!({"post": operation}));
    }
    webhooks
}

/// The envelope that every event has, with what is of this type alone.
fn schema_of(one: &Described) -> Value {
    let own = |name: &str| one.schema.pointer(&format!("/properties/{name}")).cloned().unwrap_or_default();
    json!({
        "title": one.kind,
        "description": one.description,
        "allOf": [
            reference("schemas", "EventEnvelope"),
            {
                "type": "object",
                "properties": {"type": own("type"), "data": own("data")},
                "required": ["type", "data"],
            },
        ],
    })
}
