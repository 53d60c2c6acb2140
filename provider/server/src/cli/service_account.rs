//! `credenza service-account`: clients that act for themselves, and that nobody signs in to. What all clients have, such as
//! secrets, keys and an end, is at `credenza client`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use credenza_protocol::client::Client;
use credenza_protocol::client_auth::AuthMethod;
use credenza_protocol::client_keys;
use credenza_protocol::ids::ClientId;
use credenza_protocol::scope::Scope;
use credenza_protocol::secret::Secret;
use schemars::JsonSchema;
use serde::Serialize;

use super::client::{ClientsBody, keys};
use super::door::{ClientBody, ClientSecret, Door, Site};
use super::outcome::Subject;
use super::output::Answer;
use super::{Common, Failure};
use crate::admin::clients;
use crate::rng::SystemRng;

const EXAMPLES: &str = "\
Examples:
  credenza service-account create --name 'Nightly report' --scope reports:read --resource https://reports.example.com
      A script that authenticates with a secret, which is shown once
  credenza service-account create --name 'Nightly report' --scope reports:read --with-key
      One that signs instead: the private key is shown once, and the provider keeps the public one alone
  credenza service-account create --name Provisioning --scope 'admin:users:read admin:users:write' \\
      --resource https://id.example.com/admin
      One that may use the admin API, as far as its scopes go
  credenza client secret create CLIENT_ID
      The next secret; the last one goes on working until `credenza client secret delete`
  credenza client key generate CLIENT_ID
      The next key; the last one goes on working until `credenza client key delete`
  credenza client disable CLIENT_ID
      It can do nothing, and its tokens are dead";

/// `credenza service-account …`
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ServiceAccounts {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Register a service account; its id and its secret or private key are printed, once
    #[command(after_help = EXAMPLES)]
    Create(Create),
    /// List the service accounts
    List,
}

#[derive(Debug, Args)]
struct Create {
    /// The name that operators see
    #[arg(long, value_name = "NAME")]
    name: String,
    /// Its id; generated without it
    #[arg(long, value_name = "CLIENT_ID")]
    client_id: Option<String>,
    /// The scopes that it may ask for; those of the admin API as well
    #[arg(long, value_name = "SCOPES", default_value = "")]
    scope: String,
    /// A resource that it may ask for tokens for (RFC 8707), such as ISSUER/admin; may be repeated
    #[arg(long = "resource", value_name = "URI")]
    resources: Vec<String>,
    /// It authenticates with a key and no secret: make one for ES256
    #[arg(long, conflicts_with = "jwk_file")]
    with_key: bool,
    /// It authenticates with a key and no secret: a file with its public key as a JWK (RFC 7517)
    #[arg(long, value_name = "FILE")]
    jwk_file: Option<PathBuf>,
}

/// A service account as it is printed when it is made.
#[derive(Debug, Serialize, JsonSchema)]
struct CreatedBody {
    #[serde(flatten)]
    client: ClientBody,
    /// The private key as PEM (PKCS#8), on the one occasion when it is shown; its kid is that of the one key in jwks.
    #[serde(skip_serializing_if = "Option::is_none")]
    private_key: Option<String>,
}

impl ServiceAccounts {
    pub(super) async fn run(self, door: Door<'_>) -> Result<Answer, Failure> {
        let site = door.at(&self.common.tenant).await?;
        match self.verb {
            Verb::Create(create) => create.run(&site).await,
            Verb::List => list(&site).await,
        }
    }
}

impl Create {
    async fn run(self, site: &Site<'_>) -> Result<Answer, Failure> {
        let (client, private_key) = self.client()?;
        let client_id = client.client_id.clone();
        let created = site.create_client(client, &["scope"], ClientSecret::Kept).await?;
        let client = Subject::client(client_id.as_str()).accept(created)?;
        let private_key = private_key.map(|private_key| private_key.reveal().to_owned());
        Answer::record(&CreatedBody { client, private_key })
    }

    /// What the options say, and the private key if one was made.
    fn client(self) -> Result<(Client, Option<Secret>), Failure> {
        let client_id = self.client_id.map_or_else(|| clients::new_id(&SystemRng::new()), ClientId::new);
        let scope = Scope::parse(&self.scope).map_err(|error| Failure::new(format!("--scope: {error}")))?;
        let mut client = Client {
            client_name: self.name,
            service_account: true,
            scope,
            resources: self.resources,
            ..clients::defaults(client_id)
        };
        let (jwk, private_key) = match (self.with_key, self.jwk_file) {
            (true, _) => {
                let (jwk, private_key) = clients::generate_key()?;
                (jwk, Some(private_key))
            }
            (false, Some(file)) => (keys::jwk(&file)?, None),
            (false, None) => return Ok((client, None)),
        };
        let wrong = |why| Failure::new(format!("--jwk-file: {why}"));
        client.jwks = Some(client_keys::add(None, jwk, None).map_err(wrong)?.0);
        clients::set_method(&mut client, AuthMethod::PrivateKeyJwt);
        Ok((client, private_key))
    }
}

async fn list(site: &Site<'_>) -> Result<Answer, Failure> {
    let clients = site.service_accounts().await?;
    Answer::list(
        &ClientsBody { clients },
        &["client_id", "client_name", "token_endpoint_auth_method", "scope", "disabled_at"],
    )
}
