//! Public keys of clients, here and there.

use credenza_protocol::client_keys::ClientKey;
use credenza_protocol::ids::{ClientId, KeyId};
use credenza_protocol::time::Time;
use serde_json::{Map, Value};

use super::Site;
use crate::admin::Outcome;
use crate::admin::clients::{self, NewClientKey};
use crate::cli::Failure;
use crate::cli::remote::Asked;
use crate::http::admin::wire::NewClientKeyBody;

impl Site<'_> {
    /// The keys of a client; `None` if there is no such client.
    pub(in crate::cli) async fn client_keys(&self, of: &ClientId) -> Result<Option<Vec<ClientKey>>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(clients::list_keys(&installation.admin(), &tenant.tenant_id, of).await?)
            }
            Self::There(api) => {
                if self.client(of).await?.is_none() {
                    return Ok(None);
                }
                api.all(named("listClientKeys", of)).await.map(Some)
            }
        }
    }

    /// Adds a key of a client.
    pub(in crate::cli) async fn add_client_key(
        &self,
        of: &ClientId,
        jwk: Map<String, Value>,
        expires_at: Option<Time>,
    ) -> Result<Outcome<ClientKey>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let new = NewClientKey { jwk, expires_at };
                Ok(clients::add_key(&installation.admin(), tenant, of, &new).await?)
            }
            Self::There(api) => {
                api.call(named("addClientKey", of).body(&NewClientKeyBody { jwk, expires_at })?).await
            }
        }
    }

    pub(in crate::cli) async fn delete_client_key(
        &self,
        of: &ClientId,
        kid: &KeyId,
    ) -> Result<Outcome<()>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(clients::delete_key(&installation.admin(), tenant, of, kid).await?)
            }
            Self::There(api) => api.done(named("deleteClientKey", of).path("kid", kid)).await,
        }
    }
}

fn named(operation: &'static str, of: &ClientId) -> Asked {
    Asked::of(operation).path("client_id", of)
}
