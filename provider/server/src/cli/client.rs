//! `credenza client`: applications that people sign in to, and services.

use clap::{Args, Subcommand};
use credenza_protocol::client::{Client, DEFAULT_SCOPE, GrantType};
use credenza_protocol::client_auth::AuthMethod;
use credenza_protocol::ids::{ClientId, TenantId};
use credenza_protocol::scope::Scope;
use credenza_protocol::secret::Secret;
use credenza_protocol::tenant::{Tenant, TenantSettings};
use credenza_protocol::time::Time;
use credenza_storage::ClientRecord;
use schemars::JsonSchema;
use serde::Serialize;

use super::office::Office;
use super::output::Answer;
use super::{Common, Failure};
use crate::rng;

mod check;
mod logouts;
mod metadata;
mod requests;
mod responses;
mod secret;

use metadata::Metadata;

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
  credenza client update CLIENT_ID --rotate-secret
      A new secret; the old one is dead at once";

/// Page size of a listing.
const PAGE: u32 = 200;

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
    /// Register a client; its id, and its secret if it has one, are made here and printed
    #[command(after_help = EXAMPLES)]
    Create {
        /// The client cannot keep a secret: it runs on people's devices or in a browser
        #[arg(long, conflicts_with = "token_endpoint_auth_method")]
        public: bool,
        #[command(flatten)]
        metadata: Box<Metadata>,
    },
    /// List the clients
    List,
    /// Show a client
    Show(Which),
    /// Change a client: what is named is replaced, a list as a whole; '' empties it
    Update {
        #[command(flatten)]
        which: Which,
        /// Make a new secret and print it; the old one is dead at once
        #[arg(long)]
        rotate_secret: bool,
        #[command(flatten)]
        metadata: Box<Metadata>,
    },
    /// Disable a client: it can do nothing, and what people had granted it is revoked
    Disable(Which),
    /// Enable a client again; people grant it anew
    Enable(Which),
    /// Delete a client with everything that it was granted
    Delete(Which),
}

/// Which client.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// Its client_id
    client_id: Option<String>,
    /// Its client_id
    #[arg(long = "client-id", value_name = "CLIENT_ID")]
    named: Option<String>,
}

impl Which {
    fn id(self) -> ClientId {
        ClientId::new(self.client_id.or(self.named).unwrap_or_default())
    }
}

/// A client as it is printed.
#[derive(Debug, Serialize, JsonSchema)]
struct ClientBody {
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
struct ClientsBody {
    clients: Vec<ClientBody>,
}

/// A client that is no more.
#[derive(Debug, Serialize, JsonSchema)]
struct DeletedBody {
    deleted: ClientId,
}

impl ClientBody {
    fn new(record: ClientRecord, secret: Option<&Secret>) -> Self {
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
    pub(super) async fn run(self, office: &Office) -> Result<Answer, Failure> {
        let Tenant { tenant_id: tenant, settings, .. } = office.tenant(&self.common.tenant).await?;
        match self.verb {
            Verb::Create { public, metadata } => create(office, &tenant, &settings, public, *metadata).await,
            Verb::List => list(office, &tenant).await,
            Verb::Show(which) => {
                Answer::record(&ClientBody::new(find(office, &tenant, &which.id()).await?, None))
            }
            Verb::Update { which, rotate_secret, metadata } => {
                let mut record = find(office, &tenant, &which.id()).await?;
                metadata.apply(&mut record.client)?;
                check::check(&mut record.client, &settings)?;
                update(office, &tenant, record, rotate_secret).await
            }
            Verb::Disable(which) => set_disabled(office, &tenant, &which.id(), Some(office.now())).await,
            Verb::Enable(which) => set_disabled(office, &tenant, &which.id(), None).await,
            Verb::Delete(which) => delete(office, &tenant, which.id()).await,
        }
    }
}

async fn create(
    office: &Office,
    tenant: &TenantId,
    settings: &TenantSettings,
    public: bool,
    metadata: Metadata,
) -> Result<Answer, Failure> {
    let mut client = Client {
        grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
        ..Client::new(ClientId::new(rng::id(&office.rng)))
    };
    if public {
        client.token_endpoint_auth_method = AuthMethod::None;
    }
    let own_scope = metadata.names_scope();
    metadata.apply(&mut client)?;
    if !own_scope && client.may(GrantType::AuthorizationCode) {
        client.scope = Scope::parse(DEFAULT_SCOPE).unwrap_or_default();
    }
    check::check(&mut client, settings)?;
    let now = office.now();
    let mut record = ClientRecord {
        client,
        secret_hash: None,
        secret_sealed: None,
        created_at: now,
        updated_at: now,
        disabled_at: None,
        registered: None,
    };
    let secret = secret::settle(office, tenant, &mut record, false)?;
    if !office.store.clients.create(tenant, record.clone()).await? {
        return Err(Failure::new("that client_id is taken"));
    }
    Answer::record(&ClientBody::new(record, secret.as_ref()))
}

async fn update(
    office: &Office,
    tenant: &TenantId,
    mut record: ClientRecord,
    rotate_secret: bool,
) -> Result<Answer, Failure> {
    let secret = secret::settle(office, tenant, &mut record, rotate_secret)?;
    record.updated_at = office.now();
    if !office.store.clients.update(tenant, record.clone()).await? {
        return Err(absent(&record.client.client_id));
    }
    Answer::record(&ClientBody::new(record, secret.as_ref()))
}

async fn list(office: &Office, tenant: &TenantId) -> Result<Answer, Failure> {
    let mut clients: Vec<ClientBody> = vec![];
    loop {
        let after = clients.last().map(|body| body.client.client_id.clone());
        let page = office.store.clients.list(tenant, after.as_ref(), PAGE).await?;
        if page.is_empty() {
            let columns =
                &["client_id", "client_name", "grant_types", "token_endpoint_auth_method", "disabled_at"];
            return Answer::list(&ClientsBody { clients }, columns);
        }
        clients.extend(page.into_iter().map(|record| ClientBody::new(record, None)));
    }
}

async fn set_disabled(
    office: &Office,
    tenant: &TenantId,
    id: &ClientId,
    disabled_at: Option<Time>,
) -> Result<Answer, Failure> {
    if !office.store.clients.set_disabled(tenant, id, disabled_at).await? {
        return Err(absent(id));
    }
    Answer::record(&ClientBody::new(find(office, tenant, id).await?, None))
}

async fn delete(office: &Office, tenant: &TenantId, id: ClientId) -> Result<Answer, Failure> {
    if !office.store.clients.delete(tenant, &id, office.now()).await? {
        return Err(absent(&id));
    }
    let text = format!("deleted client {id}");
    Answer::done(&DeletedBody { deleted: id }, &text)
}

async fn find(office: &Office, tenant: &TenantId, id: &ClientId) -> Result<ClientRecord, Failure> {
    office.store.clients.find(tenant, id).await?.ok_or_else(|| absent(id))
}

fn absent(id: &ClientId) -> Failure {
    Failure::new(format!("there is no client {:?} in this tenant", id.as_str()))
}
