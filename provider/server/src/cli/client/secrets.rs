//! `credenza client secret`: the secrets of a client.

use clap::{Args, Subcommand};
use credenza_protocol::ids::{ClientId, ClientSecretId};
use credenza_protocol::time::Seconds;
use schemars::JsonSchema;
use serde::Serialize;

use super::secret::SecretArgs;
use crate::admin::Outcome;
use crate::cli::Failure;
use crate::cli::door::Site;
use crate::cli::outcome::Subject;
use crate::cli::output::Answer;
use crate::cli::which::WhichClient;
use crate::clock::{Clock as _, SystemClock};
use crate::http::admin::wire;

const EXAMPLES: &str = "\
Examples:
  credenza client secret create CLIENT_ID --expires-in 7776000
      One more secret, for 90 days; it is shown once, and those that the client has go on working
  credenza client secret list CLIENT_ID
      The secrets by their ids and last characters
  credenza client secret expire CLIENT_ID --secret-id SECRET_ID --in 86400
      In a day the old one is no longer accepted
  credenza client secret delete CLIENT_ID --secret-id SECRET_ID
      It is worthless at once";

/// `credenza client secret …`
#[derive(Debug, Subcommand)]
#[command(after_help = EXAMPLES)]
pub(super) enum Secrets {
    /// Give a client one more secret and print it, once; those that it has stay
    Create {
        #[command(flatten)]
        which: WhichClient,
        #[command(flatten)]
        secret: SecretArgs,
        /// No longer accept it after this many seconds [default: when it is deleted]
        #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(1..))]
        expires_in: Option<i64>,
    },
    /// List the secrets of a client, without the secrets themselves
    List(WhichClient),
    /// Say when a secret is no longer accepted
    Expire {
        #[command(flatten)]
        which: WhichClient,
        #[command(flatten)]
        secret: WhichSecret,
        /// After this many seconds [default: now]
        #[arg(long = "in", value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(0..))]
        seconds: Option<i64>,
    },
    /// Delete a secret; it is worthless at once
    Delete {
        #[command(flatten)]
        which: WhichClient,
        #[command(flatten)]
        secret: WhichSecret,
        /// Also if the client has no secret left then, and cannot authenticate
        #[arg(long)]
        force: bool,
    },
}

/// Which secret of a client.
#[derive(Debug, Args)]
pub(super) struct WhichSecret {
    /// Its id, which `credenza client secret list` shows
    #[arg(long, value_name = "SECRET_ID", allow_hyphen_values = true)]
    secret_id: String,
}

/// A secret as it is printed.
#[derive(Debug, Serialize, JsonSchema)]
struct SecretBody {
    client_id: ClientId,
    #[serde(flatten)]
    secret: wire::SecretBody,
}

/// The secrets of a client.
#[derive(Debug, Serialize, JsonSchema)]
struct SecretsBody {
    secrets: Vec<SecretBody>,
}

/// A secret that was deleted.
#[derive(Debug, Serialize, JsonSchema)]
struct DeletedBody {
    deleted: ClientSecretId,
}

impl SecretBody {
    fn new(client_id: &ClientId, secret: wire::SecretBody) -> Self {
        Self { client_id: client_id.clone(), secret }
    }
}

impl Secrets {
    pub(super) async fn run(self, site: &Site<'_>) -> Result<Answer, Failure> {
        match self {
            Self::Create { which, secret, expires_in } => {
                let expires_at = expires_in.map(|seconds| SystemClock.now() + Seconds(seconds));
                let client_id = which.id();
                let created = site.create_client_secret(&client_id, secret.read()?, expires_at).await?;
                let created = Subject::client(client_id.as_str()).accept(created)?;
                Answer::record(&SecretBody::new(&client_id, created))
            }
            Self::List(which) => list(site, which.id()).await,
            Self::Expire { which, secret, seconds } => {
                let (client_id, secret_id) = (which.id(), secret.id());
                let at = SystemClock.now() + Seconds(seconds.unwrap_or(0));
                let expired = site.expire_client_secret(&client_id, &secret_id, at).await?;
                let kept = accept(site, &client_id, &secret_id, expired).await?;
                Answer::record(&SecretBody::new(&client_id, kept))
            }
            Self::Delete { which, secret, force } => {
                let (client_id, secret_id) = (which.id(), secret.id());
                let deleted = site.delete_client_secret(&client_id, &secret_id, force).await?;
                accept(site, &client_id, &secret_id, deleted).await?;
                let text = format!("deleted secret {secret_id} of client {client_id}");
                Answer::done(&DeletedBody { deleted: secret_id }, &text)
            }
        }
    }
}

impl WhichSecret {
    fn id(self) -> ClientSecretId {
        ClientSecretId::new(self.secret_id)
    }
}

async fn list(site: &Site<'_>, client_id: ClientId) -> Result<Answer, Failure> {
    let found = site.client_secrets(&client_id).await?;
    let found = found.ok_or_else(|| Subject::client(client_id.as_str()).absent())?;
    let secrets = found.into_iter().map(|kept| SecretBody::new(&client_id, kept)).collect();
    Answer::list(&SecretsBody { secrets }, &["secret_id", "hint", "created_at", "expires_at"])
}

/// What is absent may be the client or the secret.
async fn accept<T>(
    site: &Site<'_>,
    client_id: &ClientId,
    secret_id: &ClientSecretId,
    outcome: Outcome<T>,
) -> Result<T, Failure> {
    match outcome {
        Outcome::Absent if site.client(client_id).await?.is_some() => Err(Failure::new(format!(
            "the client {client_id:?} has no secret {secret_id:?}: `credenza client secret list` shows those that there are",
            client_id = client_id.as_str(),
            secret_id = secret_id.as_str()
        ))),
        outcome => Subject::client(client_id.as_str()).accept(outcome),
    }
}
