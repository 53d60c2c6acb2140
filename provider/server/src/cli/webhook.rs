//! `credenza webhook`: where events of a tenant are sent.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use credenza_protocol::ids::WebhookId;
use credenza_protocol::secret::Secret;
use credenza_protocol::webhook::{Status, Webhook};
use schemars::JsonSchema;
use serde::Serialize;

use super::door::{Door, Site, WebhookBody};
use super::outcome::Subject;
use super::output::Answer;
use super::{Common, Failure, files};
use crate::admin::webhooks::NewWebhook;

mod messages;
mod secrets;

use messages::MessageVerb;
use secrets::SecretVerb;

/// More than the text of any secret has, in bytes.
const LONGEST_SECRET: usize = 200;

const EXAMPLES: &str = "\
Examples:
  credenza webhook create --webhook-id billing --url https://hooks.example.com/credenza --event 'user.*'
      Sends what happens to users there; the secret that signs the messages is shown once
  credenza webhook test billing
      Sends a message that says nothing happened; `credenza webhook deliveries billing` shows what became of it
  credenza webhook secret add billing --overlap 86400
      Another secret; for a day, messages are signed with both
  credenza webhook resume billing
      Sends what waits, after the endpoint was mended
  credenza webhook replay billing --since 2026-01-31T12:00:00Z --state failed
      Sends again what was given up since then";

/// `credenza webhook …`
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Webhooks {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Create a webhook, and print its secret once
    #[command(after_help = EXAMPLES)]
    Create(Create),
    /// List the webhooks
    List,
    /// Show a webhook, and the key that verifies the signatures v1a
    Show(WhichWebhook),
    /// Change a webhook
    Update(Update),
    /// Delete a webhook, with everything that waits for it
    Delete(WhichWebhook),
    /// Resume a webhook that is paused: what waits is sent
    Resume(WhichWebhook),
    /// The secrets of a webhook
    #[command(subcommand)]
    Secret(SecretVerb),
    #[command(flatten)]
    Message(MessageVerb),
}

/// Which webhook.
#[derive(Debug, Args)]
pub(super) struct WhichWebhook {
    /// Its id
    webhook_id: String,
}

#[derive(Debug, Args)]
struct Create {
    /// Its id: letters, digits, - and _ [default: one is made]
    #[arg(long, value_name = "ID")]
    webhook_id: Option<String>,
    /// Where the messages are posted: https, to a public host
    #[arg(long, value_name = "URL")]
    url: String,
    /// A type of event that it gets, 'user.*' for all that begin so, or '*' for all; may be repeated
    #[arg(long = "event", value_name = "TYPE", required = true)]
    events: Vec<String>,
    /// What it is for
    #[arg(long, value_name = "TEXT", default_value = "")]
    description: String,
    /// Read its secret (whsec_…) from a file instead of generating one
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct Update {
    #[command(flatten)]
    which: WhichWebhook,
    /// Another address
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// A type of event that it gets; these replace all that it had
    #[arg(long = "event", value_name = "TYPE")]
    events: Vec<String>,
    /// What it is for; '' clears it
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Pause it: messages wait until it is resumed
    #[arg(long)]
    pause: bool,
}

/// Every webhook of a tenant.
#[derive(Debug, Serialize, JsonSchema)]
struct WebhooksBody {
    webhooks: Vec<Webhook>,
}

/// A webhook that was deleted.
#[derive(Debug, Serialize, JsonSchema)]
struct DeletedBody {
    deleted: WebhookId,
}

impl WhichWebhook {
    pub(super) fn id(&self) -> WebhookId {
        WebhookId::new(self.webhook_id.as_str())
    }

    fn subject(&self) -> Subject<'_> {
        Subject::webhook(&self.webhook_id)
    }

    async fn find(&self, site: &Site<'_>) -> Result<WebhookBody, Failure> {
        site.webhook(&self.id()).await?.ok_or_else(|| self.subject().absent())
    }
}

impl Webhooks {
    pub(super) async fn run(self, door: Door<'_>) -> Result<Answer, Failure> {
        let site = &door.at(&self.common.tenant).await?;
        match self.verb {
            Verb::Create(create) => create.run(site).await,
            Verb::List => {
                let webhooks = site.webhooks().await?;
                Answer::list(&WebhooksBody { webhooks }, &["webhook_id", "url", "events", "status"])
            }
            Verb::Show(which) => Answer::record(&which.find(site).await?),
            Verb::Update(update) => update.run(site).await,
            Verb::Delete(which) => {
                which.subject().accept(site.delete_webhook(&which.id()).await?)?;
                let text = format!("deleted webhook {}", which.webhook_id);
                Answer::done(&DeletedBody { deleted: which.id() }, &text)
            }
            Verb::Resume(which) => {
                Answer::record(&which.subject().accept(site.resume_webhook(&which.id()).await?)?)
            }
            Verb::Secret(verb) => verb.run(site).await,
            Verb::Message(verb) => verb.run(site).await,
        }
    }
}

impl Create {
    async fn run(self, site: &Site<'_>) -> Result<Answer, Failure> {
        let Self { webhook_id, url, events, description, secret_file } = self;
        let name = webhook_id.clone().unwrap_or_else(|| url.clone());
        let (webhook_id, secret) = (webhook_id.map(WebhookId::new), read(secret_file)?);
        let new = NewWebhook { webhook_id, url, description, events, secret };
        Answer::record(&Subject::webhook(&name).accept(site.create_webhook(new).await?)?)
    }
}

impl Update {
    async fn run(self, site: &Site<'_>) -> Result<Answer, Failure> {
        let Self { which, url, events, description, pause } = self;
        let change = |webhook: &mut Webhook| {
            webhook.url = url.unwrap_or_else(|| webhook.url.clone());
            webhook.description = description.unwrap_or_else(|| webhook.description.clone());
            if !events.is_empty() {
                webhook.events = events;
            }
            if pause {
                webhook.status = Status::Paused;
            }
        };
        Answer::record(&which.subject().accept(site.update_webhook(&which.id(), change).await?)?)
    }
}

/// The secret in a file, if one is named.
fn read(file: Option<PathBuf>) -> Result<Option<Secret>, Failure> {
    let line = file.map(|file| files::line("--secret-file", &file, LONGEST_SECRET)).transpose()?;
    Ok(line.map(|text| Secret::presented(text.as_str())))
}
