//! How connections are set up, and how migrations are run.

use std::error::Error;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::Place;
use crate::conn::Conn;
use crate::{OpenError, Result};

pub(super) const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations/sqlite");

/// How long a connection waits for another process's lock.
const BUSY: Duration = Duration::from_secs(5);

/// `synchronous=FULL`: what was acknowledged survives a loss of power. Checkpoints are rare, since each makes writers
/// wait for two more flushes.
const WRITER: &str = "PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; \
                      PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 4000; \
                      PRAGMA journal_size_limit = 16777216;";
const READER: &str = "PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;";

/// Opens the connection that writes; creates the file if there is none.
pub(super) fn writer(place: &Place) -> std::result::Result<Conn, OpenError> {
    place.make()?;
    let mut raw = establish(place)?;
    if *place != Place::Memory {
        write_ahead(place, &mut raw)?;
    }
    raw.batch_execute(WRITER).map_err(|error| refused(place, &error))?;
    Ok(Conn::from(raw))
}

/// Opens a connection that only reads.
pub(super) fn reader(place: &Place) -> std::result::Result<Conn, OpenError> {
    let mut raw = establish(place)?;
    raw.batch_execute(READER).map_err(|error| refused(place, &error))?;
    Ok(Conn::from(raw))
}

/// Copies the write-ahead log into the database as far as readers allow, so that the next write begins it anew
/// instead of making it longer.
pub(super) fn checkpoint(conn: &mut Conn) -> Result<()> {
    Ok(conn.sqlite()?.batch_execute("PRAGMA wal_checkpoint(PASSIVE)")?)
}

/// How many bytes of the file hold nothing, and are used before the file grows.
pub(super) fn unused(conn: &mut Conn) -> Result<u64> {
    let pages = "SELECT freelist_count * page_size AS bytes FROM pragma_freelist_count, pragma_page_size";
    let unused: Unused = diesel::sql_query(pages).get_result(conn.sqlite()?)?;
    Ok(u64::try_from(unused.bytes).unwrap_or_default())
}

/// The unused part of the file.
#[derive(QueryableByName)]
struct Unused {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    bytes: i64,
}

/// Runs the migrations under the database's write lock, so that of two servers that start at once one does the work
/// and the other finds it done.
pub(super) fn migrate(place: &Place, conn: &mut Conn) -> std::result::Result<Vec<String>, OpenError> {
    let raw = conn.sqlite().map_err(|error| refused(place, &error))?;
    let done = raw.immediate_transaction(|raw| {
        let versions = raw.run_pending_migrations(MIGRATIONS).map_err(Failed)?;
        Ok::<_, Failed>(versions.iter().map(ToString::to_string).collect())
    });
    done.map_err(|Failed(error)| {
        place.locked(&error).unwrap_or_else(|| OpenError::Migrate(error.to_string()))
    })
}

/// An error of a migration, as a transaction can return it.
struct Failed(Box<dyn Error + Send + Sync>);

impl From<diesel::result::Error> for Failed {
    fn from(error: diesel::result::Error) -> Self {
        Self(Box::new(error))
    }
}

fn establish(place: &Place) -> std::result::Result<SqliteConnection, OpenError> {
    let mut raw =
        SqliteConnection::establish(&place.name()?).map_err(|error| OpenError::Connect(error.to_string()))?;
    let patience = format!("PRAGMA busy_timeout = {}", BUSY.as_millis());
    raw.batch_execute(&patience).map_err(|error| refused(place, &error))?;
    Ok(raw)
}

/// Turns the write-ahead log on. SQLite does not wait for the lock that this takes, so of two processes that create
/// the same file one may be refused at first.
fn write_ahead(place: &Place, raw: &mut SqliteConnection) -> std::result::Result<(), OpenError> {
    let began = Instant::now();
    loop {
        let answer = diesel::sql_query("PRAGMA journal_mode = WAL").get_result::<Mode>(raw);
        match answer {
            Ok(mode) if mode.journal_mode == "wal" => return Ok(()),
            Ok(mode) => {
                let kept = format!("its file system has no write-ahead log, but {}", mode.journal_mode);
                return Err(OpenError::Connect(kept));
            }
            Err(error) if error.to_string().contains("locked") && began.elapsed() < BUSY => {
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(error) => return Err(refused(place, &error)),
        }
    }
}

/// The journal mode that SQLite reports.
#[derive(QueryableByName)]
struct Mode {
    #[diesel(sql_type = diesel::sql_types::Text)]
    journal_mode: String,
}

fn refused(place: &Place, error: &diesel::result::Error) -> OpenError {
    place.locked(error).unwrap_or_else(|| OpenError::Connect(error.to_string()))
}
