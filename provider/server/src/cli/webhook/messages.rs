//! What was sent to a webhook, and sending it again.

use clap::Subcommand;
use credenza_protocol::time::Time;
use credenza_protocol::webhook::State;
use schemars::JsonSchema;
use serde::Serialize;

use super::WhichWebhook;
use crate::admin::Outcome;
use crate::admin::webhooks::Replay;
use crate::cli::Failure;
use crate::cli::door::Site;
use crate::cli::output::Answer;
use crate::cli::values;
use crate::http::admin::wire;

#[derive(Debug, Subcommand)]
pub(super) enum MessageVerb {
    /// Send a message that says nothing happened; a server sends it
    Test(WhichWebhook),
    /// List the messages to a webhook, the newest first
    Deliveries {
        #[command(flatten)]
        which: WhichWebhook,
        /// Those in this state alone
        #[arg(long, value_name = "STATE", value_parser = state())]
        state: Option<State>,
        /// How many, at most
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        limit: u32,
    },
    /// Send a message again, whatever became of it
    Retry {
        #[command(flatten)]
        which: WhichWebhook,
        /// The id of its event, as the list shows it
        event_id: String,
    },
    /// Send the messages of a span of time again that are still kept
    Replay {
        #[command(flatten)]
        which: WhichWebhook,
        /// Those of events from this time on, such as 2026-01-31T12:00:00Z
        #[arg(long, value_name = "TIME", value_parser = values::time)]
        since: Time,
        /// Those of events before this time [default: now]
        #[arg(long, value_name = "TIME", value_parser = values::time)]
        until: Option<Time>,
        /// Those in this state alone
        #[arg(long, value_name = "STATE", value_parser = state())]
        state: Option<State>,
    },
}

fn state() -> impl clap::builder::TypedValueParser<Value = State> {
    values::wire(State::ALL.map(State::as_str))
}

/// A message as it is printed.
#[derive(Debug, Serialize, JsonSchema)]
struct DeliveryBody {
    event_id: String,
    r#type: String,
    /// When the event happened.
    happened_at: Time,
    state: State,
    attempts: i32,
    /// When it is tried next; null if it is over.
    next_at: Option<Time>,
    attempted_at: Option<Time>,
    /// The status of the last response.
    status: Option<i32>,
    /// How that response began, or why there was none.
    response: Option<String>,
}

/// Messages to a webhook.
#[derive(Debug, Serialize, JsonSchema)]
struct DeliveriesBody {
    deliveries: Vec<DeliveryBody>,
}

/// How many messages are sent again.
#[derive(Debug, Serialize, JsonSchema)]
struct ReplayedBody {
    messages: u64,
}

impl DeliveryBody {
    fn new(delivery: wire::DeliveryBody) -> Self {
        let wire::DeliveryBody { event_id, r#type, at, state, attempts, .. } = delivery;
        let wire::DeliveryBody { next_at, attempted_at, status, response, .. } = delivery;
        Self { event_id, r#type, happened_at: at, state, attempts, next_at, attempted_at, status, response }
    }
}

impl MessageVerb {
    pub(super) async fn run(self, site: &Site<'_>) -> Result<Answer, Failure> {
        match self {
            Self::Test(which) => {
                let message = site.test_webhook(&which.id()).await?;
                Answer::record(&DeliveryBody::new(which.subject().accept(message)?))
            }
            Self::Deliveries { which, state, limit } => {
                let found = which.subject().accept(site.deliveries(&which.id(), state, limit).await?)?;
                let deliveries = found.into_iter().map(DeliveryBody::new).collect();
                let columns = &["event_id", "type", "happened_at", "state", "attempts", "next_at", "status"];
                Answer::list(&DeliveriesBody { deliveries }, columns)
            }
            Self::Retry { which, event_id } => {
                let id = which.find(site).await?.webhook.webhook_id;
                let again = site.retry_delivery(&id, &event_id).await?;
                if let Outcome::Absent = again {
                    return Err(Failure::new(format!(
                        "the webhook {id} has no message {event_id:?}: `credenza webhook deliveries {id}` shows those that \
                         it has"
                    )));
                }
                Answer::record(&DeliveryBody::new(which.subject().accept(again)?))
            }
            Self::Replay { which, since, until, state } => {
                let wanted = Replay { since, until, state };
                let replayed = site.replay_webhook(&which.id(), wanted).await?;
                let messages = which.subject().accept(replayed)?;
                Answer::done(&ReplayedBody { messages }, &format!("{messages} messages are sent again"))
            }
        }
    }
}
