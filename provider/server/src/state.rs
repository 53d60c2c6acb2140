//! What every request of the server shares.

use std::hash::Hash;
use std::ops::Deref;
use std::sync::Arc;

use credenza_protocol::access_token::AccessTokenClaims;
use credenza_protocol::ids::{ClientId, TenantId};
use credenza_protocol::secret::SecretHash;
use credenza_storage::{ClientRecord, Store};
use moka::Entry;
use moka::sync::Cache;
use tokio::sync::Notify;

use crate::accounts::password::PasswordPool;
use crate::clock::Clock;
use crate::config::TrustedProxies;
use crate::demo::Demo;
use crate::egress::Egress;
use crate::keys::maker::Maker;
use crate::keys::root::Root;
use crate::keys::schedule::Schedule;
use crate::keys::seal::MasterKeys;
use crate::logos::Logos;
use crate::realm::Realm;
use crate::remote_keys::RemoteKeys;
use crate::rng::Rng;
use crate::telemetry::Metrics;

/// The server's state: cheap to clone.
#[derive(Clone)]
pub struct State(Arc<Parts>);

/// What the state is made of.
pub struct Parts {
    /// The issuer of the default tenant; the others stand below it.
    pub issuer: String,
    /// Storage.
    pub store: Store,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub rng: Arc<dyn Rng>,
    /// Opens what is sealed at rest.
    pub master: MasterKeys,
    /// What is derived is derived from it.
    pub root: Root,
    /// How often signing keys are changed.
    pub schedule: Schedule,
    /// Makes signing keys.
    pub maker: Maker,
    /// Checks passwords.
    pub passwords: PasswordPool,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Who may say for whom a request is.
    pub trusted_proxies: TrustedProxies,
    /// Wakes who tells clients of ended sessions.
    pub logouts: Notify,
    /// The demo relying party of `credenza dev`.
    pub demo: Option<Demo>,
    /// Fetches what others name by URL.
    pub egress: Egress,
    /// Keys that clients publish.
    pub remote_keys: RemoteKeys,
    /// Logos of clients.
    pub logos: Logos,
    /// Tenants, open.
    pub realms: Revised<String, Realm>,
    /// Clients, read.
    pub clients: Revised<(TenantId, ClientId), ClientRecord>,
    /// Access tokens whose signatures were found right.
    pub verified: Revised<(TenantId, SecretHash), AccessTokenClaims>,
}

impl State {
    /// Shares the parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Whether people reach the server over TLS, so that cookies can be `Secure`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.issuer.starts_with("https://")
    }
}

impl Deref for State {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Values that were loaded from the store and are true for as long as its revision stands still.
pub struct Revised<K, V>(Cache<K, (i64, Arc<V>)>);

impl<K: Hash + Eq + Send + Sync + 'static, V: Send + Sync + 'static> Revised<K, V> {
    /// Keeps so many values at most.
    #[must_use]
    pub fn with_capacity(capacity: u64) -> Self {
        Self(Cache::new(capacity))
    }

    /// The value, if it was loaded at this revision.
    pub fn get<Q>(&self, key: &Q, revision: i64) -> Option<Arc<V>>
    where
        K: std::borrow::Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.0.get(key).filter(|(loaded_at, _)| *loaded_at == revision).map(|(_, value)| value)
    }

    /// Keeps a value that was loaded after this revision was read, unless somebody else kept one of it that is still
    /// `good`; answers the one that is kept. So those who loaded it at the same time go on with the same one.
    pub fn settle<Q>(&self, key: &Q, revision: i64, value: Arc<V>, good: impl Fn(&V) -> bool) -> Arc<V>
    where
        K: std::borrow::Borrow<Q>,
        Q: ToOwned<Owned = K> + Hash + Eq + ?Sized,
    {
        let kept = self.0.entry_by_ref(key).and_upsert_with(|other| match other.map(Entry::into_value) {
            Some((loaded_at, other)) if loaded_at == revision && good(&other) => (revision, other),
            _ => (revision, value),
        });
        kept.into_value().1
    }

    /// Keeps a value that was loaded after this revision was read.
    pub fn put<Q>(&self, key: &Q, revision: i64, value: Arc<V>)
    where
        Q: ToOwned<Owned = K> + ?Sized,
    {
        self.0.insert(key.to_owned(), (revision, value));
    }
}
