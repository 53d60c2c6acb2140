//! `credenza webhook secret`: what messages to a webhook are signed with.

use std::path::PathBuf;

use clap::Subcommand;
use credenza_protocol::time::Seconds;
use schemars::JsonSchema;
use serde::Serialize;

use super::{WhichWebhook, read};
use crate::admin::Outcome;
use crate::cli::Failure;
use crate::cli::door::Site;
use crate::cli::output::Answer;
use crate::http::admin::wire::WebhookSecretBody;

#[derive(Debug, Subcommand)]
pub(super) enum SecretVerb {
    /// Add a secret and print it, once; those before it sign as well for a while
    Add {
        #[command(flatten)]
        which: WhichWebhook,
        /// How long those before it sign as well [default: 86400]
        #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(0..))]
        overlap: Option<i64>,
        /// Read it (whsec_…) from a file instead of generating one
        #[arg(long, value_name = "FILE")]
        secret_file: Option<PathBuf>,
    },
    /// List the secrets that sign, without the secrets themselves
    List(WhichWebhook),
    /// Delete a secret at once, unless it is the last one
    Delete {
        #[command(flatten)]
        which: WhichWebhook,
        /// Its secret_id, as the list shows it
        secret_id: String,
    },
}

/// The secrets of a webhook.
#[derive(Debug, Serialize, JsonSchema)]
struct SecretsBody {
    secrets: Vec<WebhookSecretBody>,
}

/// A secret that was deleted.
#[derive(Debug, Serialize, JsonSchema)]
struct DeletedBody {
    deleted: String,
}

impl SecretVerb {
    pub(super) async fn run(self, site: &Site<'_>) -> Result<Answer, Failure> {
        match self {
            Self::Add { which, overlap, secret_file } => {
                let given = read(secret_file)?;
                let added = site.add_webhook_secret(&which.id(), given, overlap.map(Seconds)).await?;
                Answer::record(&which.subject().accept(added)?)
            }
            Self::List(which) => {
                let id = which.find(site).await?.webhook.webhook_id;
                let secrets = site.webhook_secrets(&id).await?;
                Answer::list(&SecretsBody { secrets }, &["secret_id", "created_at", "expires_at"])
            }
            Self::Delete { which, secret_id } => {
                let id = which.find(site).await?.webhook.webhook_id;
                let deleted = site.delete_webhook_secret(&id, &secret_id).await?;
                if let Outcome::Absent = deleted {
                    return Err(Failure::new(format!(
                        "the webhook {id} has no secret {secret_id:?}: `credenza webhook secret list {id}` shows those \
                         that it has"
                    )));
                }
                which.subject().accept(deleted)?;
                let text = format!("deleted secret {secret_id}");
                Answer::done(&DeletedBody { deleted: secret_id }, &text)
            }
        }
    }
}
