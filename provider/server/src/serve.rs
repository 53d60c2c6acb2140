//! `credenza serve`: opens the store, builds the state and the router, and runs the listeners until
//! it is asked to stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use credenza_protocol::tenant::DEFAULT_TENANT;
use credenza_storage::{OpenError, Options, Store};
use tokio::net::TcpListener;
use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::accounts::password::PasswordPool;
use crate::accounts::places::Places;
use crate::admin::{Administration, tenants};
use crate::apply::at_start;
use crate::clock::{Clock as _, SystemClock};
use crate::config::{Config, Limits};
use crate::context::Context;
use crate::egress::{Egress, SystemResolver};
use crate::following::Following;
use crate::keys::maker::Maker;
use crate::keys::root::Root;
use crate::listener::{Knowledge, Server, acceptor, descriptors};
use crate::logos::Logos;
use crate::mail::Mailer;
use crate::remote_keys::RemoteKeys;
use crate::request_objects::RequestObjects;
use crate::rng::{Rng, SystemRng};
use crate::state::{BULK, Parts, Revised, State};
use crate::telemetry::{Metrics, RequestIds};
use crate::{events, http, logouts, mail, people};

mod error;
mod housekeeping;
mod signals;

pub use error::Error;

/// Tenants that are kept open at most.
const REALMS: u64 = 1000;
/// Clients that are kept in memory at most.
const CLIENTS: u64 = 10_000;
/// Access tokens whose signatures are remembered at most; a few kilobytes each.
const VERIFIED: u64 = 4096;
/// Connections for metrics at once: a few monitors.
const MONITORS: usize = 64;
/// How long the last events may take when the server stops; what is left is told by the next one.
const LAST_EVENTS: Duration = Duration::from_secs(5);

/// Runs a provider by its configuration.
///
/// # Errors
/// [`Error`] when it cannot start.
pub async fn serve(config: Config) -> Result<(), Error> {
    let store = open(&config).await?;
    apply(&config, &store).await?;
    let front = vec![bind("listen", config.listen).await?];
    let metrics = match config.metrics_listen {
        Some(address) => Some(bind("metrics_listen", address).await?),
        None => None,
    };
    run(config, store, Sockets { front, metrics }, http::router).await
}

/// Applies the file that the setting `apply` names, before anything listens.
///
/// # Errors
/// [`Error`] when it was not carried out.
pub async fn apply(config: &Config, store: &Store) -> Result<(), Error> {
    if let Some(file) = &config.apply {
        at_start(file, config, store, &SystemClock, &SystemRng::new()).await?;
    }
    Ok(())
}

/// Where a server listens, open already.
pub struct Sockets {
    /// For everyone.
    pub front: Vec<TcpListener>,
    /// For `/metrics`, if it is served.
    pub metrics: Option<TcpListener>,
}

/// Opens the store of a configuration.
///
/// # Errors
/// [`Error::Open`] or [`Error::Redis`].
pub async fn open(config: &Config) -> Result<Store, Error> {
    let redis = config.redis.as_ref().map(|redis| redis.options.clone());
    let events = events::written(&config.events, Arc::new(SystemClock), Arc::new(SystemRng::new()));
    let options = Options { redis, events, pool: config.pool, ..Options::default() };
    credenza_storage::open(config.database_url.as_str(), options).await.map_err(|error| match error {
        OpenError::Redis(reason) => Error::Redis(reason),
        error => Error::Open(error),
    })
}

