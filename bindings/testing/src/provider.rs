//! A provider in the test's process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use credenza::clock::Clock as _;
use credenza::config::{EgressConfig, Limits, TrustedProxies};
use credenza::egress::SystemResolver;
use credenza::http::router;
use credenza::keys::schedule::Schedule;
use credenza::realm::Context;
use credenza::rng::SystemRng;
use credenza::state::State;
use credenza_protocol::ids::TenantId;
use credenza_protocol::tenant::{DEFAULT_TENANT, TenantSettings};
use credenza_storage::open;
use credenza_validator::jwe::KeyManagement;
use serde_json::{Map, Value};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower::ServiceExt as _;

use crate::clock::VirtualClock;
use crate::faults::{Endpoint, Fault, Faults};
use crate::ground::{self, Ground};
use crate::keys::{self, FAST, PrivateKeys};
use crate::{Error, Options};

/// A running provider; it stops when it is dropped.
pub struct Provider {
    issuer: String,
    options: Options,
    clock: Arc<VirtualClock>,
    keys: PrivateKeys,
    faults: Arc<Faults>,
    present: Present,
    _stop: watch::Sender<bool>,
}

/// The world as it is now: what [`Provider::reset`] replaces.
type Present = Arc<RwLock<Arc<World>>>;

/// All that a provider knows.
pub(crate) struct World {
    pub(crate) state: State,
    pub(crate) tenant: TenantId,
    router: Router,
    /// Passwords by the names that people type.
    pub(crate) passwords: Mutex<HashMap<String, String>>,
    _stop: watch::Sender<bool>,
}

impl Provider {
    /// Starts one on a loopback port, within a tokio runtime.
    ///
    /// # Errors
    /// [`Error::Start`], [`Error::Invalid`].
    pub async fn start(options: Options) -> Result<Self, Error> {
        let socket = TcpListener::bind(("127.0.0.1", options.port)).await.map_err(Error::start)?;
        let issuer = format!("http://{}", socket.local_addr().map_err(Error::start)?);
        let clock = Arc::new(VirtualClock::new(options.now)?);
        let keys = PrivateKeys::generate(&FAST, &[KeyManagement::EcdhEs])?;
        let world = World::new(&issuer, &options, &clock, &keys).await?;
        let present = Arc::new(RwLock::new(Arc::new(world)));
        let faults = Arc::new(Faults::default());
        let front = front(&present, &faults);
        let stop = ground::listen(socket, front, &Limits::default(), &SystemRng::new());
        Ok(Self { issuer, options, clock, keys, faults, present, _stop: stop })
    }

    /// `iss` of its tokens, and what its URLs begin with.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Forgets every user, client, grant, session, setting and fault, and puts the clock back. The issuer stays, and
    /// so do the keys of the start: whoever keeps a copy of the key set can go on.
    ///
    /// # Errors
    /// [`Error::Start`].
    pub async fn reset(&self) -> Result<(), Error> {
        let fresh = VirtualClock::new(self.options.now)?;
        self.clock.take(&fresh);
        self.faults.reset();
        let world = World::new(&self.issuer, &self.options, &self.clock, &self.keys).await?;
        *self.present.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(world);
        Ok(())
    }

