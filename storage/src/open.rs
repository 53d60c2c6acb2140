//! Opens the store that a URL names.

use std::sync::Arc;

use crate::Store;
use crate::redis::{self, RedisOptions};
use crate::sqlite::{self, Counters};

/// How a store is opened.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Connections that read; as many as there are processors, at most 8, when not given.
    pub readers: Option<usize>,
    /// What the SQLite store counts of its own work.
    pub counters: Arc<Counters>,
    /// Redis, where it is to be used beside the database.
    pub redis: Option<RedisOptions>,
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL does not begin with the name of a database known here.
    #[error("the database URL must begin with `sqlite:`; `{0}:` is not supported")]
    Scheme(String),
    /// The URL names no file.
    #[error("the database URL must be `sqlite:PATH` or `sqlite::memory:`: {0}")]
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
    let sql = sqlite::open(&place(url)?, options).await?;
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
    sqlite::migrate(&place(url)?).await
}

fn place(url: &str) -> Result<sqlite::Place, OpenError> {
    match url.split_once(':') {
        Some(("sqlite", rest)) => sqlite::Place::parse(rest),
        // Only the scheme is shown: what follows may hold a password.
        Some((scheme, _)) => Err(OpenError::Scheme(scheme.to_owned())),
        None => Err(OpenError::Url("it has no scheme")),
    }
}
