//! `credenza client key`: the public keys of a client, by which it authenticates without a secret.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use credenza_protocol::client_keys::ClientKey;
use credenza_protocol::ids::{ClientId, KeyId};
use credenza_protocol::secret::Secret;
use credenza_protocol::time::Seconds;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::admin::Outcome;
use crate::admin::clients;
use crate::cli::door::Site;
use crate::cli::outcome::Subject;
use crate::cli::output::Answer;
use crate::cli::which::WhichClient;
use crate::cli::{Failure, files};
use crate::clock::{Clock as _, SystemClock};

const EXAMPLES: &str = "\
Examples:
  credenza client key generate CLIENT_ID --expires-in 7776000
      A key pair for 90 days: the public key is added, the private one is shown once
  credenza client key add CLIENT_ID --jwk-file public.json
      A public key (RFC 7517) of a pair that the client made itself
  credenza client key list CLIENT_ID
      The public keys by their ids
  credenza client key delete CLIENT_ID --kid KID
      What it signs is refused at once";

/// `credenza client key …`
#[derive(Debug, Subcommand)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) enum Keys {
    /// Make a key pair for ES256: the public key is added, and the private one is printed once, as PEM
    Generate {
        #[command(flatten)]
        which: WhichClient,
        #[command(flatten)]
        expiry: Expiry,
    },
    /// Add a public key; those that the client has stay
    Add {
        #[command(flatten)]
        which: WhichClient,
        /// A file with the public key as a JWK (RFC 7517)
        #[arg(long, value_name = "FILE")]
        jwk_file: PathBuf,
        #[command(flatten)]
        expiry: Expiry,
    },
    /// List the public keys of a client
    List(WhichClient),
    /// Delete a public key; what it signs is refused at once
    Delete {
        #[command(flatten)]
        which: WhichClient,
        /// Its kid, which `credenza client key list` shows
        #[arg(long, value_name = "KID", allow_hyphen_values = true)]
        kid: String,
    },
}

/// When a key ends.
#[derive(Debug, Args)]
pub(in crate::cli) struct Expiry {
    /// No longer accept it after this many seconds [default: when it is deleted]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(1..))]
    expires_in: Option<i64>,
}

/// A key as it is printed.
#[derive(Debug, Serialize, JsonSchema)]
struct KeyBody {
    client_id: ClientId,
    #[serde(flatten)]
    key: ClientKey,
    /// The private key as PEM (PKCS#8), on the one occasion when it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    private_key: Option<String>,
}

/// The keys of a client.
#[derive(Debug, Serialize, JsonSchema)]
struct KeysBody {
    keys: Vec<ClientKey>,
}

/// A key that was deleted.
#[derive(Debug, Serialize, JsonSchema)]
struct DeletedBody {
    deleted: KeyId,
}

impl Keys {
    pub(super) async fn run(self, site: &Site<'_>) -> Result<Answer, Failure> {
        match self {
            Self::Generate { which, expiry } => {
                let (jwk, private_key) = clients::generate_key()?;
                add(site, which.id(), jwk, expiry, Some(&private_key)).await
            }
            Self::Add { which, jwk_file, expiry } => {
                add(site, which.id(), jwk(&jwk_file)?, expiry, None).await
            }
            Self::List(which) => list(site, which.id()).await,
            Self::Delete { which, kid } => delete(site, which.id(), KeyId::new(kid)).await,
        }
    }
}

/// The JWK in a file.
pub(in crate::cli) fn jwk(file: &Path) -> Result<Map<String, Value>, Failure> {
    match files::json("--jwk-file", file)? {
        Value::Object(jwk) => Ok(jwk),
        _ => Err(Failure::new("--jwk-file: must hold a JSON object, one public key (RFC 7517)".to_owned())),
    }
}

async fn add(
    site: &Site<'_>,
    client_id: ClientId,
    jwk: Map<String, Value>,
    expiry: Expiry,
    private_key: Option<&Secret>,
) -> Result<Answer, Failure> {
    let expires_at = expiry.expires_in.map(|seconds| SystemClock.now() + Seconds(seconds));
    let added = site.add_client_key(&client_id, jwk, expires_at).await?;
    let key = Subject::client(client_id.as_str()).accept(added)?;
    let private_key = private_key.map(|private_key| private_key.reveal().to_owned());
    Answer::record(&KeyBody { client_id, key, private_key })
}

async fn list(site: &Site<'_>, client_id: ClientId) -> Result<Answer, Failure> {
    let found = site.client_keys(&client_id).await?;
    let keys = found.ok_or_else(|| Subject::client(client_id.as_str()).absent())?;
    Answer::list(&KeysBody { keys }, &["kid", "kty", "alg", "use", "expires_at"])
}

/// What is absent may be the client or the key.
async fn delete(site: &Site<'_>, client_id: ClientId, kid: KeyId) -> Result<Answer, Failure> {
    match site.delete_client_key(&client_id, &kid).await? {
        Outcome::Absent if site.client(&client_id).await?.is_some() => Err(Failure::new(format!(
            "the client {client_id:?} has no key {kid:?}: `credenza client key list` shows those that there are",
            client_id = client_id.as_str(),
            kid = kid.as_str()
        ))),
        outcome => {
            Subject::client(client_id.as_str()).accept(outcome)?;
            let text = format!("deleted key {kid} of client {client_id}");
            Answer::done(&DeletedBody { deleted: kid }, &text)
        }
    }
}
