//! The installation that a command works on: its database, and its master key if there is one at hand.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use credenza_protocol::tenant::{DEFAULT_TENANT, Tenant};
use credenza_storage::{Options, PoolOptions, Store};

use super::Failure;
use super::outcome::Subject;
use crate::accounts::password::{Cost, Hasher};
use crate::admin::{self, Administration, Authority, tenants};
use crate::clock::{Clock as _, SystemClock};
use crate::config::{DatabaseUrl, Events, MailConfig, RedisConfig, Settings, Sources, WebhookConfig};
#[cfg(feature = "demo")]
use crate::dev;
use crate::events;
use crate::keys::root::Root;
use crate::keys::schedule::Schedule;
use crate::keys::seal::MasterKeys;
use crate::mail::Mailer;
use crate::rng::SystemRng;

/// The settings of a command. It serves nobody, so it does not matter to it how people reach the server.
pub(super) fn settings(sources: Sources) -> Result<Settings, Failure> {
    Ok(Settings::load(sources.set("insecure_http", "true", "a command"))?)
}

/// Where an installation is, and what its configuration says.
pub(super) struct Place {
    pub(super) database_url: DatabaseUrl,
    pool: PoolOptions,
    redis: Option<RedisConfig>,
    events: Events,
    webhooks: WebhookConfig,
    mail: Option<MailConfig>,
    master_keys: Option<MasterKeys>,
    schedule: Schedule,
    cost: Cost,
    issuer: Option<String>,
}

impl Place {
    /// The database that the settings name; where they name none, that of `credenza dev` in this directory, if there is
    /// one; otherwise the default.
    pub(super) fn find(sources: Sources) -> Result<Self, Failure> {
        #[cfg(feature = "demo")]
        let found = development(&sources)?;
        let is_named = sources.has("database_url");
        let settings = settings(sources)?;
        let place = Self {
            database_url: settings.database_url,
            pool: settings.pool,
            redis: settings.redis,
            events: settings.events,
            webhooks: settings.webhooks,
            mail: settings.mail,
            master_keys: settings.master_keys,
            schedule: settings.keys,
            cost: settings.password.cost,
            issuer: settings.issuer.map(|issuer| issuer.as_str().to_owned()),
        };
        #[cfg(feature = "demo")]
        if let Some(found) = found {
            let _ = writeln!(io::stderr(), "using the development database {}", found.database_url);
            return Ok(Self {
                database_url: found.database_url,
                redis: None,
                events: Events {
                    keep: place.events.keep,
                    webhooks: place.events.webhooks,
                    ..Events::default()
                },
                master_keys: Some(found.master_key.into()),
                mail: place.mail.or_else(|| Some(MailConfig::to_inbox())),
                ..place
            });
        }
        if !is_named && !default_file().exists() {
            let _ = writeln!(
                io::stderr(),
                "making the database {}: no setting names another",
                place.database_url
            );
        }
        Ok(place)
    }
}

/// The file of the database that is used where no setting names one.
fn default_file() -> PathBuf {
    DatabaseUrl::default().as_str().trim_start_matches("sqlite:").into()
}

/// The directory of `credenza dev`, if there is one and no setting names a database. `dev` takes a configuration file for
/// everything else, and with the same file commands find the database that it uses.
#[cfg(feature = "demo")]
fn development(sources: &Sources) -> Result<Option<dev::Files>, Failure> {
    if sources.has("database_url") || sources.has("master_key") {
        return Ok(None);
    }
    let Some(found) = dev::Files::find()? else { return Ok(None) };
    if sources.has_file() && default_file().exists() {
        return Err(Failure::new(format!(
            "there are two databases here, {} of `credenza dev` and {}, and no setting says which one is meant: set \
             database_url, or CREDENZA_DATABASE_URL, to one of them",
            found.database_url,
            DatabaseUrl::default()
        )));
    }
    Ok(Some(found))
}

/// What commands work with.
pub(super) struct Installation {
    pub(super) store: Store,
    pub(super) rng: SystemRng,
    pub(super) cost: Cost,
    pub(super) master_keys: Option<MasterKeys>,
    pub(super) schedule: Schedule,
    /// As people reach it, if the settings say so.
    pub(super) issuer: Option<String>,
    pub(super) webhooks: WebhookConfig,
    pub(super) mail: Option<MailConfig>,
}

/// Whether there is an installation on this machine: settings name one, or one is found where commands look for it.
pub(super) fn is_here(sources: &Sources) -> bool {
    let is_named = sources.has_file() || sources.has("database_url") || default_file().exists();
    #[cfg(feature = "demo")]
    let is_named = is_named || dev::Files::find().is_ok_and(|found| found.is_some());
    is_named
}

impl Installation {
    pub(super) async fn open(sources: Sources) -> Result<Self, Failure> {
        let place = Place::find(sources)?;
        // What a command changes must also change what servers keep in Redis.
        let redis = place.redis.map(|redis| redis.options);
        // And it is announced in the same way as what a server changes.
        let events = events::written(&place.events, Arc::new(SystemClock), Arc::new(SystemRng::new()));
        let options = Options { redis, events, pool: place.pool, ..Options::default() };
        let store = credenza_storage::open(place.database_url.as_str(), options).await?;
        let Place { cost, master_keys, schedule, issuer, webhooks, mail, .. } = place;
        Ok(Self { store, rng: SystemRng::new(), cost, master_keys, schedule, issuer, webhooks, mail })
    }

    /// What the use cases need, at this moment.
    pub(super) fn admin(&self) -> Administration<'_> {
        Administration {
            store: &self.store,
            rng: &self.rng,
            now: SystemClock.now(),
            master_keys: self.master_keys.as_ref(),
            schedule: self.schedule,
            passwords: Hasher::Here(&self.cost),
            authority: Authority::Everything,
            webhooks: &self.webhooks,
        }
    }

    /// Encrypts mail as the server does, which sends it; nothing where none is sent.
    pub(super) async fn mailer(&self) -> Result<Option<Mailer>, Failure> {
        let Some(config) = &self.mail else { return Ok(None) };
        let Some(master) = &self.master_keys else {
            return Err(admin::Error::NoMasterKey("a mail").into());
        };
        let root = Root::load(&self.store, master, &self.rng, SystemClock.now()).await;
        let root = root.map_err(admin::Error::Failed)?;
        Mailer::new(config, &root).map(Some).map_err(Failure::new)
    }

    /// The tenant of that name; the default one is made when a command is the first to use the database.
    pub(super) async fn tenant(&self, name: &str) -> Result<Tenant, Failure> {
        if name == DEFAULT_TENANT {
            return Ok(tenants::ensure_default(&self.admin()).await?);
        }
        let tenant = tenants::find(&self.admin(), name).await?;
        tenant.ok_or_else(|| Subject::tenant(name).absent())
    }
}
