//! Clients, here and there.

use credenza_protocol::client::Client;
use credenza_protocol::ids::ClientId;
use credenza_protocol::merge_patch;
use credenza_protocol::secret::Secret;
use credenza_protocol::time::Time;
use credenza_storage::{ClientRecord, Expected};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Site;
use crate::admin::clients::{self, Issued, NewClient, NewSecret, SecretChange};
use crate::admin::{Outcome, document};
use crate::cli::Failure;
use crate::cli::remote::{Api, Asked};

/// A client as it is printed.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(in crate::cli) struct ClientBody {
    #[serde(flatten)]
    pub(in crate::cli) client: Client,
    /// Its secret, on the one occasion when it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::cli) client_secret: Option<String>,
    created_at: Time,
    updated_at: Time,
    pub(in crate::cli) disabled_at: Option<Time>,
}

/// What becomes of the secret of a client.
#[derive(Clone, Debug)]
pub(in crate::cli) enum ClientSecret {
    /// It is what it is; a new client gets one if it needs one.
    Kept,
    /// A new one is made.
    Rotated,
    /// It is this one. It is not printed: whoever gave it has it.
    Given(Secret),
}

impl ClientBody {
    fn new(record: ClientRecord, secret: Option<&Secret>) -> Self {
        let ClientRecord { client, created_at, updated_at, disabled_at, .. } = record;
        let client_secret = secret.map(|secret| secret.reveal().to_owned());
        Self { client, client_secret, created_at, updated_at, disabled_at }
    }

    fn issued(issued: Issued, is_given: bool) -> Self {
        Self::new(issued.record, issued.secret.as_ref().filter(|_| !is_given))
    }
}

