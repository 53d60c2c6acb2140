//! Opens the store that a URL names.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use crate::counters::Counters;
use crate::db::{Db, Home};
#[cfg(feature = "mysql")]
use crate::mysql;
use crate::outbox::Events;
#[cfg(feature = "pooled")]
use crate::pooled::{self, address::Address};
#[cfg(feature = "postgres")]
use crate::postgres;
#[cfg(feature = "redis")]
use crate::redis;
#[cfg(feature = "sqlite")]
use crate::sqlite;
use crate::{RedisOptions, Store};

/// How a store is opened.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Connections that read SQLite; by default one per processor, between 2 and 8.
    pub readers: Option<usize>,
    /// The pool of connections to a database server.
    pub pool: PoolOptions,
    /// What the store counts of its own work.
    pub counters: Arc<Counters>,
    /// Which events are written, for whom.
    pub events: Events,
    /// Redis, if it is to be used beside the database.
    pub redis: Option<RedisOptions>,
}

/// A pool of connections.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PoolOptions {
    /// The maximum number of connections.
    pub size: usize,
    /// How long a job waits for a free connection.
    pub wait_timeout: Duration,
    /// How long connecting may take.
    pub connect_timeout: Duration,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self { size: 16, wait_timeout: Duration::from_secs(5), connect_timeout: Duration::from_secs(5) }
    }
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The scheme of the URL is not that of a supported database.
    #[error("the database URL must begin with `sqlite:`, `postgres:` or `mysql:`; `{0}:` is not supported")]
    Scheme(String),
    /// The database is supported, but this build was made without its driver.
    #[error("this build was made without the driver for `{0}:`")]
    Driver(String),
    /// The URL has another form than its database asks for.
    #[error("the database URL is not usable: {0}")]
    Url(&'static str),
    /// The file could not be created or opened.
    #[error("the database file {path}: {source}")]
    File {
        /// The path, as the URL has it.
        path: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The database could not be set up.
    #[error("the database could not be opened: {0}")]
    Connect(String),
    /// Another process holds the file, and did not let go of it in time.
    #[error("the database file {0} is locked: another process holds it")]
    Locked(String),
    /// Redis answers but cannot be used, or its URL is wrong. That it does not answer is not an error.
    #[error("Redis: {0}")]
    Redis(String),
    /// The tables could not be brought up to date.
    #[error("the migration of the database failed: {0}")]
    Migrate(String),
}

impl OpenError {
    /// What an operator can do about it, as a part of a sentence.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Scheme(_) | Self::Url(_) => {
                "write database_url as sqlite:FILE, postgres://USER:PASSWORD@HOST/NAME or mysql://USER:PASSWORD@HOST/NAME"
            }
            Self::Driver(_) => "use a build with that driver, or a database_url of another kind",
            Self::File { source, .. } => match source.kind() {
                ErrorKind::NotFound => "create the directory that it is in, or correct database_url",
                ErrorKind::PermissionDenied => {
                    "run this as the user that runs the server, or give this user the right to read and write it and its \
                     directory"
                }
                _ => "see that it is a file which this user can read and write, or correct database_url",
            },
            Self::Connect(_) => {
                "see that database_url names the right file or server, that the server is up, and that its user and password \
                 are right (`credenza check-config` shows the URL without them)"
            }
            Self::Locked(_) => {
                "stop that process (a server and commands of Credenza do not lock each other out; a backup, an editor of \
                 databases or a container that was left behind may), or wait for it, then try again"
            }
            Self::Redis(_) => {
                "correct redis_url, or that server's configuration, or remove the setting: Redis is optional"
            }
            Self::Migrate(_) => {
                "see that the user of the database may create and alter tables and that there is room, then run \
                 `credenza migrate` again"
            }
        }
    }
}

/// Opens the store at `url`, creates it if there is none, and runs the migrations.
///
/// # Errors
/// [`OpenError`] says which part of the URL or of the file is wrong.
pub async fn open(url: &str, options: Options) -> Result<Store, OpenError> {
    let redis = options.redis.clone();
    let (home, seen_for) = match place(url)? {
        #[cfg(feature = "sqlite")]
        Place::Sqlite(place) => (Home::Sqlite(sqlite::open(&place, &options).await?), sqlite::SEEN_FOR),
        #[cfg(feature = "postgres")]
        Place::Postgres(address) => {
            (Home::Server(postgres::open(address, &options).await?), pooled::SEEN_FOR)
        }
        #[cfg(feature = "mysql")]
        Place::Mysql(address) => (Home::Server(mysql::open(address, &options).await?), pooled::SEEN_FOR),
    };
    let sql = Store::of(&Arc::new(Db::new(home, options.counters, options.events, seen_for)));
    match redis {
        #[cfg(feature = "redis")]
        Some(redis) => redis::wrap(sql, &redis).await,
        #[cfg(not(feature = "redis"))]
        Some(_) => Err(OpenError::Redis("this build was made without its driver".to_owned())),
        None => Ok(sql),
    }
}

/// Runs the migrations of the store at `url`; returns those that were pending.
///
/// # Errors
/// As [`open`].
pub async fn migrate(url: &str) -> Result<Vec<String>, OpenError> {
    match place(url)? {
        #[cfg(feature = "sqlite")]
        Place::Sqlite(place) => sqlite::migrate(&place).await,
        #[cfg(feature = "postgres")]
        Place::Postgres(address) => postgres::migrate(address).await,
        #[cfg(feature = "mysql")]
        Place::Mysql(address) => mysql::migrate(address).await,
    }
}

/// Checks a URL without opening anything.
///
/// # Errors
/// [`OpenError::Scheme`], [`OpenError::Driver`], [`OpenError::Url`].
pub fn check_url(url: &str) -> Result<(), OpenError> {
    place(url).map(drop)
}

enum Place {
    #[cfg(feature = "sqlite")]
    Sqlite(sqlite::Place),
    #[cfg(feature = "postgres")]
    Postgres(Address),
    #[cfg(feature = "mysql")]
    Mysql(Address),
}

/// The schemes that a build with every driver takes.
const KNOWN: [&str; 5] = ["sqlite", "postgres", "postgresql", "mysql", "mariadb"];

fn place(url: &str) -> Result<Place, OpenError> {
    match url.split_once(':') {
        #[cfg(feature = "sqlite")]
        Some(("sqlite", rest)) => sqlite::Place::parse(rest).map(Place::Sqlite),
        #[cfg(feature = "postgres")]
        Some(("postgres" | "postgresql", _)) => Address::parse(url).map(Place::Postgres),
        #[cfg(feature = "mysql")]
        Some(("mysql" | "mariadb", _)) => Address::parse(url).map(Place::Mysql),
        Some((scheme, _)) if KNOWN.contains(&scheme) => Err(OpenError::Driver(scheme.to_owned())),
        // Only the scheme is shown: what follows may hold a password.
        Some((scheme, _)) => Err(OpenError::Scheme(scheme.to_owned())),
        None => Err(OpenError::Url("it has no scheme")),
    }
}
