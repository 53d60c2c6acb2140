//! A provider in the test's own process, on a loopback port: the real router, the real listener, the
//! real storage, and a clock that moves only when a test advances it.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use credenza::accounts::places::Places;
use credenza::clock::{Clock, ManualClock};
use credenza::config::{
    AdminConfig, Allow, CaptchaConfig, EgressConfig, Limits, MailConfig, TrustedProxies, WebhookConfig,
};
use credenza::egress::Resolve;
use credenza::http::router;
use credenza::keys::FIRST_ALGORITHMS;
use credenza::keys::schedule::Schedule;
use credenza::rng::{self, SystemRng};
use credenza::serve;
use credenza::state::State;
use credenza_protocol::claims::{Address, StandardClaims};
use credenza_protocol::event::Stamp;
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::tenant::{DEFAULT_TENANT, Tenant, TenantSettings};
use credenza_protocol::time::{Seconds, Time};
use credenza_storage::{Events, Options, Sink, Store, Update, open};
use credenza_testing::keys::PrivateKeys;
use credenza_testing::setup::{self, Setup};
use credenza_validator::jwe::KeyManagement;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::http_client::Request;
use crate::outside::{HOSTS, Names, certificates};
use crate::people::store_user;

/// The time at which a new provider starts.
const BEGINNING: Time = Time::from_seconds(1_800_000_000);

/// A running provider; it stops when it is dropped.
pub struct Provider {
    /// Its state, to look behind the wire.
    pub state: State,
    /// Its clock.
    pub clock: Arc<ManualClock>,
    /// The issuer of the default tenant.
    pub issuer: String,
    address: String,
    _stop: [watch::Sender<bool>; 4],
}

/// A person who can sign in.
#[derive(Clone, Debug)]
pub struct Person {
    /// `sub`.
    pub user_id: UserId,
    /// The name they type.
    pub username: String,
    /// The password they type.
    pub password: String,
}

/// Builds a provider that differs from the usual one.
#[derive(Default)]
pub struct Builder {
    issuer: Option<String>,
    database_url: Option<String>,
    trusted_proxies: Vec<String>,
    limits: Limits,
    store: Option<Store>,
    clock: Option<Arc<ManualClock>>,
    schedule: Schedule,
    egress: Option<EgressConfig>,
    resolver: Option<Arc<dyn Resolve>>,
    admin: AdminConfig,
    keeps_events: bool,
    webhooks: bool,
    captcha: Option<CaptchaConfig>,
    places: Option<Arc<Places>>,
    mail: Option<MailConfig>,
}

impl Builder {
    /// Keeps events, as a server does unless it is set otherwise.
    #[must_use]
    pub fn keeping_events(mut self) -> Self {
        self.keeps_events = true;
        self
    }

    /// Has a service that tells people and robots apart.
    #[must_use]
    pub fn captcha(mut self, captcha: CaptchaConfig) -> Self {
        self.captcha = Some(captcha);
        self
    }

    /// Looks places up in that file.
    #[must_use]
    pub fn places(mut self, file: &Path) -> Self {
        self.places = Some(Arc::new(Places::open(file).unwrap()));
        self
    }

    /// Sends mail into memory: see [`Provider::mails`].
    #[must_use]
    pub fn mailing(mut self) -> Self {
        self.mail = Some(MailConfig::to_inbox());
        self
    }

    /// An issuer other than the listening address, such as an https one.
    #[must_use]
    pub fn issuer(mut self, issuer: &str) -> Self {
        self.issuer = Some(issuer.to_owned());
        self
    }

    /// A database other than one in memory.
    #[must_use]
    pub fn database_url(mut self, url: &str) -> Self {
        self.database_url = Some(url.to_owned());
        self
    }

    /// A store that is already open, such as one that fails on demand.
    #[must_use]
    pub fn store(mut self, store: Store) -> Self {
        self.store = Some(store);
        self
    }