    /// What time it is there, in seconds since 1970.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.clock.now().seconds()
    }

    /// Lets seconds pass; negative ones come back.
    ///
    /// # Errors
    /// [`Error::Invalid`] outside of 1970 to 9999.
    pub fn advance(&self, seconds: i64) -> Result<(), Error> {
        self.clock.advance(seconds)
    }

    /// Makes it that second.
    ///
    /// # Errors
    /// As [`Provider::advance`].
    pub fn set_time(&self, seconds: i64) -> Result<(), Error> {
        self.clock.set(seconds)
    }

    /// Stops the clock; from here on only [`Provider::advance`] and [`Provider::set_time`] move it.
    pub fn freeze(&self) {
        self.clock.freeze();
    }

    /// Lets an endpoint fail.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a fault that is none.
    pub fn fault(&self, endpoint: Endpoint, fault: Fault) -> Result<(), Error> {
        self.faults.set(endpoint, fault)
    }

    /// Ends every fault.
    pub fn clear_faults(&self) {
        self.faults.clear();
    }

    /// How many requests an endpoint has had since the start or the last reset.
    #[must_use]
    pub fn requests(&self, endpoint: Endpoint) -> u64 {
        self.faults.asked(endpoint)
    }

    /// Makes new keys sign at once. The old ones stay published, as after a rotation; or they go at once, as after a
    /// theft, and what they signed is worth nothing.
    ///
    /// # Errors
    /// [`Error::Failed`].
    pub async fn rotate_keys(&self, keep_old: bool) -> Result<(), Error> {
        let world = self.world();
        keys::rotate(&world.state, &world.tenant, keep_old).await
    }

    /// Changes what an operator sets: the members that are named, by the names of the tenant's settings.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name that is unknown or a value that does not fit.
    pub async fn configure(&self, changes: &Map<String, Value>) -> Result<(), Error> {
        let world = self.world();
        let tenants = &world.state.store.tenants;
        let tenant =
            tenants.find(DEFAULT_TENANT).await?.ok_or_else(|| Error::failed("the tenant is gone"))?;
        let mut members = match serde_json::to_value(&tenant.settings).map_err(Error::failed)? {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        members.extend(changes.clone());
        let settings: TenantSettings =
            serde_json::from_value(Value::Object(members)).map_err(Error::invalid)?;
        tenants.update(&tenant.tenant_id, settings, self.clock.now()).await?;
        Ok(())
    }

    pub(crate) fn world(&self) -> Arc<World> {
        Arc::clone(&self.present.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Answers a request as if it had come over the wire, faults included.
    pub(crate) async fn answer(&self, request: Request) -> Response {
        front_answer(&self.present, &self.faults, request).await
    }
}

impl World {
    async fn new(
        issuer: &str,
        options: &Options,
        clock: &Arc<VirtualClock>,
        keys: &PrivateKeys,
    ) -> Result<Self, Error> {
        let store =
            open("sqlite::memory:", credenza_storage::Options::default()).await.map_err(Error::start)?;
        let ground = Ground {
            issuer: issuer.to_owned(),
            store,
            clock: Arc::clone(clock) as Arc<_>,
            schedule: Schedule::default(),
            trusted_proxies: TrustedProxies::default(),
            egress: EgressConfig::default(),
            resolver: Arc::new(SystemResolver),
        };
        let state = ground.state().await?;
        let tenant = ground::create_tenant(&state, DEFAULT_TENANT, options.settings.clone()).await?;
        keys.install(&state, &tenant).await?;
        if options.rsa {
            for algorithm in credenza_protocol::access_token::ALGORITHMS {
                keys::ensure(&state, &tenant, algorithm).await?;
            }
        }
        let stop = ground::tell_clients(&state);
        let router = router(state.clone());
        Ok(Self { state, tenant, router, passwords: Mutex::default(), _stop: stop })
    }

    /// What a request of this moment would work with.
    pub(crate) async fn context(&self) -> Result<Context, Error> {
        let context = Context::load(&self.state, DEFAULT_TENANT, None).await?;
        context.ok_or_else(|| Error::failed("the tenant is gone"))
    }
}

/// The router that is listened with: faults come first, then the present world.
/// The listener lets open connections finish, as it should where people wait; a test that has stopped its provider must
/// not be answered by it.
impl Drop for Provider {
    fn drop(&mut self) {
        self.faults.stop();
    }
}

fn front(present: &Present, faults: &Arc<Faults>) -> Router {
    let (present, faults) = (Arc::clone(present), Arc::clone(faults));
    Router::new().fallback(move |request: Request| {
        let (present, faults) = (Arc::clone(&present), Arc::clone(&faults));
        async move { front_answer(&present, &faults, request).await }
    })
}

async fn front_answer(present: &Present, faults: &Faults, request: Request) -> Response {
    if let Some(answer) = faults.befall(request.uri().path()).await {
        return answer;
    }
    let router = present.read().unwrap_or_else(PoisonError::into_inner).router.clone();
    match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