/// Serves what `router` makes of the state, on sockets that are open already, until the process is told to
/// stop.
///
/// # Errors
/// [`Error`] when it cannot start.
pub async fn run(
    config: Config,
    store: Store,
    sockets: Sockets,
    router: impl FnOnce(State) -> Router,
) -> Result<(), Error> {
    let tls = config.tls.as_ref().map(acceptor).transpose()?;
    let state = state(&config, store).await?;
    tenants::ensure_default(&Administration::of_server(&state, state.clock.now())).await?;
    // Opened now, so that a wrong master key is told at the start, and no first request waits for keys.
    Context::load(&state, DEFAULT_TENANT, None).await?;
    let (stop, stopped) = watch::channel(false);
    let mut servers = JoinSet::new();
    if let Some(socket) = sockets.metrics {
        servers.spawn(monitor(&state, &config.limits).run(socket, stopped.clone()));
    }
    let server = front(&config, &state, tls, router(state.clone()));
    for socket in sockets.front {
        servers.spawn(server.clone().run(socket, stopped.clone()));
    }
    let housekeeping = [
        tokio::spawn(housekeeping::run(state.clone())),
        tokio::spawn(housekeeping::keys(state.clone())),
        tokio::spawn(housekeeping::users(state.clone())),
        tokio::spawn(housekeeping::places(state.clone())),
        tokio::spawn(people::due_deletions::run(state.clone())),
    ];
    let (end_events, ended) = watch::channel(false);
    let mut relays = events::deliver(&config, &state, &ended).map_err(Error::Setting)?;
    relays.spawn(logouts::run(state.clone(), ended.clone()));
    relays.spawn(mail::run(state.clone(), ended.clone()));
    tracing::info!(issuer = config.issuer.as_str(), listen = %config.listen, "serving");
    signals::stop().await;
    tracing::info!("stopping");
    let _ = stop.send(true);
    state.following.close();
    tokio::select! {
        () = async { while servers.join_next().await.is_some() {} } => {}
        // Whoever asks twice does not want to wait.
        () = signals::stop() => {}
    }
    // After the last request, so that what it did is told.
    let _ = end_events.send(true);
    let _ = tokio::time::timeout(LAST_EVENTS, async { while relays.join_next().await.is_some() {} }).await;
    relays.abort_all();
    housekeeping.iter().for_each(tokio::task::JoinHandle::abort);
    state.store.maintenance.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// What the requests of a configured server share.
async fn state(config: &Config, store: Store) -> Result<State, Error> {
    let rng: Arc<dyn Rng> = Arc::new(SystemRng::new());
    let root = Root::load(&store, &config.master_keys, rng.as_ref(), SystemClock.now()).await?;
    let metrics = Arc::new(Metrics::new().map_err(|error| Error::System(error.to_string()))?);
    let egress = Egress::new(&config.egress, Arc::new(SystemResolver), Arc::clone(&metrics));
    let mail = config.mail.as_ref().map(|config| Mailer::new(config, &root)).transpose();
    let places = config.places.as_deref().map(Places::open).transpose();
    let passwords = PasswordPool::start(
        config.password.cost.clone(),
        config.password.threads,
        Arc::clone(&rng),
        metrics.password_queue.clone(),
    )
    .map(|pool| pool.refusing(config.password.breached.clone()));
    Ok(State::new(Parts {
        issuer: config.issuer.as_str().to_owned(),
        store,
        clock: Arc::new(SystemClock),
        rng,
        master: config.master_keys.clone(),
        root,
        schedule: config.keys,
        maker: Maker::default(),
        passwords: passwords.map_err(|error| Error::System(error.to_string()))?,
        metrics,
        trusted_proxies: config.trusted_proxies.clone(),
        admin: config.admin.clone(),
        bulk: Arc::new(Semaphore::new(BULK)),
        captcha: config.captcha.clone(),
        places: places.map_err(|error| Error::Setting(format!("places.database: {error}")))?.map(Arc::new),
        mail: mail.map_err(Error::Setting)?,
        logouts: Notify::new(),
        following: Following::new(config.limits.request_timeout),
        webhooks: config.webhooks.clone(),
        messages: Notify::new(),
        egress: egress.map_err(|error| Error::Setting(format!("egress.ca_file: {error}")))?,
        remote_keys: RemoteKeys::default(),
        request_objects: RequestObjects::default(),
        logos: Logos::default(),
        realms: Revised::with_capacity(REALMS),
        clients: Revised::with_capacity(CLIENTS),
        verified: Revised::with_capacity(VERIFIED),
        living: Revised::with_capacity(VERIFIED),
    }))
}

/// The listener that everyone uses.
fn front(config: &Config, state: &State, tls: Option<TlsAcceptor>, router: Router) -> Server {
    if state.is_https() && tls.is_none() && config.trusted_proxies.is_empty() {
        tracing::warn!(
            "trusted_proxies is empty, and the issuer is https without a certificate of its own: everyone behind the \
             proxy will count as one address; list the proxy, or \"loopback\" if it runs on this machine"
        );
    }
    let knowledge = knowledge(state);
    let ids = RequestIds::new(state.rng.as_ref());
    Server::new(router, tls, &descriptors::fit(&config.limits), ids, knowledge)
}

/// What the listener knows of a provider.
#[must_use]
pub fn knowledge(state: &State) -> Knowledge {
    Knowledge {
        trusted_proxies: state.trusted_proxies.clone(),
        metrics: state.metrics.listener.clone(),
        wording: Some(http::wording(state)),
    }
}

/// The listener for `/metrics`, which is nobody's business but the operator's.
fn monitor(state: &State, limits: &Limits) -> Server {
    let metrics = Arc::clone(&state.metrics);
    let text = [("content-type", "text/plain; version=0.0.4; charset=utf-8")];
    let router = Router::new().route("/metrics", get(move || async move { (text, metrics.render()) }));
    let limits = Limits { connections: MONITORS, ..limits.clone() };
    Server::new(router, None, &limits, RequestIds::new(state.rng.as_ref()), Knowledge::default())
}

/// Listens at an address.
///
/// # Errors
/// [`Error::Bind`] names the setting.
pub async fn bind(setting: &'static str, address: SocketAddr) -> Result<TcpListener, Error> {
    TcpListener::bind(address).await.map_err(|source| Error::Bind { setting, address, source })
}