    /// The clock of another provider.
    #[must_use]
    pub fn clock(mut self, clock: Arc<ManualClock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Another schedule of signing keys than the default.
    #[must_use]
    pub fn schedule(mut self, schedule: Schedule) -> Self {
        self.schedule = schedule;
        self
    }

    /// Other limits than the defaults.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Trusted proxies, as networks.
    #[must_use]
    pub fn trusted_proxies(mut self, networks: &[&str]) -> Self {
        self.trusted_proxies = networks.iter().map(|network| (*network).to_owned()).collect();
        self
    }

    /// Settings of outbound fetches in place of [`egress`].
    #[must_use]
    pub fn egress(mut self, egress: EgressConfig) -> Self {
        self.egress = Some(egress);
        self
    }

    /// A resolver that knows other names than those of an [`crate::Outside`].
    #[must_use]
    pub fn resolver(mut self, resolver: Arc<dyn Resolve>) -> Self {
        self.resolver = Some(resolver);
        self
    }

    /// Other settings of the admin API than the defaults.
    #[must_use]
    pub fn admin(mut self, admin: AdminConfig) -> Self {
        self.admin = admin;
        self
    }

    /// Sends events to webhooks. A store that is already open writes what it was opened for.
    #[must_use]
    pub fn webhooks(mut self) -> Self {
        self.webhooks = true;
        self
    }

    /// Starts it.
    pub async fn start(self) -> Provider {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", socket.local_addr().unwrap());
        let issuer = self.issuer.unwrap_or_else(|| address.clone());
        let url = self.database_url.as_deref().unwrap_or("sqlite::memory:");
        let clock = self.clock.unwrap_or_else(|| Arc::new(ManualClock::at(BEGINNING)));
        let events = match (self.keeps_events, self.webhooks) {
            (false, true) => for_webhooks(&clock),
            (true, webhooks) => kept_events(&clock, webhooks),
            (false, false) => Events::default(),
        };
        let store = match self.store {
            Some(store) => store,
            None => open(url, Options { events, ..Options::default() }).await.unwrap(),
        };
        let setup = Setup {
            issuer: issuer.clone(),
            store,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            schedule: self.schedule,
            trusted_proxies: TrustedProxies::parse(&self.trusted_proxies).unwrap(),
            egress: self.egress.unwrap_or_else(egress),
            admin: self.admin,
            webhooks: WebhookConfig::default(),
            captcha: self.captcha,
            places: self.places,
            mail: self.mail,
            resolver: self.resolver.unwrap_or_else(|| Arc::new(Names::default())),
        };
        let state = setup.state().await.unwrap();
        let knowledge = serve::knowledge(&state);
        let rng = state.rng.as_ref();
        let served = setup::listen(socket, router(state.clone()), &self.limits, rng, knowledge);
        let told = setup::deliver_logouts(&state);
        let sent = setup::deliver_webhooks(&state);
        let mailed = setup::deliver_mail(&state);
        let provider = Provider { state, clock, issuer, address, _stop: [served, told, sent, mailed] };
        if provider.state.store.tenants.find(DEFAULT_TENANT).await.unwrap().is_none() {
            provider.tenant(DEFAULT_TENANT).await;
        }
        provider
    }
}

/// Events that are kept for a month, with ids that cannot be guessed.
fn kept_events(clock: &Arc<ManualClock>, webhooks: bool) -> Events {
    let (clock, rng) = (Arc::clone(clock), SystemRng::new());
    let stamp = move || Stamp { id: rng::id(&rng), at: clock.now() };
    let sinks = if webhooks { vec![Sink::Webhooks] } else { vec![] };
    Events::kept(sinks, Some(Seconds(30 * 86_400)), stamp)
}

impl Provider {
    /// A provider with an empty store in memory, whose issuer is its address.
    pub async fn start() -> Self {
        Self::builder().start().await
    }

    /// A builder for a provider that differs from the usual one.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The same provider, reached by a proxy: what the proxy's addresses begin with in place of the issuer. Without this,
    /// requests come as from a proxy that strips the path of the issuer, if it has one.
    #[must_use]
    pub fn through(mut self, proxy: &str) -> Self {
        proxy.clone_into(&mut self.address);
        self
    }

    /// What the URLs of the provider begin with.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.issuer
    }

    /// The address that serves a URL of the issuer.
    #[must_use]
    pub fn reach(&self, url: &str) -> String {
        match url.strip_prefix(&self.issuer) {
            Some(rest) => format!("{}{rest}", self.address),
            None => url.to_owned(),
        }
    }

