//! A connection whose every statement is done at its first poll, so that one text of queries, written
//! for asynchronous databases, runs here without a runtime.

use std::error::Error;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use diesel_async::sync_connection_wrapper::{SpawnBlocking, SyncConnectionWrapper};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use futures_util::future::{BoxFuture, FutureExt, ready};

use super::Place;
use crate::{OpenError, Result, StoreError};

pub(super) const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations/sqlite");

/// How long a connection waits for another process's lock.
const BUSY: Duration = Duration::from_secs(5);

/// `synchronous=FULL`: what was answered survives the loss of power.
const WRITER: &str = "PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; \
                      PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864;";
const READER: &str = "PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;";

/// Runs what may block at once, where it is called.
#[derive(Debug)]
pub(crate) struct Inline;

impl SpawnBlocking for Inline {
    fn spawn_blocking<'a, R>(
        &mut self,
        task: impl FnOnce() -> R + Send + 'static,
    ) -> BoxFuture<'a, std::result::Result<R, Box<dyn Error + Send + Sync + 'static>>>
    where
        R: Send + 'static,
    {
        Box::pin(ready(Ok(task())))
    }

    fn get_runtime() -> Self {
        Self
    }
}

/// The connection that every job gets.
pub(crate) type Conn = SyncConnectionWrapper<SqliteConnection, Inline>;

/// Drives a job to its end, which it reaches at once unless it awaits something that is no statement.
pub(super) fn finish<T>(job: impl Future<Output = Result<T>>) -> Result<T> {
    let stray = || Err(StoreError::new("a job awaited something other than its connection"));
    job.now_or_never().unwrap_or_else(stray)
}

/// Opens the connection that writes; makes the file if there is none.
pub(super) fn writer(place: &Place) -> std::result::Result<Conn, OpenError> {
    place.make()?;
    let mut raw = establish(place)?;
    if *place != Place::Memory {
        write_ahead(&mut raw)?;
    }
    raw.batch_execute(WRITER).map_err(refused)?;
    Ok(Conn::with_runtime(raw, Inline))
}

/// Opens a connection that only reads.
pub(super) fn reader(place: &Place) -> std::result::Result<Conn, OpenError> {
    let mut raw = establish(place)?;
    raw.batch_execute(READER).map_err(refused)?;
    Ok(Conn::with_runtime(raw, Inline))
}

/// Brings the tables up to date under the database's write lock, so that of two starters one does the
/// work and the other finds it done.
pub(super) fn migrate(conn: &mut Conn) -> std::result::Result<Vec<String>, OpenError> {
    let failed = |error: Box<dyn Error + Send + Sync>| OpenError::Migrate(error.to_string());
    let done = conn.spawn_blocking(move |raw| {
        Ok(raw.immediate_transaction(|raw| {
            let versions = raw.run_pending_migrations(MIGRATIONS).map_err(Failed)?;
            Ok::<_, Failed>(versions.iter().map(ToString::to_string).collect())
        }))
    });
    match done.now_or_never() {
        Some(Ok(Ok(versions))) => Ok(versions),
        Some(Ok(Err(Failed(error)))) => Err(failed(error)),
        Some(Err(error)) => Err(failed(Box::new(error))),
        None => Err(OpenError::Migrate("it did not run".to_owned())),
    }
}

/// An error of a migration, which a transaction can answer.
struct Failed(Box<dyn Error + Send + Sync>);

impl From<diesel::result::Error> for Failed {
    fn from(error: diesel::result::Error) -> Self {
        Self(Box::new(error))
    }
}

fn establish(place: &Place) -> std::result::Result<SqliteConnection, OpenError> {
    let mut raw =
        SqliteConnection::establish(&place.name()?).map_err(|error| OpenError::Connect(error.to_string()))?;
    raw.batch_execute(&format!("PRAGMA busy_timeout = {}", BUSY.as_millis())).map_err(refused)?;
    Ok(raw)
}

/// Turns the write-ahead log on. SQLite does not wait for the lock that this takes, so of two who make
/// the same file one may be refused at first.
fn write_ahead(raw: &mut SqliteConnection) -> std::result::Result<(), OpenError> {
    let began = Instant::now();
    loop {
        match raw.batch_execute("PRAGMA journal_mode = WAL") {
            Ok(()) => return Ok(()),
            Err(error) if began.elapsed() > BUSY => return Err(refused(error)),
            Err(_) => std::thread::sleep(Duration::from_millis(5)),
        }
    }
}

fn refused(error: diesel::result::Error) -> OpenError {
    OpenError::Connect(error.to_string())
}
