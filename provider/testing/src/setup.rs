//! What every provider in a test is built from: the state of the server with cheap password hashing, its listener and its
//! tenants. The fixtures of Credenza's own suites use it too.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use credenza::accounts::password::{Cost, PasswordPool};
use credenza::accounts::places::Places;
use credenza::admin::{Administration, tenants};
use credenza::clock::Clock;
use credenza::config::{
    AdminConfig, CaptchaConfig, EgressConfig, Limits, MailConfig, TrustedProxies, WebhookConfig,
};
use credenza::egress::{Egress, Resolve};
use credenza::events;
use credenza::following::Following;
use credenza::keys::maker::Maker;
use credenza::keys::root::Root;
use credenza::keys::schedule::Schedule;
use credenza::keys::seal::{MasterKey, MasterKeys};
use credenza::listener::{Knowledge, Server};
use credenza::logos::Logos;
use credenza::logouts;
use credenza::mail::{self, Mailer};
use credenza::remote_keys::RemoteKeys;
use credenza::request_objects::RequestObjects;
use credenza::rng::{Rng, SystemRng};
use credenza::state::{BULK, Parts, Revised, State};
use credenza::telemetry::{Metrics, RequestIds};
use credenza_protocol::ids::TenantId;
use credenza_protocol::tenant::TenantSettings;
use credenza_storage::Store;
use tokio::net::TcpListener;
use tokio::sync::{Notify, Semaphore, watch};

use crate::Error;
use crate::error::accept;

/// How long a request may take.
const REQUEST: Duration = Duration::from_secs(30);

/// The parts of the state of a provider that differ between tests.
pub struct Setup {
    /// The issuer of the default tenant.
    pub issuer: String,
    /// Storage.
    pub store: Store,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// How often signing keys are changed.
    pub schedule: Schedule,
    /// Proxies that are trusted.
    pub trusted_proxies: TrustedProxies,
    /// The settings of outbound fetches.
    pub egress: EgressConfig,
    /// The settings of the admin API.
    pub admin: AdminConfig,
    /// The settings of webhooks, but for the hosts that may be reached, which are those of outbound fetches.
    pub webhooks: WebhookConfig,
    /// What tells people and robots apart, if there is such a service.
    pub captcha: Option<CaptchaConfig>,
    /// Where people are by their addresses, if there is a file of that.
    pub places: Option<Arc<Places>>,
    /// How mail is sent, if it is.
    pub mail: Option<MailConfig>,
    /// The resolver for outbound fetches.
    pub resolver: Arc<dyn Resolve>,
}

impl Setup {
    /// The state of the server.
    ///
    /// # Errors
    /// [`Error::Start`].
    pub async fn state(self) -> Result<State, Error> {
        let rng: Arc<dyn Rng> = Arc::new(SystemRng::new());
        let master = MasterKeys::from(MasterKey::from_bytes(&[7; 32]));
        let root = Root::load(&self.store, &master, rng.as_ref(), self.clock.now()).await;
        let root = root.map_err(Error::start)?;
        let mail = self.mail.as_ref().map(|config| Mailer::new(config, &root)).transpose();
        let metrics = Arc::new(Metrics::new().map_err(Error::start)?);
        let waiting = metrics.password_queue.clone();
        let webhooks = WebhookConfig { allow: self.egress.allow.clone(), ..self.webhooks };
        let egress = Egress::new(&self.egress, self.resolver, Arc::clone(&metrics));
        Ok(State::new(Parts {
            issuer: self.issuer,
            store: self.store,
            clock: self.clock,
            master,
            root,
            schedule: self.schedule,
            maker: Maker::default(),
            passwords: PasswordPool::start(cost()?, 1, Arc::clone(&rng), waiting).map_err(Error::start)?,
            metrics,
            trusted_proxies: self.trusted_proxies,
            admin: self.admin,
            bulk: Arc::new(Semaphore::new(BULK)),
            captcha: self.captcha,
            places: self.places,
            mail: mail.map_err(Error::start)?,
            logouts: Notify::new(),
            following: Following::new(REQUEST),
            webhooks,
            messages: Notify::new(),
            egress: egress.map_err(Error::start)?,
            remote_keys: RemoteKeys::default(),
            request_objects: RequestObjects::default(),
            logos: Logos::default(),
            realms: Revised::with_capacity(100),
            clients: Revised::with_capacity(1000),
            verified: Revised::with_capacity(1000),
            living: Revised::with_capacity(1000),
            rng,
        }))
    }
}

/// Serves the router on the socket until the returned sender is dropped.
#[must_use]
pub fn listen(
    socket: TcpListener,
    router: Router,
    limits: &Limits,
    rng: &dyn Rng,
    knowledge: Knowledge,
) -> watch::Sender<bool> {
    let (stop, stopped) = watch::channel(false);
    let server = Server::new(router, None, limits, RequestIds::new(rng), knowledge);
    tokio::spawn(server.run(socket, stopped));
    stop
}

/// Delivers back-channel logouts until the returned sender is dropped.
#[must_use]
pub fn deliver_logouts(state: &State) -> watch::Sender<bool> {
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(logouts::run(state.clone(), stopped));
    stop
}

/// Sends mail until the returned sender is dropped.
#[must_use]
pub fn deliver_mail(state: &State) -> watch::Sender<bool> {
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(mail::run(state.clone(), stopped));
    stop
}

/// Sends events to webhooks, where the store writes them, until the returned sender is dropped.
#[must_use]
pub fn deliver_webhooks(state: &State) -> watch::Sender<bool> {
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(events::webhooks(state.clone(), stopped));
    stop
}

/// Creates a tenant without keys.
///
/// # Errors
/// [`Error::Invalid`] when there is one of that name, or an operator could not make it either.
pub async fn create_tenant(state: &State, name: &str, settings: TenantSettings) -> Result<TenantId, Error> {
    let admin = Administration::of_server(state, state.clock.now());
    let created = tenants::create(&admin, name, settings).await?;
    Ok(accept(created, "tenant", name)?.tenant_id)
}

/// The lowest cost of argon2id.
fn cost() -> Result<Cost, Error> {
    Cost::new(8, 1, 1).ok_or_else(|| Error::start("argon2 knows no such cost"))
}
