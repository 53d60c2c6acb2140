//! A webhook as a document: what an operator edits of it.

use credenza_protocol::merge_patch;
use credenza_protocol::webhook::{Status, Webhook};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::admin::document::{self as documents, Invalid};

/// What an operator edits of a webhook.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookDocument {
    /// Where the messages are posted: https, to a public host.
    pub url: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// The types of events that it gets: exact ones, `user.*` for all that begin so, `*` for all.
    pub events: Vec<String>,
    /// `enabled` or `paused`.
    #[serde(default)]
    pub status: Status,
}

/// What an operator edits of that webhook.
#[must_use]
pub fn document(webhook: &Webhook) -> WebhookDocument {
    WebhookDocument {
        url: webhook.url.clone(),
        description: webhook.description.clone(),
        events: webhook.events.clone(),
        status: webhook.status,
    }
}

/// The webhook with changes (RFC 7396).
///
/// # Errors
/// [`Invalid`]: a member that is unknown, or has a value of another type.
pub fn with_changes(webhook: Webhook, changes: Map<String, Value>) -> Result<Webhook, Invalid> {
    let changed = merge_patch::apply(documents::members(&document(&webhook))?, changes);
    let WebhookDocument { url, description, events, status } = documents::read(Value::Object(changed))?;
    Ok(Webhook { url, description, events, status, ..webhook })
}
