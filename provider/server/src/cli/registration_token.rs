//! `credenza registration-token`: who may register clients (RFC 7591 3).

use clap::{Args, Subcommand};
use credenza_protocol::time::Seconds;
use schemars::JsonSchema;
use serde::Serialize;

use super::door::Door;
use super::outcome::Subject;
use super::output::Answer;
use super::{Common, Failure};
use crate::admin::registration_tokens::NewToken;
use crate::http::admin::wire::TokenBody;

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

impl RegistrationTokens {
    pub(super) async fn run(self, door: Door<'_>) -> Result<Answer, Failure> {
        let site = door.at(&self.common.tenant).await?;
        match self.verb {
            Verb::Create { uses, expires_in, name } => {
                let expires_in = expires_in.map(Seconds);
                let name = name.unwrap_or_default();
                let new = NewToken { name: name.clone(), uses, expires_in };
                let created = site.create_registration_token(new).await?;
                Answer::record(&Subject::registration_token(&name).accept(created)?)
            }
            Verb::List => {
                let tokens = site.registration_tokens().await?;
                Answer::list(
                    &TokensBody { tokens },
                    &["token_id", "name", "remaining", "created_at", "expires_at"],
                )
            }
            Verb::Delete { token_id } => {
                let deleted = site.delete_registration_token(&token_id).await?;
                Subject::registration_token(&token_id).accept(deleted)?;
                let text = format!("deleted registration token {token_id}");
                Answer::done(&DeletedBody { deleted: token_id }, &text)
            }
        }
    }
}
