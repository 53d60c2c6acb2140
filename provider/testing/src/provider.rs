//! A provider in the test's process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use credenza::admin::settings::with_changes;
use credenza::admin::{Administration, tenants};
use credenza::clock::Clock as _;
use credenza::config::{AdminConfig, EgressConfig, Limits, TrustedProxies, WebhookConfig};
use credenza::context::Context;
use credenza::egress::SystemResolver;
use credenza::http::router;
use credenza::keys::schedule::Schedule;
use credenza::listener::Knowledge;
use credenza::rng::SystemRng;
use credenza::state::State;
use credenza_protocol::ids::TenantId;
use credenza_protocol::tenant::{DEFAULT_TENANT, Tenant};
use credenza_storage::open;
use credenza_validator::jwe::KeyManagement;
use serde_json::{Map, Value};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower::ServiceExt as _;

use crate::clock::VirtualClock;
use crate::error::accept;
use crate::faults::{Endpoint, Fault, Faults};
use crate::keys::{self, FAST, PrivateKeys};
use crate::setup::{self, Setup};
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

/// The current world, which [`Provider::reset`] replaces.
type Present = Arc<RwLock<Arc<World>>>;

/// The state of a provider.
pub(crate) struct World {
    pub(crate) state: State,
    pub(crate) tenant: TenantId,
    router: Router,
    /// Passwords by username.
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
        let stop = setup::listen(socket, front, &Limits::default(), &SystemRng::new(), Knowledge::default());
        Ok(Self { issuer, options, clock, keys, faults, present, _stop: stop })
    }

    /// `iss` of its tokens, and the prefix of its URLs.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Removes every user, client, grant, session, setting and fault, and resets the clock. The issuer and the first
    /// keys stay, so that cached key sets remain valid.
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

    /// The time of its clock, in seconds since 1970.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.clock.now().seconds()
    }

    /// Advances the clock by seconds, or back by negative ones.
    ///
    /// # Errors
    /// [`Error::Invalid`] outside of 1970 to 9999.
    pub fn advance(&self, seconds: i64) -> Result<(), Error> {
        self.clock.advance(seconds)
    }

    /// Sets the clock to that second.
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

    /// Sets a fault of an endpoint.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a fault without effect.
    pub fn fault(&self, endpoint: Endpoint, fault: Fault) -> Result<(), Error> {
        self.faults.set(endpoint, fault)
    }

    /// Removes every fault.
    pub fn clear_faults(&self) {
        self.faults.clear();
    }

    /// How many requests an endpoint has had since the start or the last reset.
    #[must_use]
    pub fn requests(&self, endpoint: Endpoint) -> u64 {
        self.faults.asked(endpoint)
    }

    /// Replaces the signing keys at once. The old ones stay published, as after a rotation; or they are disabled, as
    /// after a theft, and their signatures are no longer valid.
    ///
    /// # Errors
    /// [`Error::Failed`].
    pub async fn rotate_keys(&self, keep_old: bool) -> Result<(), Error> {
        let world = self.world();
        keys::rotate(&world.admin(), &world.tenant, keep_old).await
    }

    /// Changes settings of the tenant, by their names.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an unknown name or an invalid value.
    pub async fn configure(&self, changes: &Map<String, Value>) -> Result<(), Error> {
        let world = self.world();
        let mut tenant = world.tenant_record().await?;
        tenant.settings = with_changes(&tenant.settings, changes.clone()).map_err(Error::invalid)?;
        accept(tenants::update(&world.admin(), tenant).await?, "tenant", DEFAULT_TENANT).map(drop)
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
        let setup = Setup {
            issuer: issuer.to_owned(),
            store,
            clock: Arc::clone(clock) as Arc<_>,
            schedule: Schedule::default(),
            trusted_proxies: TrustedProxies::default(),
            egress: EgressConfig::default(),
            admin: AdminConfig::default(),
            webhooks: WebhookConfig::default(),
            captcha: None,
            places: None,
            mail: None,
            resolver: Arc::new(SystemResolver),
        };
        let state = setup.state().await?;
        let tenant = setup::create_tenant(&state, DEFAULT_TENANT, options.settings.clone()).await?;
        keys.install(&state, &tenant).await?;
        let stop = setup::deliver_logouts(&state);
        let router = router(state.clone());
        let world = Self { state, tenant, router, passwords: Mutex::default(), _stop: stop };
        if options.rsa {
            for algorithm in credenza_protocol::access_token::ALGORITHMS {
                keys::ensure(&world.admin(), &world.tenant, algorithm).await?;
            }
        }
        Ok(world)
    }

    /// What the use cases of operators need, at this moment.
    pub(crate) fn admin(&self) -> Administration<'_> {
        Administration::of_server(&self.state, self.state.clock.now())
    }

    /// The tenant with its settings.
    pub(crate) async fn tenant_record(&self) -> Result<Tenant, Error> {
        let found = tenants::find(&self.admin(), DEFAULT_TENANT).await?;
        found.ok_or_else(|| Error::failed("the tenant is gone"))
    }

    /// The context of a request at this moment.
    pub(crate) async fn context(&self) -> Result<Context, Error> {
        let context = Context::load(&self.state, DEFAULT_TENANT, None).await?;
        context.ok_or_else(|| Error::failed("the tenant is gone"))
    }
}

/// The listener drains open connections, as it should in production; but a provider that a test has stopped must not
/// answer any more.
impl Drop for Provider {
    fn drop(&mut self) {
        self.faults.stop();
    }
}

/// The router that is served: faults come first, then the present world.
fn front(present: &Present, faults: &Arc<Faults>) -> Router {
    let (present, faults) = (Arc::clone(present), Arc::clone(faults));
    Router::new().fallback(move |request: Request| {
        let (present, faults) = (Arc::clone(&present), Arc::clone(&faults));
        async move { front_answer(&present, &faults, request).await }
    })
}

async fn front_answer(present: &Present, faults: &Faults, request: Request) -> Response {
    if let Some(answer) = faults.apply(request.uri().path()).await {
        return answer;
    }
    let router = present.read().unwrap_or_else(PoisonError::into_inner).router.clone();
    match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
