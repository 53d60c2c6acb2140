//! `credenza client`: applications that people sign in to, and services.

use clap::{Args, Subcommand};
use credenza_protocol::client_auth::AuthMethod;
use credenza_protocol::ids::ClientId;
use schemars::JsonSchema;
use serde::Serialize;

use super::door::{ClientBody, ClientSecret, Door, Site};
use super::outcome::Subject;
use super::output::Answer;
use super::which::WhichClient;
use super::{Common, Failure};
use crate::admin::{Outcome, clients};
use crate::rng::SystemRng;

mod about_people;
mod brand;
pub(super) mod keys;
mod lifetimes;
mod logouts;
mod metadata;
mod replace;
mod requests;
mod responses;
mod secret;
mod secrets;

use keys::Keys;
use metadata::Metadata;
use secret::SecretArgs;
use secrets::Secrets;

const EXAMPLES: &str = "\
Examples:
  credenza client create --name 'My app' --redirect-uri https://app.example.com/callback
      A web application with a secret, which is shown once
  credenza client create --name 'My phone app' --public --application-type native \\
      --redirect-uri com.example.app:/callback --redirect-uri http://127.0.0.1/callback
      An application on people's devices: no secret, always PKCE
  credenza client create --name 'Nightly job' --grant-type client_credentials --scope 'reports:read'
      A service that acts for itself
  credenza client create --name 'Reports API' --grant-type client_credentials --serves https://reports.example.com
      An API that may introspect the tokens meant for it
  credenza client create --client-id my-app --client-secret-file my-app.secret --name 'My app' \\
      --redirect-uri https://app.example.com/callback
      With an id and a secret of your choice, so that the same set-up can be made again
  credenza client update CLIENT_ID --role admin --role editor --claim 'department=attribute:dept in id_token'
      Roles that `credenza role grant` can give, and a claim of its own in its ID tokens
  credenza client secret create CLIENT_ID
      One more secret; those that it has go on working until `credenza client secret delete`
  credenza client update CLIENT_ID --rotate-secret
      A new secret; those that it had stop working at once";

/// `credenza client …`
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Clients {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Register a client; its id and, if it has one, its secret are printed
    #[command(after_help = EXAMPLES)]
    Create {
        /// The id of the client, as when it moves here from another provider; generated without it
        #[arg(long, value_name = "CLIENT_ID")]
        client_id: Option<String>,
        /// The client cannot keep a secret: it runs on people's devices or in a browser
        #[arg(long, conflicts_with_all = ["token_endpoint_auth_method", "client_secret_file"])]
        public: bool,
        #[command(flatten)]
        secret: SecretArgs,
        #[command(flatten)]
        metadata: Box<Metadata>,
    },
    /// List the clients
    List,
    /// Show a client
    Show(WhichClient),
    /// Change a client: each option replaces the old value, a list as a whole; '' clears it
    Update {
        #[command(flatten)]
        which: WhichClient,
        /// Generate a new secret and print it; those that it had stop working at once
        #[arg(long, conflicts_with = "client_secret_file")]
        rotate_secret: bool,
        #[command(flatten)]
        secret: SecretArgs,
        #[command(flatten)]
        metadata: Box<Metadata>,
    },
    /// Secrets of a client: several at once, so that it changes from one to the next without an outage
    #[command(subcommand)]
    Secret(Secrets),
    /// Public keys of a client, for private_key_jwt: several at once, each with an end
    #[command(subcommand)]
    Key(Keys),
    /// Disable a client: it can do nothing, and what people had granted it is revoked
    Disable(WhichClient),
    /// Enable a client again; people have to grant it access anew
    Enable(WhichClient),
    /// Delete a client with everything that it was granted
    Delete(WhichClient),
}

/// Every client of a tenant.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ClientsBody {
    pub(super) clients: Vec<ClientBody>,
}

/// A client that was deleted.
#[derive(Debug, Serialize, JsonSchema)]
struct DeletedBody {
    deleted: ClientId,
}

impl Clients {
    pub(super) async fn run(self, door: Door<'_>) -> Result<Answer, Failure> {
        let site = door.at(&self.common.tenant).await?;
        match self.verb {
            Verb::Create { client_id, public, secret, metadata } => {
                create(&site, client_id, public, secret, *metadata).await
            }
            Verb::List => list(&site).await,
            Verb::Show(which) => {
                let id = which.id();
                let found = site.client(&id).await?;
                Answer::record(&found.ok_or_else(|| Subject::client(id.as_str()).absent())?)
            }
            Verb::Update { which, rotate_secret, secret, metadata } => {
                let id = which.id();
                let secret = match secret.read()? {
                    Some(secret) => ClientSecret::Given(secret),
                    None if rotate_secret => ClientSecret::Rotated,
                    None => ClientSecret::Kept,
                };
                let updated = site.update_client(&id, |client| metadata.apply(client), secret).await?;
                record(&id, updated)
            }
            Verb::Secret(secrets) => secrets.run(&site).await,
            Verb::Key(keys) => keys.run(&site).await,
            Verb::Disable(which) => set_disabled(&site, &which.id(), true).await,
            Verb::Enable(which) => set_disabled(&site, &which.id(), false).await,
            Verb::Delete(which) => delete(&site, which.id()).await,
        }
    }
}

/// The metadata as the options say it, with the defaults of what they do not say.
async fn create(
    site: &Site<'_>,
    client_id: Option<String>,
    public: bool,
    secret: SecretArgs,
    metadata: Metadata,
) -> Result<Answer, Failure> {
    let client_id = client_id.map_or_else(|| clients::new_id(&SystemRng::new()), ClientId::new);
    let mut client = clients::defaults(client_id.clone());
    if public {
        clients::set_method(&mut client, AuthMethod::None);
    }
    let said = metadata.said();
    metadata.apply(&mut client)?;
    let secret = secret.read()?.map_or(ClientSecret::Kept, ClientSecret::Given);
    record(&client_id, site.create_client(client, &said, secret).await?)
}

async fn list(site: &Site<'_>) -> Result<Answer, Failure> {
    let clients = site.clients().await?;
    Answer::list(
        &ClientsBody { clients },
        &["client_id", "client_name", "grant_types", "token_endpoint_auth_method", "disabled_at"],
    )
}

async fn set_disabled(site: &Site<'_>, id: &ClientId, disabled: bool) -> Result<Answer, Failure> {
    record(id, site.set_client_disabled(id, disabled).await?)
}

async fn delete(site: &Site<'_>, id: ClientId) -> Result<Answer, Failure> {
    Subject::client(id.as_str()).accept(site.delete_client(&id).await?)?;
    let text = format!("deleted client {id}");
    Answer::done(&DeletedBody { deleted: id }, &text)
}

fn record(id: &ClientId, outcome: Outcome<ClientBody>) -> Result<Answer, Failure> {
    Answer::record(&Subject::client(id.as_str()).accept(outcome)?)
}
