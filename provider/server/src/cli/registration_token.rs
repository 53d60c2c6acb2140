//! `credenza registration-token`: who may register clients (RFC 7591 3).

use clap::{Args, Subcommand};
use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::Secret;
use credenza_protocol::time::{Seconds, Time};
use credenza_storage::InitialAccessTokenRecord;
use schemars::JsonSchema;
use serde::Serialize;

use super::installation::Installation;
use super::outcome::Subject;
use super::output::Answer;
use super::{Common, Failure};
use crate::admin::registration_tokens::{self, NewToken};

const EXAMPLES: &str = "\
Examples:
  credenza tenant update default --set registration=token
      Whoever has such a token may register clients at /register
  credenza registration-token create --name 'Build server' --uses 1 --expires-in 86400
      A token for one client, within a day; it is shown once
  credenza registration-token list
      Every token, with its remaining uses
  credenza registration-token delete TOKEN_ID
      The token can no longer be used; clients that were registered with it stay";

/// `credenza registration-token …`
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct RegistrationTokens {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Create a token and print it, once
    #[command(after_help = EXAMPLES)]
    Create {
        /// How many clients may be registered with it [default: any number]
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..))]
        uses: Option<i64>,
        /// How long it can be used [default: until it is deleted]
        #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(1..))]
        expires_in: Option<i64>,
        /// What it is for, in your own words
        #[arg(long, value_name = "TEXT")]
        name: Option<String>,
    },
    /// List the tokens, without the secrets themselves
    List,
    /// Delete a token
    Delete {
        /// Its token_id
        token_id: String,
    },
}

/// A token as it is printed.
#[derive(Debug, Serialize, JsonSchema)]
struct TokenBody {
    token_id: String,
    name: String,
    /// The token itself, on the one occasion when it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    /// How often it may still be used; null means any number of times.
    remaining: Option<i64>,
    created_at: Time,
    expires_at: Option<Time>,
}

/// Every token of a tenant.
#[derive(Debug, Serialize, JsonSchema)]
struct TokensBody {
    tokens: Vec<TokenBody>,
}

/// A token that was deleted.
#[derive(Debug, Serialize, JsonSchema)]
struct DeletedBody {
    deleted: String,
}

impl TokenBody {
    fn new(record: InitialAccessTokenRecord, token: Option<&Secret>) -> Self {
        let InitialAccessTokenRecord { token_id, name, remaining, created_at, expires_at, .. } = record;
        let token = token.map(|token| token.reveal().to_owned());
        Self { token_id, name, token, remaining, created_at, expires_at }
    }
}

impl RegistrationTokens {
    pub(super) async fn run(self, installation: &Installation) -> Result<Answer, Failure> {
        let tenant = installation.tenant(&self.common.tenant).await?.tenant_id;
        match self.verb {
            Verb::Create { uses, expires_in, name } => {
                let expires_in = expires_in.map(Seconds);
                let new = NewToken { name: name.unwrap_or_default(), uses, expires_in };
                create(installation, &tenant, new).await
            }
            Verb::List => {
                let records = registration_tokens::list(&installation.admin(), &tenant).await?;
                let tokens = records.into_iter().map(|record| TokenBody::new(record, None)).collect();
                Answer::list(
                    &TokensBody { tokens },
                    &["token_id", "name", "remaining", "created_at", "expires_at"],
                )
            }
            Verb::Delete { token_id } => delete(installation, &tenant, token_id).await,
        }
    }
}

async fn create(installation: &Installation, tenant: &TenantId, new: NewToken) -> Result<Answer, Failure> {
    let name = new.name.clone();
    let created = registration_tokens::create(&installation.admin(), tenant, new).await?;
    let (record, token) = Subject::registration_token(&name).accept(created)?;
    Answer::record(&TokenBody::new(record, Some(&token)))
}

async fn delete(installation: &Installation, tenant: &TenantId, token_id: String) -> Result<Answer, Failure> {
    let deleted = registration_tokens::delete(&installation.admin(), tenant, &token_id).await?;
    Subject::registration_token(&token_id).accept(deleted)?;
    let text = format!("deleted registration token {token_id}");
    Answer::done(&DeletedBody { deleted: token_id }, &text)
}
