//! The envelope of an event: CloudEvents 1.0.

use chrono::{DateTime, SecondsFormat};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Event;
use crate::ids::TenantId;
use crate::time::Time;

/// `specversion` of CloudEvents 1.0.
pub const SPEC_VERSION: &str = "1.0";
/// `source`: the same on every node, and whatever the issuer's host is called.
pub const SOURCE: &str = "credenza";
/// `dataversion`: new fields in `data` and new types of events keep it; any other change increments it.
pub const DATA_VERSION: &str = "1";

/// What is added to an event when it happens.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Stamp {
    /// `id`: random, the same in each delivery to every sink.
    pub id: String,
    /// When it happened.
    pub at: Time,
}

/// Who changed something by the admin API: extension attributes of the envelope (CloudEvents 1.0, section 3.3).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, Eq, PartialEq)]
pub struct Actor {
    /// `user:` and a `sub`, `client:` and a `client_id`, `shared_key:` and a name, or `admin-key`.
    pub actor: String,
    /// The tenant that the actor is of, where that is not the one of the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actortenantid: Option<TenantId>,
    /// The address that the request came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actoraddress: Option<String>,
    /// The id of the request in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requestid: Option<String>,
}

/// An event as it is delivered (CloudEvents 1.0, section 3; JSON event format).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct Envelope {
    /// Always `1.0`.
    pub specversion: String,
    /// Identifies the event, so that repeated deliveries can be recognised.
    pub id: String,
    /// Always `credenza`.
    pub source: String,
    /// The id of its subject.
    pub subject: String,
    /// When it happened (RFC 3339, UTC).
    pub time: String,
    /// Always `application/json`.
    pub datacontenttype: String,
    /// The tenant in which it happened.
    pub tenantid: TenantId,
    /// The version of `data`.
    pub dataversion: String,
    /// Who did it, where it was done by the admin API.
    #[serde(flatten)]
    pub by: Option<Actor>,
    /// `type` and `data`.
    #[serde(flatten)]
    pub event: Event,
}

impl Envelope {
    /// The event of that tenant.
    #[must_use]
    pub fn new(stamp: &Stamp, tenant: &TenantId, event: Event) -> Self {
        let time = DateTime::from_timestamp(stamp.at.seconds(), 0).unwrap_or_default();
        Self {
            specversion: SPEC_VERSION.to_owned(),
            id: stamp.id.clone(),
            source: SOURCE.to_owned(),
            subject: event.subject().to_owned(),
            time: time.to_rfc3339_opts(SecondsFormat::Secs, true),
            datacontenttype: "application/json".to_owned(),
            tenantid: tenant.clone(),
            dataversion: DATA_VERSION.to_owned(),
            by: None,
            event,
        }
    }

    /// The event as something that this actor has done.
    #[must_use]
    pub fn by(self, actor: Option<Actor>) -> Self {
        Self { by: actor, ..self }
    }
}

/// `type` and `subject` of an envelope that was written as JSON, without reading the rest of it.
#[must_use]
pub fn about(body: &str) -> Option<(String, String)> {
    #[derive(Deserialize)]
    struct About {
        r#type: String,
        subject: String,
    }
    serde_json::from_str::<About>(body).ok().map(|found| (found.r#type, found.subject))
}

/// `type` of an envelope that was written as JSON, without reading the rest of it.
#[must_use]
pub fn type_of(body: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Type {
        r#type: String,
    }
    serde_json::from_str::<Type>(body).ok().map(|found| found.r#type)
}
