//! `credenza client`: applications that people sign in to, and services.

use clap::{Args, Subcommand};
use credenza_protocol::client::Client;
use credenza_protocol::client_auth::AuthMethod;
use credenza_protocol::ids::{ClientId, TenantId};
use credenza_protocol::secret::Secret;
use credenza_protocol::tenant::Tenant;
use credenza_protocol::time::Time;
use credenza_storage::{ClientRecord, Expected};
use schemars::JsonSchema;
use serde::Serialize;

use super::installation::Installation;
use super::outcome::Subject;
use super::output::Answer;
use super::which::WhichClient;
use super::{Common, Failure};
use crate::admin::Outcome;
use crate::admin::clients::{self, Issued, NewClient, NewSecret, SecretChange};

mod about_people;
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

/// A client as it is printed.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ClientBody {
    #[serde(flatten)]
    client: Client,
    /// The secret, on the one occasion when it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    created_at: Time,
    updated_at: Time,
    disabled_at: Option<Time>,
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

impl ClientBody {
    pub(super) fn new(record: ClientRecord, secret: Option<&Secret>) -> Self {
        Self {
            client: record.client,
            client_secret: secret.map(|secret| secret.reveal().to_owned()),
            created_at: record.created_at,
            updated_at: record.updated_at,
            disabled_at: record.disabled_at,
        }
    }
}

impl Clients {
    pub(super) async fn run(self, installation: &Installation) -> Result<Answer, Failure> {
        let tenant = installation.tenant(&self.common.tenant).await?;
        let id = &tenant.tenant_id;
        match self.verb {
            Verb::Create { client_id, public, secret, metadata } => {
                let client = new_client(installation, client_id, public, *metadata)?;
                create(installation, &tenant, client, secret.read()?).await
            }
            Verb::List => list(installation, id).await,
            Verb::Show(which) => {
                let record = find(installation, id, &which.id()).await?;
                Answer::record(&ClientBody::new(record, None))
            }
            Verb::Update { which, rotate_secret, secret, metadata } => {
                let secret = match secret.read()? {
                    Some(secret) => SecretChange::Given(secret),
                    None if rotate_secret => SecretChange::Rotate,
                    None => SecretChange::Keep,
                };
                update(installation, &tenant, &which.id(), secret, *metadata).await
            }
            Verb::Secret(secrets) => secrets.run(installation, id).await,
            Verb::Key(keys) => keys.run(installation, &tenant).await,
            Verb::Disable(which) => set_disabled(installation, id, &which.id(), true).await,
            Verb::Enable(which) => set_disabled(installation, id, &which.id(), false).await,
            Verb::Delete(which) => delete(installation, id, which.id()).await,
        }
    }
}

/// The metadata of a client as the options say it, with the defaults of what they do not say.
fn new_client(
    installation: &Installation,
    client_id: Option<String>,
    public: bool,
    metadata: Metadata,
) -> Result<Client, Failure> {
    let client_id = client_id.map_or_else(|| clients::new_id(&installation.rng), ClientId::new);
    let mut client = clients::defaults(client_id);
    if public {
        client.token_endpoint_auth_method = AuthMethod::None;
    }
    let said = metadata.said();
    metadata.apply(&mut client)?;
    clients::complete(&mut client, |member| said.contains(&member));
    Ok(client)
}

async fn create(
    installation: &Installation,
    tenant: &Tenant,
    client: Client,
    secret: Option<Secret>,
) -> Result<Answer, Failure> {
    let client_id = client.client_id.clone();
    let is_given = secret.is_some();
    let new = NewClient { client, secret: secret.map_or(NewSecret::Generated, NewSecret::Given) };
    issued(&client_id, clients::create(&installation.admin(), tenant, new).await?, is_given)
}

async fn update(
    installation: &Installation,
    tenant: &Tenant,
    client_id: &ClientId,
    secret: SecretChange,
    metadata: Metadata,
) -> Result<Answer, Failure> {
    let mut record = find(installation, &tenant.tenant_id, client_id).await?;
    metadata.apply(&mut record.client)?;
    let is_given = matches!(secret, SecretChange::Given(_));
    issued(client_id, clients::update(&installation.admin(), tenant, record, secret).await?, is_given)
}

/// A secret that was given is not printed: whoever gave it has it.
fn issued(client_id: &ClientId, outcome: Outcome<Issued>, is_given: bool) -> Result<Answer, Failure> {
    let Issued { record, secret } = Subject::client(client_id.as_str()).accept(outcome)?;
    Answer::record(&ClientBody::new(record, secret.as_ref().filter(|_| !is_given)))
}

async fn list(installation: &Installation, tenant: &TenantId) -> Result<Answer, Failure> {
    let records = clients::all(&installation.admin(), tenant).await?;
    let clients = records.into_iter().map(|record| ClientBody::new(record, None)).collect();
    Answer::list(
        &ClientsBody { clients },
        &["client_id", "client_name", "grant_types", "token_endpoint_auth_method", "disabled_at"],
    )
}

async fn set_disabled(
    installation: &Installation,
    tenant: &TenantId,
    id: &ClientId,
    disabled: bool,
) -> Result<Answer, Failure> {
    let updated = clients::set_disabled(&installation.admin(), tenant, id, Expected::Any, disabled).await?;
    let record = Subject::client(id.as_str()).accept(updated)?;
    Answer::record(&ClientBody::new(record, None))
}

async fn delete(installation: &Installation, tenant: &TenantId, id: ClientId) -> Result<Answer, Failure> {
    let deleted = clients::delete(&installation.admin(), tenant, &id, Expected::Any).await?;
    Subject::client(id.as_str()).accept(deleted)?;
    let text = format!("deleted client {id}");
    Answer::done(&DeletedBody { deleted: id }, &text)
}

async fn find(
    installation: &Installation,
    tenant: &TenantId,
    id: &ClientId,
) -> Result<ClientRecord, Failure> {
    let found = clients::find(&installation.admin(), tenant, id).await?;
    found.ok_or_else(|| Subject::client(id.as_str()).absent())
}
