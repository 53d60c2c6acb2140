//! The context of a request: its realm, and the server's state.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Bytes;
use credenza_protocol::ids::ClientId;
use credenza_protocol::time::Time;
use credenza_storage::{Changes, StoreError};

use crate::failure::Failure;
use crate::keys::encryption::Decrypted;
use crate::keys::resource_secrets::ResourceSecrets;
use crate::loaded_client::LoadedClient;
use crate::realm::Realm;
use crate::remote_keys::ClientKeys;
use crate::state::State;
use crate::telemetry::RequestId;

/// Where no resource is named, none is closed.
static NOTHING: BTreeSet<String> = BTreeSet::new();

/// What a request works with: its realm, the server's state, the tenant's revision and the time.
#[derive(Clone)]
pub struct Context {
    /// The server's state.
    pub state: State,
    /// The tenant's realm.
    pub realm: Arc<Realm>,
    /// The revision of the tenant when the request came.
    pub revision: i64,
    /// How many tokens had been revoked one by one by then.
    pub revoked: i64,
    /// When the request came.
    pub now: Time,
    /// The id of the request in the log.
    pub request_id: Option<RequestId>,
    /// The path and query of the request as the browser knows them, where they can be asked for again: by GET alone.
    pub here: Option<Arc<str>>,
}

impl Context {
    /// The context of a request for the tenant of that name; `None` when there is no such tenant, or it is disabled.
    ///
    /// # Errors
    /// [`Failure`] when the store or the keys fail.
    pub async fn load(
        state: &State,
        name: &str,
        request_id: Option<RequestId>,
    ) -> Result<Option<Self>, Failure> {
        let now = state.clock.now();
        let Changes { revision, revoked } = state.store.maintenance.changes(name).await?;
        let context =
            |realm| Self { state: state.clone(), realm, revision, revoked, now, request_id, here: None };
        let is_current = |realm: &Realm| realm.keys.changes_at.is_none_or(|at| at > now);
        if let Some(realm) = state.realms.get(name, revision).filter(|realm| is_current(realm)) {
            return Ok(Some(context(realm)));
        }
        let Some(tenant) =
            state.store.tenants.find(name).await?.filter(|tenant| tenant.disabled_at.is_none())
        else {
            return Ok(None);
        };
        let realm = Arc::new(Realm::open(state.opening(), tenant, now).await?);
        Ok(Some(context(state.realms.settle(name, revision, realm, is_current))))
    }

    /// The client of that id, if it is enabled.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn client(&self, client_id: &ClientId) -> Result<Option<Arc<LoadedClient>>, StoreError> {
        let tenant = &self.realm.tenant.tenant_id;
        let key = (tenant.clone(), client_id.clone());
        if let Some(client) = self.state.clients.get(&key, self.revision) {
            return Ok(Some(client));
        }
        let record = self.state.store.clients.find(tenant, client_id).await?;
        let Some(record) = record.filter(|record| record.disabled_at.is_none()) else {
            return Ok(None);
        };
        let client = Arc::new(LoadedClient::new(record));
        self.state.clients.put(&key, self.revision, Arc::clone(&client));
        Ok(Some(client))
    }

    /// The closed resources, which no token is issued for. Where no
    /// resource is `named`, nothing is read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn closed_resources(&self, named: &[String]) -> Result<&BTreeSet<String>, StoreError> {
        match named {
            [] => Ok(&NOTHING),
            _ => self.realm.closed_resources(&self.state.store).await,
        }
    }

    /// Finds the public keys of clients.
    #[must_use]
    pub fn client_keys(&self) -> ClientKeys<'_> {
        ClientKeys {
            cache: &self.state.remote_keys,
            egress: &self.state.egress,
            tenant: &self.realm.tenant.tenant_id,
            now: self.now,
        }
    }

    /// The secrets that sign access tokens for services that cannot read public keys.
    ///
    /// # Errors
    /// [`Failure`] when the store fails, or one cannot be opened.
    pub async fn resource_secrets(&self) -> Result<&ResourceSecrets, Failure> {
        self.realm.resource_secrets(self.state.key_making()).await
    }

    /// The tenant's public keys as a document: those that sign, and those to encrypt to.
    ///
    /// # Errors
    /// [`Failure`] when the store or the keys fail.
    pub async fn jwks(&self) -> Result<Bytes, Failure> {
        self.realm.jwks(self.state.key_making()).await
    }

    /// Decrypts what was encrypted to the tenant; `None` for whatever cannot be decrypted.
    ///
    /// # Errors
    /// [`Failure`] when the store or the keys fail.
    pub async fn decrypt(&self, jwe: &str) -> Result<Option<Decrypted>, Failure> {
        self.realm.decrypt(self.state.key_making(), jwe).await
    }
}
