//! What is encrypted (sealed) under the master key, wherever it is stored, and the secrets of the installation
//! itself.

use std::fmt;

use async_trait::async_trait;
use credenza_protocol::ids::{ClientId, ClientSecretId, KeyId, TenantId, WebhookId};
use credenza_protocol::time::Time;

use crate::Result;

/// Where sealed bytes are stored.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum SealedAt {
    /// A secret of the installation, by its name.
    Secret(String),
    /// A private key.
    SigningKey(TenantId, KeyId),
    /// The first secret of a client of `client_secret_jwt`.
    ClientSecret(TenantId, ClientId),
    /// One of its other secrets.
    FurtherClientSecret(TenantId, ClientId, ClientSecretId),
    /// A secret shared with the service of a resource.
    ResourceSecret(TenantId, KeyId),
    /// A secret of a webhook, by its id.
    WebhookSecret(TenantId, WebhookId, String),
}

impl fmt::Display for SealedAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Secret(name) => write!(f, "the secret {name:?}"),
            Self::SigningKey(tenant, kid) => write!(f, "the key {kid} of tenant {tenant}"),
            Self::ClientSecret(tenant, id) => write!(f, "the secret of client {id} of tenant {tenant}"),
            Self::FurtherClientSecret(tenant, id, secret) => {
                write!(f, "the secret {secret} of client {id} of tenant {tenant}")
            }
            Self::ResourceSecret(tenant, kid) => write!(f, "the resource secret {kid} of tenant {tenant}"),
            Self::WebhookSecret(tenant, id, secret) => {
                write!(f, "the secret {secret} of webhook {id} of tenant {tenant}")
            }
        }
    }
}

/// One of the secrets of a client, but not the first: whose it is, and its sealed bytes.
pub type FurtherSecret = ((ClientId, ClientSecretId), Vec<u8>);

/// The name of the secret that holds the keys to which others encrypt to a tenant.
#[must_use]
pub fn encryption_keys_of(tenant: &TenantId) -> String {
    format!("encryption-keys/{tenant}")
}

/// Secrets of the installation, which belong to no tenant, and the re-encryption of all others.
#[async_trait]
pub trait Secrets: Send + Sync {
    /// Stores a secret under that name; `false` if there is one already, which stays: two servers that start at
    /// once both end up with the same one.
    async fn create(&self, name: &str, sealed: Vec<u8>, now: Time) -> Result<bool>;

    /// The secret of that name, sealed.
    async fn find(&self, name: &str) -> Result<Option<Vec<u8>>>;

    /// Clients of a tenant whose first secret is kept sealed, by id, at most `limit`, after the id `after`.
    async fn of_clients(
        &self,
        tenant: &TenantId,
        after: Option<&ClientId>,
        limit: u32,
    ) -> Result<Vec<(ClientId, Vec<u8>)>>;

    /// The other secrets of clients that are kept sealed, by the ids of client and secret, at most `limit`, after those
    /// ids.
    async fn further_of_clients(
        &self,
        tenant: &TenantId,
        after: Option<&(ClientId, ClientSecretId)>,
        limit: u32,
    ) -> Result<Vec<FurtherSecret>>;

    /// Replaces `old` by `new`; `false` if something else is stored there, or nothing. It decrypts to the same, so no
    /// cache need know.
    async fn replace(&self, at: &SealedAt, old: &[u8], new: Vec<u8>) -> Result<bool>;
}