    /// The address of a path below the issuer.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// The current time of its clock, in seconds.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.clock.now().seconds()
    }

    /// Advances the clock.
    pub fn pass(&self, seconds: i64) {
        self.clock.advance(Seconds(seconds));
    }

    /// Changes the settings of the default tenant, as an operator does.
    pub async fn change_settings(&self, change: impl FnOnce(&mut TenantSettings)) {
        self.change_settings_of(DEFAULT_TENANT, change).await;
    }

    /// Changes the settings of a tenant.
    pub async fn change_settings_of(&self, name: &str, change: impl FnOnce(&mut TenantSettings)) {
        let tenants = &self.state.store.tenants;
        let Tenant { tenant_id, mut settings, version, .. } = tenants.find(name).await.unwrap().unwrap();
        change(&mut settings);
        let updated = tenants.update(&tenant_id, version, settings, self.clock.now()).await.unwrap();
        assert_eq!(updated, Update::Updated);
    }

    /// The default tenant.
    pub async fn default_tenant(&self) -> TenantId {
        self.tenant_id(DEFAULT_TENANT).await
    }

    /// The tenant of that name.
    pub async fn tenant_id(&self, name: &str) -> TenantId {
        self.state.store.tenants.find(name).await.unwrap().unwrap().tenant_id
    }

    /// Makes a tenant, with keys that were made once for all tests.
    pub async fn tenant(&self, name: &str) -> TenantId {
        let tenant_id = setup::create_tenant(&self.state, name, TenantSettings::default()).await.unwrap();
        private_keys(name).install(&self.state, &tenant_id).await.unwrap();
        tenant_id
    }

    /// Makes a user of the default tenant, with all nineteen standard claims.
    pub async fn user(&self, username: &str) -> Person {
        self.user_of(DEFAULT_TENANT, username).await
    }

    /// Makes a user of a tenant.
    pub async fn user_of(&self, tenant: &str, username: &str) -> Person {
        let tenant = self.tenant_id(tenant).await;
        let password = format!("correct horse of {username}");
        let user_id = store_user(&self.state, &tenant, username, &password, claims(username)).await;
        Person { user_id, username: username.to_owned(), password }
    }

    /// Disables a user of the default tenant.
    pub async fn disable_user(&self, user: &Person) {
        let tenant = self.default_tenant().await;
        let now = Some(self.clock.now());
        assert!(self.state.store.users.set_disabled(&tenant, &user.user_id, now).await.unwrap());
    }

    /// The provider metadata of the default tenant.
    pub async fn metadata(&self) -> Value {
        Request::get(self.at("/.well-known/openid-configuration")).send().await.json()
    }

    /// The key set of the default tenant.
    pub async fn jwks(&self) -> Value {
        Request::get(self.at("/jwks")).send().await.json()
    }
}

/// Events for webhooks, by a clock of the tests.
fn for_webhooks(clock: &Arc<ManualClock>) -> Events {
    let (clock, last) = (Arc::clone(clock), AtomicU64::new(0));
    let id = move || format!("event-{}", last.fetch_add(1, Ordering::Relaxed));
    Events::new(vec![Sink::Webhooks], move || Stamp { id: id(), at: clock.now() })
}

/// Settings of outbound fetches that reach an [`crate::Outside`] by its names, and no other private address.
#[must_use]
pub fn egress() -> EgressConfig {
    let allow = Allow::parse(&HOSTS.map(str::to_owned)).unwrap();
    EgressConfig { allow, ca: certificates(), ..EgressConfig::default() }
}

/// Keys are made once in the process for the default tenant and once for all others: RSA keys are slow
/// to make.
fn private_keys(tenant: &str) -> &'static PrivateKeys {
    static DEFAULT: OnceLock<PrivateKeys> = OnceLock::new();
    static OTHER: OnceLock<PrivateKeys> = OnceLock::new();
    let keys = if tenant == DEFAULT_TENANT { &DEFAULT } else { &OTHER };
    keys.get_or_init(|| PrivateKeys::generate(&FIRST_ALGORITHMS, &KeyManagement::ALL).unwrap())
}

fn claims(username: &str) -> StandardClaims {
    let some = |text: &str| Some(text.to_owned());
    StandardClaims {
        name: some("Alice Liddell"),
        given_name: some("Alice"),
        family_name: some("Liddell"),
        middle_name: some("Pleasance"),
        nickname: some("Al"),
        preferred_username: some(username),
        profile: some("https://people.test/alice"),
        picture: some("https://people.test/alice.png"),
        website: some("https://alice.test"),
        gender: some("female"),
        birthdate: some("1852-05-04"),
        zoneinfo: some("Europe/London"),
        locale: some("en-GB"),
        email: Some(format!("{username}@people.test")),
        email_verified: Some(true),
        address: Some(Address {
            formatted: some("The Deanery\nOxford"),
            street_address: some("The Deanery"),
            locality: some("Oxford"),
            region: some("Oxfordshire"),
            postal_code: some("OX1 1DP"),
            country: some("United Kingdom"),
        }),
        phone_number: some("+44 1865 276150"),
        phone_number_verified: Some(false),
    }
}