impl Site<'_> {
    /// Every client, by id.
    pub(in crate::cli) async fn clients(&self) -> Result<Vec<ClientBody>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let records = clients::all(&installation.admin(), &tenant.tenant_id).await?;
                Ok(records.into_iter().map(|record| ClientBody::new(record, None)).collect())
            }
            Self::There(api) => api.all(Asked::of("listClients")).await,
        }
    }

    /// Every service account, by id.
    pub(in crate::cli) async fn service_accounts(&self) -> Result<Vec<ClientBody>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let records = clients::all_service_accounts(&installation.admin(), &tenant.tenant_id).await?;
                Ok(records.into_iter().map(|record| ClientBody::new(record, None)).collect())
            }
            Self::There(api) => api.all(Asked::of("listClients").query("service_account", true)).await,
        }
    }

    /// The client of that id.
    pub(in crate::cli) async fn client(&self, id: &ClientId) -> Result<Option<ClientBody>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let found = clients::find(&installation.admin(), &tenant.tenant_id, id).await?;
                Ok(found.map(|record| ClientBody::new(record, None)))
            }
            Self::There(api) => api.find(named("getClient", id)).await,
        }
    }

    /// Makes a client. What follows from the rest is filled in where nothing was `said` of it, by the name of the member.
    pub(in crate::cli) async fn create_client(
        &self,
        mut client: Client,
        said: &[&str],
        secret: ClientSecret,
    ) -> Result<Outcome<ClientBody>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                clients::complete(&mut client, |member| said.contains(&member));
                let is_given = matches!(secret, ClientSecret::Given(_));
                let secret = match secret {
                    ClientSecret::Given(secret) => NewSecret::Given(secret),
                    ClientSecret::Kept | ClientSecret::Rotated => NewSecret::Generated,
                };
                let new = NewClient { client, secret };
                let created = clients::create(&installation.admin(), tenant, new).await?;
                Ok(created.map(|issued| ClientBody::issued(issued, is_given)))
            }
            Self::There(api) => {
                refuse_given(&secret)?;
                let whole = members(&client)?;
                let defaults = members(&clients::defaults(client.client_id))?;
                let mut body = merge_patch::difference(&defaults, &whole);
                let said = whole
                    .into_iter()
                    .filter(|(name, _)| name == "client_id" || said.contains(&name.as_str()));
                body.extend(said);
                api.call(Asked::of("createClient").body(&body)?).await
            }
        }
    }

    /// Changes a client as it is now.
    pub(in crate::cli) async fn update_client(
        &self,
        id: &ClientId,
        change: impl FnOnce(&mut Client) -> Result<(), Failure>,
        secret: ClientSecret,
    ) -> Result<Outcome<ClientBody>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let found = clients::find(&installation.admin(), &tenant.tenant_id, id).await?;
                let Some(mut record) = found else { return Ok(Outcome::Absent) };
                change(&mut record.client)?;
                let is_given = matches!(secret, ClientSecret::Given(_));
                let secret = match secret {
                    ClientSecret::Kept => SecretChange::Keep,
                    ClientSecret::Rotated => SecretChange::Rotate,
                    ClientSecret::Given(secret) => SecretChange::Given(secret),
                };
                let updated = clients::update(&installation.admin(), tenant, record, secret).await?;
                Ok(updated.map(|issued| ClientBody::issued(issued, is_given)))
            }
            Self::There(api) => {
                refuse_given(&secret)?;
                update_there(api, id, change, matches!(secret, ClientSecret::Rotated)).await
            }
        }
    }

    pub(in crate::cli) async fn set_client_disabled(
        &self,
        id: &ClientId,
        disabled: bool,
    ) -> Result<Outcome<ClientBody>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let set = clients::set_disabled(
                    &installation.admin(),
                    &tenant.tenant_id,
                    id,
                    Expected::Any,
                    disabled,
                )
                .await?;
                Ok(set.map(|record| ClientBody::new(record, None)))
            }
            Self::There(api) => {
                api.call(named(if disabled { "disableClient" } else { "enableClient" }, id)).await
            }
        }
    }

    pub(in crate::cli) async fn delete_client(&self, id: &ClientId) -> Result<Outcome<()>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(clients::delete(&installation.admin(), &tenant.tenant_id, id, Expected::Any).await?)
            }
            Self::There(api) => match api.read::<ClientBody>(named("getClient", id)).await? {
                Some(read) => api.done(named("deleteClient", id).read(&read)).await,
                None => Ok(Outcome::Absent),
            },
        }
    }
}

/// Reads it, sends what is changed, and then asks for a new secret, which is an operation of its own.
async fn update_there(
    api: &Api<'_>,
    id: &ClientId,
    change: impl FnOnce(&mut Client) -> Result<(), Failure>,
    rotates: bool,
) -> Result<Outcome<ClientBody>, Failure> {
    let found = api.read::<ClientBody>(named("getClient", id)).await?;
    let Some(read) = found else { return Ok(Outcome::Absent) };
    let mut client = read.body.client.clone();
    change(&mut client)?;
    let patch = merge_patch::difference(&members(&read.body.client)?, &members(&client)?);
    if !patch.is_empty() || !rotates {
        let updated = api.call(named("updateClient", id).read(&read).body(&patch)?).await?;
        if !rotates || !matches!(updated, Outcome::Done(_)) {
            return Ok(updated);
        }
    }
    api.call(named("rotateClientSecret", id)).await
}

fn named(operation: &'static str, id: &ClientId) -> Asked {
    Asked::of(operation).path("client_id", id)
}

fn members(client: &Client) -> Result<serde_json::Map<String, serde_json::Value>, Failure> {
    document::members(client).map_err(|invalid| Failure::new(invalid.to_string()))
}

fn refuse_given(secret: &ClientSecret) -> Result<(), Failure> {
    match secret {
        ClientSecret::Given(_) => Err(Failure::new(
            "--client-secret-file: a secret of your own cannot be set from afar: leave the option away, and the server \
             makes one",
        )),
        ClientSecret::Kept | ClientSecret::Rotated => Ok(()),
    }
}
