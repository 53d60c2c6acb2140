//! Opens the store that a URL names.

use std::sync::Arc;
use std::time::Duration;

use crate::counters::Counters;
use crate::outbox::Events;
use crate::pooled::address::Address;
use crate::redis::{self, RedisOptions};
use crate::{Store, mysql, postgres, sqlite};

/// How a store is opened.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Connections that read SQLite; as many as there are processors, at most 8, when not given.
    pub readers: Option<usize>,
    /// The pool of connections to a database server.
    pub pool: PoolOptions,
    /// What the store counts of its own work.
    pub counters: Arc<Counters>,
    /// Which events are written, for whom.
    pub events: Events,
    /// Redis, where it is to be used beside the database.
    pub redis: Option<RedisOptions>,
}

/// A pool of connections.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PoolOptions {
    /// Connections at most.
    pub size: usize,
    /// How long a job waits for a free connection.
    pub wait_timeout: Duration,
    /// How long making a connection may take.
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
    /// The URL does not begin with the name of a database known here.
    #[error("the database URL must begin with `sqlite:`, `postgres:` or `mysql:`; `{0}:` is not supported")]
    Scheme(String),
    /// The URL has another form than its database asks for.
    #[error("the database URL is not usable: {0}")]
    Url(&'static str),
    /// The file could not be made or opened.
    #[error("the database file {path}: {source}")]
    File {
        /// The path, as the URL has it.
        path: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The database refused to be set up.
    #[error("the database could not be opened: {0}")]
    Connect(String),
    /// Redis answers and cannot be used, or its URL is wrong. That it does not answer is no error.
    #[error("Redis: {0}")]
    Redis(String),
    /// The tables could not be brought up to date.
    #[error("the migration of the database failed: {0}")]
    Migrate(String),
}

/// Opens the store at `url`, makes it if there is none, and brings its tables up to date.
///
/// # Errors
/// [`OpenError`] says which part of the URL or of the file is wrong.
pub async fn open(url: &str, options: Options) -> Result<Store, OpenError> {
    let redis = options.redis.clone();
    let sql = match place(url)? {
        Place::Sqlite(place) => sqlite::open(&place, options).await,
        Place::Postgres(address) => postgres::open(address, &options).await,
        Place::Mysql(address) => mysql::open(address, &options).await,
    }?;
    match redis {
        Some(redis) => redis::wrap(sql, &redis).await,
        None => Ok(sql),
    }
}

/// Brings the tables of the store at `url` up to date, and answers which migrations that took.
///
/// # Errors
/// As [`open`].
pub async fn migrate(url: &str) -> Result<Vec<String>, OpenError> {
    match place(url)? {
        Place::Sqlite(place) => sqlite::migrate(&place).await,
        Place::Postgres(address) => postgres::migrate(address).await,
        Place::Mysql(address) => mysql::migrate(address).await,
    }
}

/// Looks at a URL without opening anything.
///
/// # Errors
/// [`OpenError::Scheme`], [`OpenError::Url`].
pub fn check_url(url: &str) -> Result<(), OpenError> {
    place(url).map(drop)
}

enum Place {
    Sqlite(sqlite::Place),
    Postgres(Address),
    Mysql(Address),
}

fn place(url: &str) -> Result<Place, OpenError> {
    match url.split_once(':') {
        Some(("sqlite", rest)) => sqlite::Place::parse(rest).map(Place::Sqlite),
        Some(("postgres" | "postgresql", _)) => Address::parse(url).map(Place::Postgres),
        Some(("mysql" | "mariadb", _)) => Address::parse(url).map(Place::Mysql),
        // Only the scheme is shown: what follows may hold a password.
        Some((scheme, _)) => Err(OpenError::Scheme(scheme.to_owned())),
        None => Err(OpenError::Url("it has no scheme")),
    }
}
