//! What every request of the server shares.

use std::hash::Hash;
use std::ops::Deref;
use std::sync::Arc;

use credenza_protocol::access_token::AccessTokenClaims;
use credenza_protocol::ids::{ClientId, TenantId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use credenza_storage::{Changes, Store};
use moka::Entry;
use moka::sync::Cache;
use tokio::sync::{Notify, Semaphore};

use crate::accounts::password::PasswordPool;
use crate::accounts::places::Places;
use crate::clock::Clock;
use crate::config::{AdminConfig, CaptchaConfig, TrustedProxies, WebhookConfig, path_of};
use crate::egress::Egress;
use crate::failure::Failure;
use crate::following::Following;
use crate::keys::maker::Maker;
use crate::keys::root::Root;
use crate::keys::schedule::Schedule;
use crate::keys::seal::MasterKeys;
use crate::keys::{KeyMaking, rotation};
use crate::loaded_client::LoadedClient;
use crate::logos::Logos;
use crate::mail::Mailer;
use crate::realm::{Opening, Realm};
use crate::remote_keys::RemoteKeys;
use crate::request_objects::RequestObjects;
use crate::rng::Rng;
use crate::telemetry::Metrics;

/// How many imports and exports of people one node works on at once.
pub const BULK: usize = 4;

/// The server's state: cheap to clone.
#[derive(Clone)]
pub struct State(Arc<Parts>);

/// What the state is made of.
pub struct Parts {
    /// The issuer of the default tenant; the issuers of the others are below it.
    pub issuer: String,
    /// Storage.
    pub store: Store,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub rng: Arc<dyn Rng>,
    /// Seals and opens private keys and other secrets.
    pub master: MasterKeys,
    /// What symmetric keys are derived from.
    pub root: Root,
    /// How often signing keys are rotated.
    pub schedule: Schedule,
    /// Makes signing keys.
    pub maker: Maker,
    /// Checks passwords.
    pub passwords: PasswordPool,
    /// Counts and measures.
    pub metrics: Arc<Metrics>,
    /// The proxies whose word about a caller's address is taken.
    pub trusted_proxies: TrustedProxies,
    /// The admin API.
    pub admin: AdminConfig,
    /// Places for imports and exports of people, which are long and heavy.
    pub bulk: Arc<Semaphore>,
    /// What tells people and robots apart, if there is such a service.
    pub captcha: Option<CaptchaConfig>,
    /// Where people are by their addresses, if there is a file of that.
    pub places: Option<Arc<Places>>,
    /// Sends mail, if that is configured.
    pub mail: Option<Mailer>,
    /// Wakes the task that tells clients of ended sessions.
    pub logouts: Notify,
    /// Who waits for events.
    pub following: Following,
    /// What webhooks may be.
    pub webhooks: WebhookConfig,
    /// Wakes the task that sends messages to webhooks.
    pub messages: Notify,
    /// Fetches documents that clients name by URL.
    pub egress: Egress,
    /// Keys that clients publish at a URL.
    pub remote_keys: RemoteKeys,
    /// Request objects that clients publish at a URL.
    pub request_objects: RequestObjects,
    /// Logos of clients.
    pub logos: Logos,
    /// Open realms, by the name of the tenant.
    pub realms: Revised<String, Realm>,
    /// Enabled clients.
    pub clients: Revised<(TenantId, ClientId), LoadedClient>,
    /// Claims of access tokens whose signatures were verified.
    pub verified: Revised<(TenantId, SecretHash), AccessTokenClaims>,
    /// When tokens of clients themselves were last seen alive, by the hash of their `jti`.
    pub living: Revised<(TenantId, SecretHash), Time, Changes>,
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

    /// The path of the default tenant's issuer, such as `/auth`: empty where it has none. Everything that is served is below
    /// it, as people and clients see it.
    #[must_use]
    pub fn path(&self) -> &str {
        path_of(&self.issuer)
    }

    /// What it takes to make keys.
    #[must_use]
    pub fn key_making(&self) -> KeyMaking<'_> {
        KeyMaking {
            store: &self.store,
            master: &self.master,
            maker: &self.maker,
            clock: self.clock.as_ref(),
            rng: &self.rng,
        }
    }

    /// What it takes to open a realm.
    #[must_use]
    pub fn opening(&self) -> Opening<'_> {
        Opening {
            keys: self.key_making(),
            root: &self.root,
            issuer: &self.issuer,
            has_mail: self.mail.is_some(),
        }
    }

    /// Rotates the keys of every tenant as the schedule asks, and answers how many steps that took.
    ///
    /// # Errors
    /// [`Failure::Store`] when the tenants cannot be read.
    pub async fn rotate_keys(&self) -> Result<usize, Failure> {
        rotation::rotate(self.key_making(), self.schedule, &self.metrics).await
    }
}

impl Deref for State {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Values that were loaded from the store, and hold for as long as its revision stays the same.
pub struct Revised<K, V, R = i64>(Cache<K, (R, Arc<V>)>);

impl<K, V, R> Revised<K, V, R>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
    R: Copy + Eq + Send + Sync + 'static,
{
    /// Keeps at most so many values.
    #[must_use]
    pub fn with_capacity(capacity: u64) -> Self {
        Self(Cache::new(capacity))
    }

    /// The value, if it was loaded at this revision.
    pub fn get<Q>(&self, key: &Q, revision: R) -> Option<Arc<V>>
    where
        K: std::borrow::Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.0.get(key).filter(|(loaded_at, _)| *loaded_at == revision).map(|(_, value)| value)
    }

    /// Keeps a value that was loaded after this revision was read, unless another caller has kept one for the same
    /// revision that is still `good`; answers the one that is kept, so that all callers go on with the same value.
    pub fn settle<Q>(&self, key: &Q, revision: R, value: Arc<V>, good: impl Fn(&V) -> bool) -> Arc<V>
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
    pub fn put<Q>(&self, key: &Q, revision: R, value: Arc<V>)
    where
        Q: ToOwned<Owned = K> + ?Sized,
    {
        self.0.insert(key.to_owned(), (revision, value));
    }
}
