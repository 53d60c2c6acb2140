//! `credenza webhook`: where events of a tenant are sent.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use credenza_protocol::ids::{TenantId, WebhookId};
use credenza_protocol::secret::Secret;
use credenza_protocol::webhook::{Status, Webhook};
use schemars::JsonSchema;
use serde::Serialize;

use super::installation::Installation;
use super::outcome::Subject;
use super::output::Answer;
use super::{Common, Failure, files};
use crate::admin;
use crate::admin::webhooks::{self, NewWebhook};
use crate::keys::root::Root;
use crate::keys::webhook_keys;

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

/// A webhook as it is printed.
#[derive(Debug, Serialize, JsonSchema)]
struct WebhookBody {
    #[serde(flatten)]
    webhook: Webhook,
    /// The key by which the signatures `v1a` are verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    public_key: Option<String>,
    /// Its secret, on the one occasion when it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
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

    async fn find(&self, installation: &Installation, tenant: &TenantId) -> Result<Webhook, Failure> {
        let found = webhooks::find(&installation.admin(), tenant, &self.id()).await?;
        found.ok_or_else(|| self.subject().absent())
    }
}

impl Webhooks {
    pub(super) async fn run(self, installation: &Installation) -> Result<Answer, Failure> {
        let tenant = installation.tenant(&self.common.tenant).await?.tenant_id;
        let admin = installation.admin();
        match self.verb {
            Verb::Create(create) => create.run(installation, &tenant).await,
            Verb::List => {
                let webhooks = webhooks::list(&admin, &tenant).await?;
                Answer::list(&WebhooksBody { webhooks }, &["webhook_id", "url", "events", "status"])
            }
            Verb::Show(which) => {
                let webhook = which.find(installation, &tenant).await?;
                shown(installation, &tenant, webhook, None).await
            }
            Verb::Update(update) => update.run(installation, &tenant).await,
            Verb::Delete(which) => {
                let deleted = webhooks::delete(&admin, &tenant, &which.id()).await?;
                which.subject().accept(deleted)?;
                let text = format!("deleted webhook {}", which.webhook_id);
                Answer::done(&DeletedBody { deleted: which.id() }, &text)
            }
            Verb::Resume(which) => {
                let resumed = webhooks::resume(&admin, &tenant, &which.id()).await?;
                Answer::record(&which.subject().accept(resumed)?)
            }
            Verb::Secret(verb) => verb.run(installation, &tenant).await,
            Verb::Message(verb) => verb.run(installation, &tenant).await,
        }
    }
}

impl Create {
    async fn run(self, installation: &Installation, tenant: &TenantId) -> Result<Answer, Failure> {
        let Self { webhook_id, url, events, description, secret_file } = self;
        let name = webhook_id.clone().unwrap_or_else(|| url.clone());
        let (webhook_id, secret) = (webhook_id.map(WebhookId::new), read(secret_file)?);
        let new = NewWebhook { webhook_id, url, description, events, secret };
        let made = webhooks::create(&installation.admin(), tenant, new).await?;
        let made = Subject::webhook(&name).accept(made)?;
        shown(installation, tenant, made.webhook, made.secret).await
    }
}

impl Update {
    async fn run(self, installation: &Installation, tenant: &TenantId) -> Result<Answer, Failure> {
        let mut webhook = self.which.find(installation, tenant).await?;
        webhook.url = self.url.unwrap_or(webhook.url);
        webhook.description = self.description.unwrap_or(webhook.description);
        if !self.events.is_empty() {
            webhook.events = self.events;
        }
        if self.pause {
            webhook.status = Status::Paused;
        }
        let updated = webhooks::update(&installation.admin(), tenant, webhook).await?;
        let webhook = Subject::webhook(&self.which.webhook_id).accept(updated)?;
        shown(installation, tenant, webhook, None).await
    }
}

/// The secret in a file, if one is named.
fn read(file: Option<PathBuf>) -> Result<Option<Secret>, Failure> {
    let line = file.map(|file| files::line("--secret-file", &file, LONGEST_SECRET)).transpose()?;
    Ok(line.map(|text| Secret::presented(text.as_str())))
}

/// The webhook; with the public key where the master key is at hand.
async fn shown(
    installation: &Installation,
    tenant: &TenantId,
    webhook: Webhook,
    secret: Option<Secret>,
) -> Result<Answer, Failure> {
    let admin = installation.admin();
    let public_key = match admin.master_keys {
        None => None,
        Some(master) => {
            let root = Root::load(admin.store, master, admin.rng, admin.now).await;
            Some(webhook_keys::public_key(&root.map_err(admin::Error::from)?, tenant))
        }
    };
    let secret = secret.map(|secret| secret.reveal().to_owned());
    Answer::record(&WebhookBody { webhook, public_key, secret })
}
