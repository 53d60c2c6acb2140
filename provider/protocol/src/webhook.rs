//! Webhooks: events of a tenant, sent to addresses that it names (Standard Webhooks).
//!
//! | file | rules of |
//! |---|---|
//! | `filter` | which events an endpoint gets |
//! | `attempt` | what its answer means, and when it is tried again |
//! | `signature` | the headers of a message |

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::WebhookId;
use crate::time::{Seconds, Time};
use crate::version::Version;

mod attempt;
mod filter;
mod signature;

pub use attempt::{ATTEMPTS, Answer, PAUSED_AFTER, Verdict, is_dead, verdict, wait};
pub use filter::{EVERYTHING, UnknownEvents, check_filters, matches, types};
pub use signature::{Headers, headers};

/// The most webhooks of a tenant.
pub const MOST_WEBHOOKS: usize = 20;
/// The most secrets of a webhook at a time, those that expire among them.
pub const MOST_SECRETS: usize = 5;
/// The most filters of a webhook.
pub const MOST_FILTERS: usize = 50;
/// The most deliveries of a webhook that are kept; the oldest go first.
pub const MOST_DELIVERIES: i64 = 10_000;
/// How long the secrets before a new one are signed with as well, if nothing is said.
pub const SECRET_OVERLAP: Seconds = Seconds(86_400);
/// The longest id of a webhook that somebody chooses.
const LONGEST_ID: usize = 64;
/// `type` of the event that a test sends.
pub const TEST_TYPE: &str = "webhook.test";

/// Where events of a tenant are sent.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Webhook {
    /// Its id.
    pub webhook_id: WebhookId,
    /// Where the messages are posted.
    pub url: String,
    /// What it is for, in the operator's words.
    pub description: String,
    /// The types of events that it gets: exact ones, `user.*` for all that begin so, `*` for all.
    pub events: Vec<String>,
    /// Whether messages are sent.
    pub status: Status,
    /// Since when none are sent, and why.
    pub paused: Option<Paused>,
    /// Since when every attempt has failed, in seconds since 1970; null if the last one succeeded.
    pub failing_since: Option<Time>,
    /// When it was made.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// How often the record was changed.
    #[serde(default)]
    pub version: Version,
}

/// Whether messages are sent.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "WebhookStatus")]
pub enum Status {
    /// They are.
    #[default]
    Enabled,
    /// An operator has paused it: messages wait until it is resumed, or expire.
    Paused,
    /// It failed for too long, or said that it is gone: messages wait until it is resumed, or expire.
    PausedByFailures,
}

/// Since when a webhook is paused, and why.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WebhookPaused")]
pub struct Paused {
    /// Since when, in seconds since 1970.
    pub since: Time,
    /// Why, as a sentence.
    pub reason: String,
}

/// How far a delivery has come.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "WebhookDeliveryState")]
pub enum State {
    /// It is to be sent, or sent again.
    Pending,
    /// The endpoint has accepted it.
    Delivered,
    /// It was tried as often as it is, and given up.
    Failed,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Enabled, Self::Paused, Self::PausedByFailures];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Paused => "paused",
            Self::PausedByFailures => "paused_by_failures",
        }
    }

    /// The status of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}

impl State {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Delivered, Self::Failed];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

/// Whether an id that somebody chose can be one: 1 to 64 letters, digits, `-` or `_`.
#[must_use]
pub fn is_webhook_id(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=LONGEST_ID).contains(&text.len()) && text.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for status in Status::ALL {
            assert_eq!(Status::parse(status.as_str()), Some(status));
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(state));
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
        }
        assert_eq!((Status::parse("on"), State::parse("")), (None, None));
    }

    #[test]
    fn ids_need_no_quoting() {
        for good in ["a", "billing-1_B", &"x".repeat(64)] {
            assert!(is_webhook_id(good), "{good}");
        }
        for bad in ["", "a b", "a/b", "ä", ".", &"x".repeat(65)] {
            assert!(!is_webhook_id(bad), "{bad}");
        }
    }
}
