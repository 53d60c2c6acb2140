//! A realm: a tenant as a request finds it, with its issuer and its keys open.

use std::sync::Arc;

use credenza_protocol::discovery;
use credenza_protocol::ids::ClientId;
use credenza_protocol::session::Session;
use credenza_protocol::subject::Subjects;
use credenza_protocol::tenant::{DEFAULT_TENANT, Tenant};
use credenza_protocol::time::Time;
use credenza_protocol::token::refresh_token::Chain;
use credenza_storage::{ClientRecord, StoreError};
use credenza_validator::base64url;
use credenza_validator::jwe::Jwe;
use ring::hmac;
use tokio::sync::OnceCell;

use crate::flow::Failure;
use crate::flow::revocation_feed::Feed;
use crate::keys::encryption::{Decrypted, EncryptionKeys};
use crate::keys::{KeyRing, tend};
use crate::pages::Lang;
use crate::state::State;
use crate::telemetry::RequestId;

/// A tenant with all that its endpoints need. Made once for each revision of the store.
pub struct Realm {
    /// The tenant.
    pub tenant: Tenant,
    /// Its issuer, which never changes.
    pub issuer: String,
    /// The path of the tenant: empty for the default one.
    pub base: String,
    /// Its keys.
    pub keys: KeyRing,
    /// Makes its refresh tokens.
    pub chain: Chain,
    /// Ties forms to the browser they were shown in.
    pub csrf: hmac::Key,
    /// Names people to clients.
    pub subjects: Subjects,
    /// Makes what browsers know their sign-ins by.
    pub browser_state: hmac::Key,
    /// The provider metadata as a document.
    pub metadata: String,
    /// What others encrypt to, opened when it is first needed, and with it the public keys as a document.
    encryption: OnceCell<(EncryptionKeys, String)>,
    /// What was revoked, as it was told last.
    pub feed: Feed,
}

/// What a request works with: its realm, the server's state, the store's revision and the time.
#[derive(Clone)]
pub struct Context {
    /// The server's state.
    pub state: State,
    /// The tenant.
    pub realm: Arc<Realm>,
    /// The revision of the store when the request came.
    pub revision: i64,
    /// When the request came.
    pub now: Time,
    /// Finds the request in the log.
    pub request_id: Option<RequestId>,
}

impl Context {
    /// The context of a request for the tenant of that name; `None` when there is no such tenant, or
    /// it is disabled.
    ///
    /// # Errors
    /// [`Failure`] when the store or the keys fail.
    pub async fn load(
        state: &State,
        name: &str,
        request_id: Option<RequestId>,
    ) -> Result<Option<Self>, Failure> {
        let now = state.clock.now();
        let revision = state.store.maintenance.revision().await?;
        let context = |realm| Self { state: state.clone(), realm, revision, now, request_id };
        let ripe = |realm: &Realm| realm.keys.changes_at.is_none_or(|at| at > now);
        if let Some(realm) = state.realms.get(name, revision).filter(|realm| ripe(realm)) {
            return Ok(Some(context(realm)));
        }
        let Some(tenant) =
            state.store.tenants.find(name).await?.filter(|tenant| tenant.disabled_at.is_none())
        else {
            return Ok(None);
        };
        let realm = Arc::new(Realm::open(state, tenant, now).await?);
        Ok(Some(context(state.realms.settle(name, revision, realm, ripe))))
    }

    /// The client of that id, if it is enabled.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn client(&self, client_id: &ClientId) -> Result<Option<Arc<ClientRecord>>, StoreError> {
        let tenant = &self.realm.tenant.tenant_id;
        let key = (tenant.clone(), client_id.clone());
        if let Some(record) = self.state.clients.get(&key, self.revision) {
            return Ok(Some(record));
        }
        let record = self.state.store.clients.find(tenant, client_id).await?;
        let Some(record) = record.filter(|record| record.disabled_at.is_none()).map(Arc::new) else {
            return Ok(None);
        };
        self.state.clients.put(&key, self.revision, Arc::clone(&record));
        Ok(Some(record))
    }
}

impl Context {
    /// The tenant's public keys as a document: those that sign, and those to encrypt to.
    ///
    /// # Errors
    /// [`Failure`] when store or keys fail.
    pub async fn jwks(&self) -> Result<&str, Failure> {
        Ok(&self.encryption().await?.1)
    }

    /// Decrypts what was encrypted to the tenant; `None` for whatever does not open.
    ///
    /// # Errors
    /// [`Failure`] when store or keys fail.
    pub async fn decrypt(&self, jwe: &str) -> Result<Option<Decrypted>, Failure> {
        let (keys, _) = self.encryption().await?;
        let kid = Jwe::parse(jwe).ok().and_then(|jwe| jwe.header().kid.clone());
        if keys.has(kid.as_deref()) {
            return Ok(keys.decrypt(jwe).await);
        }
        // It may have been published by another server since.
        let keys = EncryptionKeys::load(&self.state, &self.realm.tenant.tenant_id).await?;
        Ok(keys.decrypt(jwe).await)
    }

    async fn encryption(&self) -> Result<&(EncryptionKeys, String), Failure> {
        let realm = &self.realm;
        let load = async || {
            let keys = EncryptionKeys::load(&self.state, &realm.tenant.tenant_id).await?;
            let mut public = realm.keys.public().clone();
            public.keys.extend(keys.public());
            let unwritten = |_| Failure::Internal("the key set cannot be written");
            Ok((keys, serde_json::to_string(&public).map_err(unwritten)?))
        };
        realm.encryption.get_or_try_init(load).await
    }
}

impl Realm {
    /// What a browser knows this sign-in by: not its handle, and another one after each sign-in (OpenID Connect
    /// Session Management 2).
    #[must_use]
    pub fn browser_state(&self, session: &Session) -> String {
        let signed_in = format!("{}\0{}", session.sid, session.auth_time.seconds());
        base64url::encode(hmac::sign(&self.browser_state, signed_in.as_bytes()))
    }

    async fn open(state: &State, tenant: Tenant, now: Time) -> Result<Self, Failure> {
        let keys = Self::keys(state, &tenant, now).await?;
        let base = if tenant.name == DEFAULT_TENANT { String::new() } else { format!("/t/{}", tenant.name) };
        let issuer = format!("{}{base}", state.issuer);
        let derive = |purpose: &str| state.root.derive(&format!("{purpose}/{}", tenant.tenant_id));
        let languages: Vec<_> = Lang::all().iter().map(|lang| lang.tag()).collect();
        let document = |value: serde_json::Result<String>| value.unwrap_or_default();
        Ok(Self {
            metadata: document(serde_json::to_string(&discovery::metadata(
                &issuer,
                &tenant.settings,
                &languages,
            ))),
            chain: Chain::new(&derive("refresh-token")),
            subjects: Subjects::new(&derive("pairwise")),
            encryption: OnceCell::new(),
            feed: Feed::default(),
            csrf: hmac::Key::new(hmac::HMAC_SHA256, &derive("csrf")),
            browser_state: hmac::Key::new(hmac::HMAC_SHA256, &derive("browser-state")),
            tenant,
            issuer,
            base,
            keys,
        })
    }

    /// Opens the tenant's keys; makes the first ones if there are none.
    async fn keys(state: &State, tenant: &Tenant, now: Time) -> Result<KeyRing, Failure> {
        let id = &tenant.tenant_id;
        let mut records = state.store.keys.list(id).await?;
        if records.is_empty() {
            records = tend::first_keys(state, id).await?;
        }
        Ok(KeyRing::open(id, records, &state.master, now)?)
    }
}
