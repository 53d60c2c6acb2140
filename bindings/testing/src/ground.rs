//! What any provider in a test stands on: the server's state with passwords that cost nothing, its listener, and a
//! person whom it knows. The fixtures of Credenza's own suites stand on it too.

use std::sync::Arc;

use axum::Router;
use credenza::accounts::password::{Cost, PasswordPool, hash_now};
use credenza::clock::Clock;
use credenza::config::{EgressConfig, Limits, TrustedProxies};
use credenza::egress::{Egress, Resolve};
use credenza::keys::maker::Maker;
use credenza::keys::root::Root;
use credenza::keys::schedule::Schedule;
use credenza::keys::seal::{MasterKey, MasterKeys};
use credenza::listener::Server;
use credenza::logos::Logos;
use credenza::logouts;
use credenza::remote_keys::RemoteKeys;
use credenza::rng::{self, Rng, SystemRng};
use credenza::state::{Parts, Revised, State};
use credenza::telemetry::{Metrics, RequestIds};
use credenza_protocol::claims::StandardClaims;
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::tenant::{Tenant, TenantSettings};
use credenza_protocol::user::User;
use credenza_storage::{Created, Store};
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};

use crate::Error;

/// What the state of a provider is made from; the rest is the same for all tests.
pub struct Ground {
    /// The issuer of the default tenant.
    pub issuer: String,
    /// Storage.
    pub store: Store,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How often signing keys are changed.
    pub schedule: Schedule,
    /// Proxies that are trusted.
    pub trusted_proxies: TrustedProxies,
    /// How it fetches what others name by URL.
    pub egress: EgressConfig,
    /// How it finds their hosts.
    pub resolver: Arc<dyn Resolve>,
}

impl Ground {
    /// The state of the server.
    ///
    /// # Errors
    /// [`Error::Start`].
    pub async fn state(self) -> Result<State, Error> {
        let rng: Arc<dyn Rng> = Arc::new(SystemRng::new());
        let master = MasterKeys::from(MasterKey::from_bytes(&[7; 32]));
        let root = Root::load(&self.store, &master, rng.as_ref(), self.clock.now()).await;
        let metrics = Arc::new(Metrics::new().map_err(Error::start)?);
        let waiting = metrics.password_queue.clone();
        let egress = Egress::new(&self.egress, self.resolver, Arc::clone(&metrics));
        Ok(State::new(Parts {
            issuer: self.issuer,
            store: self.store,
            clock: self.clock,
            master,
            root: root.map_err(Error::start)?,
            schedule: self.schedule,
            maker: Maker::default(),
            passwords: PasswordPool::start(cost()?, 1, Arc::clone(&rng), waiting).map_err(Error::start)?,
            metrics,
            trusted_proxies: self.trusted_proxies,
            logouts: Notify::new(),
            demo: None,
            egress: egress.map_err(Error::start)?,
            remote_keys: RemoteKeys::default(),
            logos: Logos::default(),
            realms: Revised::with_capacity(100),
            clients: Revised::with_capacity(1000),
            verified: Revised::with_capacity(1000),
            rng,
        }))
    }
}

/// Serves the router on the socket until what is answered here is dropped.
#[must_use]
pub fn listen(socket: TcpListener, router: Router, limits: &Limits, rng: &dyn Rng) -> watch::Sender<bool> {
    let (stop, stopped) = watch::channel(false);
    let server = Server::new(router, None, limits, RequestIds::new(rng));
    tokio::spawn(server.run(socket, stopped));
    stop
}

/// Tells clients of ended sessions until what is answered here is dropped.
#[must_use]
pub fn tell_clients(state: &State) -> watch::Sender<bool> {
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(logouts::run(state.clone(), stopped));
    stop
}

/// Makes a tenant, which has no keys yet.
///
/// # Errors
/// [`Error::Invalid`] when there is one of that name.
pub async fn create_tenant(state: &State, name: &str, settings: TenantSettings) -> Result<TenantId, Error> {
    let tenant_id = TenantId::new(rng::id(state.rng.as_ref()));
    let tenant = Tenant {
        tenant_id: tenant_id.clone(),
        name: name.to_owned(),
        settings,
        created_at: state.clock.now(),
        disabled_at: None,
    };
    match state.store.tenants.create(tenant).await? {
        true => Ok(tenant_id),
        false => Err(Error::Invalid(format!("there is a tenant {name:?} already"))),
    }
}

/// Makes a user with a password that is hashed at the least cost.
///
/// # Errors
/// [`Error::Invalid`] when the name is taken.
pub async fn create_user(
    state: &State,
    tenant: &TenantId,
    username: &str,
    password: &str,
    claims: StandardClaims,
) -> Result<UserId, Error> {
    let now = state.clock.now();
    let user_id = UserId::new(rng::id(state.rng.as_ref()));
    let user = User {
        user_id: user_id.clone(),
        username: username.to_owned(),
        claims,
        created_at: now,
        updated_at: now,
        disabled_at: None,
    };
    let hash = hash_now(password, &cost()?, state.rng.as_ref());
    match state.store.users.create(tenant, user, Some(hash)).await? {
        Created::Yes => Ok(user_id),
        Created::UsernameTaken | Created::Absent => {
            Err(Error::Invalid(format!("there is a user {username:?} already")))
        }
    }
}

/// The least that argon2id can cost.
fn cost() -> Result<Cost, Error> {
    Cost::new(8, 1, 1).ok_or_else(|| Error::start("argon2 knows no such cost"))
}
