//! `credenza registration-token`: who may register clients (RFC 7591 3). A token is shown once, and kept as a hash.

use clap::{Args, Subcommand};
use credenza_protocol::ids::TenantId;
use credenza_protocol::time::{Seconds, Time};
use credenza_storage::InitialAccessTokenRecord;
use schemars::JsonSchema;
use serde::Serialize;

use super::office::Office;
use super::output::Answer;
use super::{Common, Failure, values};
use crate::rng;

const EXAMPLES: &str = "\
Examples:
  credenza tenant update default --set registration=token
      Who has such a token may register clients at /register
  credenza registration-token create --name 'Build server' --uses 1 --expires-in 86400
      A token for one client, within a day; it is shown once
  credenza registration-token list
      Every token, with the uses that it has left
  credenza registration-token delete TOKEN_ID
      Nobody registers by it any more; the clients that did so stay";

/// The longest name of a token.
const MAX_NAME: usize = 200;

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
    /// Make a token and print it, once
    #[command(after_help = EXAMPLES)]
    Create {
        /// How many clients may be registered by it [default: as many as one likes]
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..))]
        uses: Option<i64>,
        /// How long it lives [default: until it is deleted]
        #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(1..))]
        expires_in: Option<i64>,
        /// What it is for, in your own words
        #[arg(long, value_name = "TEXT")]
        name: Option<String>,
    },
    /// List the tokens, without what they are
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
    /// The token, on the one occasion when it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    /// How often it may still be used; without a number, as often as one likes.
    remaining: Option<i64>,
    created_at: Time,
    expires_at: Option<Time>,
}

/// Every token of a tenant.
#[derive(Debug, Serialize, JsonSchema)]
struct TokensBody {
    tokens: Vec<TokenBody>,
}

/// A token that is no more.
#[derive(Debug, Serialize, JsonSchema)]
struct DeletedBody {
    deleted: String,
}

impl TokenBody {
    fn new(record: InitialAccessTokenRecord, token: Option<String>) -> Self {
        let InitialAccessTokenRecord { token_id, name, remaining, created_at, expires_at, .. } = record;
        Self { token_id, name, token, remaining, created_at, expires_at }
    }
}

impl RegistrationTokens {
    pub(super) async fn run(self, office: &Office) -> Result<Answer, Failure> {
        let tenant = office.tenant(&self.common.tenant).await?.tenant_id;
        match self.verb {
            Verb::Create { uses, expires_in, name } => {
                create(office, &tenant, uses, expires_in, name.unwrap_or_default()).await
            }
            Verb::List => {
                let records = office.store.initial_access_tokens.list(&tenant).await?;
                let tokens = records.into_iter().map(|record| TokenBody::new(record, None)).collect();
                Answer::list(
                    &TokensBody { tokens },
                    &["token_id", "name", "remaining", "created_at", "expires_at"],
                )
            }
            Verb::Delete { token_id } => delete(office, &tenant, token_id).await,
        }
    }
}

async fn create(
    office: &Office,
    tenant: &TenantId,
    remaining: Option<i64>,
    expires_in: Option<i64>,
    name: String,
) -> Result<Answer, Failure> {
    if !name.is_empty() {
        values::check_text("the name", &name, MAX_NAME)?;
    }
    let (token, now) = (rng::secret(&office.rng), office.now());
    let record = InitialAccessTokenRecord {
        token_id: rng::id(&office.rng),
        hash: token.hash(),
        name,
        remaining,
        created_at: now,
        expires_at: expires_in.map(|seconds| now + Seconds(seconds)),
    };
    office.store.initial_access_tokens.create(tenant, record.clone()).await?;
    Answer::record(&TokenBody::new(record, Some(token.reveal().to_owned())))
}

async fn delete(office: &Office, tenant: &TenantId, token_id: String) -> Result<Answer, Failure> {
    if !office.store.initial_access_tokens.delete(tenant, &token_id).await? {
        return Err(Failure::new(format!("there is no registration token {token_id:?} in this tenant")));
    }
    let text = format!("deleted registration token {token_id}");
    Answer::done(&DeletedBody { deleted: token_id }, &text)
}
