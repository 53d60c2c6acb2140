//! The database: where the jobs of every noun are run. Each noun of [`Store`](crate::Store) is implemented by it, in
//! `sql/`.

use std::sync::Arc;
use std::time::Duration;

use crate::conn::Conn;
use crate::counters::Counters;
use crate::outbox::Events;
#[cfg(feature = "pooled")]
use crate::pooled::Pooled;
use crate::scope::Scope;
use crate::seen::Seen;
#[cfg(feature = "sqlite")]
use crate::sqlite::Sqlite;
use crate::{Result, Room, failpoint};

/// Where the data is.
#[derive(Debug)]
pub(crate) enum Home {
    /// In a file, or in memory.
    #[cfg(feature = "sqlite")]
    Sqlite(Sqlite),
    /// At a server.
    #[cfg(feature = "pooled")]
    Server(Pooled),
}

/// A database.
#[derive(Debug)]
pub(crate) struct Db {
    home: Home,
    pub(crate) counters: Arc<Counters>,
    pub(crate) events: Events,
    pub(crate) seen: Seen,
}

impl Db {
    /// The database at this place, whose revision may be as old as `seen_for`.
    pub(crate) fn new(home: Home, counters: Arc<Counters>, events: Events, seen_for: Duration) -> Self {
        Self { home, counters, events, seen: Seen::new(seen_for) }
    }

    /// Runs a job that only reads.
    pub(crate) async fn read<T, F>(&self, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: AsyncFnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        Counters::add(&self.counters.reads);
        match &self.home {
            #[cfg(feature = "sqlite")]
            Home::Sqlite(file) => file.read(job).await,
            #[cfg(feature = "pooled")]
            Home::Server(pool) => pool.read(job).await,
        }
    }

    /// Runs a job whose writes are all kept or, if it returns an error, all rolled back. Returns when they are on
    /// disk.
    pub(crate) async fn write<T, F>(&self, name: &'static str, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: AsyncFnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        let answer = self.run(name, job, Scope::Transaction).await;
        self.seen.forget();
        answer
    }

    /// Like [`Db::write`], for a job of one statement or of several that may each stand alone: at a server each is one
    /// round trip.
    pub(crate) async fn statement<T, F>(&self, name: &'static str, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: AsyncFnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        self.run(name, job, Scope::Statement).await
    }

    /// Like [`Db::write`] where an event must commit with the one statement of the job; otherwise like
    /// [`Db::statement`].
    pub(crate) async fn effect<T, F>(&self, name: &'static str, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: AsyncFnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        let scope = if self.events.wanted() { Scope::Transaction } else { Scope::Statement };
        let answer = self.run(name, job, scope).await;
        if scope == Scope::Transaction {
            self.seen.forget();
        }
        answer
    }

    async fn run<T, F>(&self, name: &'static str, job: F, scope: Scope) -> Result<T>
    where
        T: Send + 'static,
        F: AsyncFnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        Counters::add(&self.counters.writes);
        failpoint::hit(name, failpoint::Place::Before)?;
        let answer = match &self.home {
            #[cfg(feature = "sqlite")]
            Home::Sqlite(file) => file.write(name, job, scope).await,
            #[cfg(feature = "pooled")]
            Home::Server(pool) => pool.write(name, job, scope).await,
        }?;
        failpoint::hit(name, failpoint::Place::After)?;
        Ok(answer)
    }

    /// Whether there was room when something was last written. A server keeps its own room, and says with each write
    /// whether there was enough.
    pub(crate) fn last_room(&self) -> Room {
        match &self.home {
            #[cfg(feature = "sqlite")]
            Home::Sqlite(file) => file.last_room(),
            #[cfg(feature = "pooled")]
            Home::Server(_) => Room::Enough,
        }
    }

    /// Makes room where that is ours to do, and looks again.
    pub(crate) async fn keep_room(&self) -> Result<Room> {
        match &self.home {
            #[cfg(feature = "sqlite")]
            Home::Sqlite(file) => file.keep_room().await,
            #[cfg(feature = "pooled")]
            Home::Server(_) => Ok(self.last_room()),
        }
    }

    /// Ends the jobs that are under way, and refuses later ones.
    pub(crate) async fn close(&self) {
        self.seen.forget();
        match &self.home {
            #[cfg(feature = "sqlite")]
            Home::Sqlite(file) => file.close().await,
            #[cfg(feature = "pooled")]
            Home::Server(pool) => pool.close(),
        }
    }
}
