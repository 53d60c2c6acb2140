//! `credenza webhook secret`: what messages to a webhook are signed with.

use std::path::PathBuf;

use clap::Subcommand;
use credenza_protocol::ids::TenantId;
use credenza_protocol::time::{Seconds, Time};
use credenza_storage::WebhookSecretRecord;
use schemars::JsonSchema;
use serde::Serialize;

use super::{WhichWebhook, read};
use crate::admin::Outcome;
use crate::admin::webhooks::{self, MadeSecret};
use crate::cli::Failure;
use crate::cli::installation::Installation;
use crate::cli::output::Answer;

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

/// A secret as it is printed.
#[derive(Debug, Serialize, JsonSchema)]
struct SecretBody {
    secret_id: String,
    /// The secret itself, on the one occasion when it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    created_at: Time,
    /// From when on it no longer signs; null for the newest.
    expires_at: Option<Time>,
}

/// The secrets of a webhook.
#[derive(Debug, Serialize, JsonSchema)]
struct SecretsBody {
    secrets: Vec<SecretBody>,
}

/// A secret that was deleted.
#[derive(Debug, Serialize, JsonSchema)]
struct DeletedBody {
    deleted: String,
}

impl SecretBody {
    fn new(record: WebhookSecretRecord, secret: Option<String>) -> Self {
        let WebhookSecretRecord { secret_id, created_at, expires_at, .. } = record;
        Self { secret_id, secret, created_at, expires_at }
    }
}

impl SecretVerb {
    pub(super) async fn run(self, installation: &Installation, tenant: &TenantId) -> Result<Answer, Failure> {
        let admin = installation.admin();
        match self {
            Self::Add { which, overlap, secret_file } => {
                let given = read(secret_file)?;
                let added = webhooks::add(&admin, tenant, &which.id(), given, overlap.map(Seconds)).await?;
                let MadeSecret { record, secret } = which.subject().accept(added)?;
                let secret = secret.map(|secret| secret.reveal().to_owned());
                Answer::record(&SecretBody::new(record, secret))
            }
            Self::List(which) => {
                let webhook = which.find(installation, tenant).await?;
                let records = webhooks::secrets(&admin, tenant, &webhook.webhook_id).await?;
                let secrets = records.into_iter().map(|record| SecretBody::new(record, None)).collect();
                Answer::list(&SecretsBody { secrets }, &["secret_id", "created_at", "expires_at"])
            }
            Self::Delete { which, secret_id } => {
                let webhook = which.find(installation, tenant).await?;
                let deleted =
                    webhooks::delete_secret(&admin, tenant, &webhook.webhook_id, &secret_id).await?;
                if let Outcome::Absent = deleted {
                    let id = webhook.webhook_id;
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
