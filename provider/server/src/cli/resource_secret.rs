//! `credenza resource-secret`: secrets shared with services that cannot read public keys.

use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use credenza_protocol::ids::{ClientId, KeyId};
use credenza_protocol::secret::Secret;
use credenza_protocol::time::{Seconds, Time};
use schemars::JsonSchema;
use serde::Serialize;

use super::door::{Door, Site};
use super::outcome::Subject;
use super::output::Answer;
use super::which::WhichKey;
use super::{Common, Failure, files};
use crate::admin::resource_secrets::NewSecret;
use crate::clock::{Clock as _, SystemClock};
use crate::http::admin::wire::ResourceSecretBody;
use crate::keys::resource_secrets::LONGEST;

/// More than the text of any secret has, in bytes.
const LONGEST_TEXT: usize = 2 * LONGEST;

const EXAMPLES: &str = "\
Examples:
  credenza tenant update default --set symmetric_access_tokens=true
      Access tokens for a resource that has a secret are signed with it (HS256)
  credenza resource-secret create --client-id API --resource https://api.example.com/
      A secret for the service, which is shown once; it signs at once if it is the first, otherwise in an hour
  credenza resource-secret list
      Every secret, the newest first, without the secrets themselves
  credenza resource-secret retire KID --in 3600
      In an hour it no longer signs, and what it signed is no longer accepted";

/// `credenza resource-secret …`
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ResourceSecrets {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Create a secret and print it, once
    #[command(after_help = EXAMPLES)]
    Create(Create),
    /// List the secrets, without the secrets themselves
    List,
    /// End a secret: it no longer signs, and what it signed is no longer accepted
    Retire {
        #[command(flatten)]
        which: WhichKey,
        /// After this many seconds [default: now]
        #[arg(long = "in", value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(0..))]
        seconds: Option<i64>,
    },
}

#[derive(Debug, Args)]
struct Create {
    /// The client that serves the resource
    #[arg(long, value_name = "CLIENT_ID")]
    client_id: String,
    /// The resource (RFC 8707), one of those that the client serves
    #[arg(long, value_name = "URI")]
    resource: String,
    /// Read the secret from a file instead of generating one: at least 32 random bytes in base64 or base64url
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// Sign after this many seconds [default: 3600, or 0 for the first secret of the resource]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(0..))]
    active_in: Option<i64>,
    /// End after this many seconds [default: when it is retired]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(1..))]
    expires_in: Option<i64>,
}

/// Every secret of a tenant.
#[derive(Debug, Serialize, JsonSchema)]
struct SecretsBody {
    secrets: Vec<ResourceSecretBody>,
}

/// A secret that was retired.
#[derive(Debug, Serialize, JsonSchema)]
struct RetiredBody {
    retired: KeyId,
    expires_at: Time,
}

impl ResourceSecrets {
    pub(super) async fn run(self, door: Door<'_>) -> Result<Answer, Failure> {
        let site = &door.at(&self.common.tenant).await?;
        match self.verb {
            Verb::Create(create) => create.run(site).await,
            Verb::List => {
                let secrets = site.resource_secrets().await?;
                Answer::list(
                    &SecretsBody { secrets },
                    &["kid", "client_id", "resource", "active_at", "expires_at"],
                )
            }
            Verb::Retire { which, seconds } => retire(site, which.id(), Seconds(seconds.unwrap_or(0))).await,
        }
    }
}

impl Create {
    async fn run(self, site: &Site<'_>) -> Result<Answer, Failure> {
        let secret = self.secret_file.as_deref();
        let secret = secret.map(|file| files::line("--secret-file", file, LONGEST_TEXT)).transpose()?;
        let now = SystemClock.now();
        let after = |seconds: Option<i64>| seconds.map(|seconds| now + Seconds(seconds));
        let new = NewSecret {
            client_id: ClientId::new(self.client_id.as_str()),
            resource: self.resource,
            secret: secret.map(|text| Secret::presented(text.as_str())),
            active_at: after(self.active_in),
            expires_at: after(self.expires_in),
        };
        let created = site.create_resource_secret(new).await?;
        let made = Subject::client(&self.client_id).accept(created)?;
        // Who may make secrets may not see the settings.
        if site.settings().await.is_ok_and(|settings| !settings.symmetric_access_tokens) {
            let _ = writeln!(
                io::stderr(),
                "it signs nothing until the tenant allows it: --set symmetric_access_tokens=true"
            );
        }
        Answer::record(&made)
    }
}

async fn retire(site: &Site<'_>, kid: KeyId, span: Seconds) -> Result<Answer, Failure> {
    let expires_at = SystemClock.now() + span;
    let retired = site.retire_resource_secret(&kid, expires_at).await?;
    Subject::resource_secret(kid.as_str()).accept(retired)?;
    let when = if span == Seconds(0) { "now".to_owned() } else { format!("in {} seconds", span.0) };
    let text = format!("retired resource secret {kid}: it ends {when}");
    Answer::done(&RetiredBody { retired: kid, expires_at }, &text)
}
