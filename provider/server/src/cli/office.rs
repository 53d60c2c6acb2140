//! What commands work with: the database, and the master key if it is at hand.

use std::io::{self, Write as _};
use std::sync::Arc;

use credenza_protocol::tenant::{DEFAULT_TENANT, Tenant};
use credenza_protocol::time::Time;
use credenza_storage::{Options, PoolOptions, Store};

use super::Failure;
use crate::accounts::password::Cost;
use crate::clock::{Clock as _, SystemClock};
use crate::config::{DatabaseUrl, Events, RedisConfig, Settings, Sources};
use crate::keys::schedule::Schedule;
use crate::keys::seal::MasterKeys;
use crate::rng::SystemRng;
use crate::{dev, events, serve};

/// The settings of a command. It serves nobody, so how people reach the server is none of its business.
pub(super) fn settings(sources: Sources) -> Result<Settings, Failure> {
    Ok(Settings::load(sources.set("insecure_http", "true", "a command"))?)
}

/// Which database, and its master key.
pub(super) struct Place {
    pub(super) database_url: DatabaseUrl,
    pool: PoolOptions,
    redis: Option<RedisConfig>,
    events: Events,
    master_keys: Option<MasterKeys>,
    schedule: Schedule,
    cost: Cost,
}

impl Place {
    /// The database that the settings name; without any, that of `credenza dev` in this directory, if
    /// there is one; else the default.
    pub(super) fn find(sources: Sources) -> Result<Self, Failure> {
        let unnamed = !sources.has("database_url") && !sources.has("master_key") && !sources.has_file();
        let settings = settings(sources)?;
        let (cost, schedule, pool) = (settings.password.cost, settings.keys, settings.pool);
        if unnamed && let Some(found) = dev::Files::find()? {
            let _ = writeln!(io::stderr(), "using the development database {}", found.database_url);
            let master_keys = Some(found.master_key.into());
            return Ok(Self {
                database_url: found.database_url,
                pool,
                redis: None,
                events: Events::default(),
                master_keys,
                schedule,
                cost,
            });
        }
        Ok(Self {
            database_url: settings.database_url.unwrap_or_default(),
            pool,
            redis: settings.redis,
            events: settings.events,
            master_keys: settings.master_keys,
            schedule,
            cost,
        })
    }
}

/// What commands work with.
pub(super) struct Office {
    pub(super) store: Store,
    pub(super) rng: SystemRng,
    pub(super) cost: Cost,
    pub(super) master_keys: Option<MasterKeys>,
    pub(super) schedule: Schedule,
}

impl Office {
    pub(super) async fn open(sources: Sources) -> Result<Self, Failure> {
        let place = Place::find(sources)?;
        // What a command changes must reach what the servers keep in Redis.
        let redis = place.redis.map(|redis| redis.options);
        // And what it changes is told as what a server changes.
        let events = events::written(&place.events, Arc::new(SystemClock), Arc::new(SystemRng::new()));
        let options = Options { redis, events, pool: place.pool, ..Options::default() };
        let store = credenza_storage::open(place.database_url.as_str(), options).await?;
        let Place { cost, master_keys, schedule, .. } = place;
        Ok(Self { store, rng: SystemRng::new(), cost, master_keys, schedule })
    }

    pub(super) fn now(&self) -> Time {
        SystemClock.now()
    }

    /// The tenant of that name; the default one is made when a command is the first to use the database.
    pub(super) async fn tenant(&self, name: &str) -> Result<Tenant, Failure> {
        if name == DEFAULT_TENANT {
            return Ok(serve::default_tenant(&self.store, &self.rng, self.now()).await?);
        }
        let tenant = self.store.tenants.find(name).await?;
        tenant.ok_or_else(|| Failure::new(format!("there is no tenant {name:?}")))
    }

    /// The master key, for `what` needs it.
    pub(super) fn need_master_key(&self, what: &str) -> Result<&MasterKeys, Failure> {
        self.master_keys.as_ref().ok_or_else(|| {
            Failure::new(format!(
                "{what} needs the master key: set master_key, or CREDENZA_MASTER_KEY, as the server has it"
            ))
        })
    }
}
