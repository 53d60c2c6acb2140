//! The plain form of an event, for consumers that do not want the envelope of CloudEvents: the same in fewer words.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Event;
use crate::ids::TenantId;

/// In which form events are delivered.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// CloudEvents 1.0.
    #[default]
    CloudEvents,
    /// [`Plain`].
    Plain,
}

/// An event in the plain form.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct Plain {
    /// Identifies the event, so that repeated deliveries can be recognised.
    pub id: String,
    /// When it happened (RFC 3339, UTC).
    pub time: String,
    /// The tenant in which it happened.
    pub tenant_id: TenantId,
    /// The id of its subject.
    pub subject: String,
    /// Who did it, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<PlainActor>,
    /// The version of `data`.
    pub version: String,
    /// `type` and `data`.
    #[serde(flatten)]
    pub event: Event,
}

/// Who did it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, Eq, PartialEq)]
pub struct PlainActor {
    /// `user:` and a `sub`, `client:` and a `client_id`, `shared_key:` and a name, or `admin-key`.
    pub id: String,
    /// The tenant that the actor is of, where that is not the one of the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<TenantId>,
    /// The address that the request came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The id of the request in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// The attributes of the envelope that say who acts, and their names in the plain form.
const ACTOR: [(&str, &str); 4] = [
    ("actor", "id"),
    ("actortenantid", "tenant_id"),
    ("actoraddress", "address"),
    ("requestid", "request_id"),
];
/// The other attributes that have another name there.
const RENAMED: [(&str, &str); 2] = [("tenantid", "tenant_id"), ("dataversion", "version")];
/// Those that say nothing beside CloudEvents.
const LEFT_OUT: [&str; 3] = ["specversion", "source", "datacontenttype"];

impl Form {
    /// The media type of an event in this form (CloudEvents JSON format, section 3).
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::CloudEvents => "application/cloudevents+json; charset=utf-8",
            Self::Plain => "application/json",
        }
    }

    /// An envelope that was written as JSON, in this form; `None` if it is none. What only a later version knows stays as
    /// it is.
    #[must_use]
    pub fn of(self, body: &str) -> Option<String> {
        match self {
            Self::CloudEvents => Some(body.to_owned()),
            Self::Plain => {
                let members: Map<String, Value> = serde_json::from_str(body).ok()?;
                serde_json::to_string(&plain(members)).ok()
            }
        }
    }
}

fn plain(members: Map<String, Value>) -> Map<String, Value> {
    let (mut plain, mut actor) = (Map::new(), Map::new());
    for (name, value) in members {
        let renamed = |table: &[(&str, &'static str)]| {
            table.iter().find(|(known, _)| *known == name).map(|(_, renamed)| (*renamed).to_owned())
        };
        if let Some(name) = renamed(&ACTOR) {
            actor.insert(name, value);
        } else if !LEFT_OUT.contains(&name.as_str()) {
            plain.insert(renamed(&RENAMED).unwrap_or(name), value);
        }
    }
    if !actor.is_empty() {
        plain.insert("actor".to_owned(), Value::Object(actor));
    }
    plain
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::event::examples;

    #[test]
    fn the_plain_form_is_the_type_of_that_name() {
        for envelope in examples::envelopes() {
            let body = serde_json::to_string(&envelope).unwrap();
            assert_eq!(Form::CloudEvents.of(&body).as_ref(), Some(&body));
            let plain: Plain = serde_json::from_str(&Form::Plain.of(&body).unwrap()).unwrap();
            assert_eq!(plain.event, envelope.event);
            assert_eq!((&plain.id, &plain.time), (&envelope.id, &envelope.time));
            assert_eq!((&plain.tenant_id, &plain.subject), (&envelope.tenantid, &envelope.subject));
            let (by, actor) = (envelope.by, plain.actor);
            assert_eq!(by.as_ref().map(|by| &by.actor), actor.as_ref().map(|actor| &actor.id));
            assert_eq!(by.and_then(|by| by.requestid), actor.and_then(|actor| actor.request_id));
        }
    }

    #[test]
    fn what_a_later_version_adds_stays() {
        let body = r#"{"specversion": "1.0", "id": "1", "type": "moon.risen", "tenantid": "t", "phase": 2}"#;
        let plain: Value = serde_json::from_str(&Form::Plain.of(body).unwrap()).unwrap();
        assert_eq!(plain, json!({"id": "1", "type": "moon.risen", "tenant_id": "t", "phase": 2}));
        assert_eq!(Form::Plain.of("[]"), None);
    }
}
