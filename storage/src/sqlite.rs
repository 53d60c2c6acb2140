//! SQLite: one thread writes and groups commits; a few connections read.
//!
//! | file | holds |
//! |---|---|
//! | `place` | where the database is: a file or memory |
//! | `job` | a job, which completes at once here |
//! | `connection` | how connections are set up |
//! | `need` | what a write needs of the disk |
//! | `room` | the room on the disk, and who may use the last of it |
//! | `reserve` | the file that keeps room for what frees |
//! | `transaction` | the transaction of a batch, and the savepoint of each job in it |
//! | `writer` | the writing thread |
//! | `readers` | the reading connections |

use std::sync::Arc;

use tokio::sync::oneshot;

use crate::conn::Conn;
use crate::scope::Scope;
use crate::{OpenError, Options, Result, Room, StoreError, failpoint};

mod connection;
mod job;
mod need;
mod place;
#[cfg(test)]
mod plans;
mod readers;
mod reserve;
mod room;
#[cfg(test)]
mod tests;
mod transaction;
mod writer;

use need::Need;
pub(crate) use place::Place;
use readers::Readers;
use room::Disk;
use writer::Writer;

/// How old a revision may be: a read takes microseconds, and many requests may share one.
pub(crate) const SEEN_FOR: std::time::Duration = std::time::Duration::from_millis(1);

/// The database.
#[derive(Debug)]
pub(crate) struct Sqlite {
    writer: Writer,
    /// `None` for a database in memory, which has only one connection.
    readers: Option<Readers>,
    /// `None` in memory, too.
    disk: Option<Arc<Disk>>,
}

impl Sqlite {
    /// Runs a job that only reads.
    pub(crate) async fn read<T, F>(&self, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: AsyncFnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        match &self.readers {
            Some(readers) => readers.read(job).await,
            None => self.writer.run(job::of(job), Scope::Statement, Need::Frees).await,
        }
    }

    /// Runs a job that writes. Returns when its writes are on disk.
    pub(crate) async fn write<T, F>(&self, name: &'static str, job: F, scope: Scope) -> Result<T>
    where
        T: Send + 'static,
        F: AsyncFnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        let job = job::of(async move |conn: &mut Conn| {
            let answer = job(conn).await?;
            failpoint::hit(name, failpoint::Place::Inside)?;
            Ok(answer)
        });
        self.writer.run(job, scope, Need::of(name)).await
    }

    /// Whether there was room when something was last written.
    pub(crate) fn last_room(&self) -> Room {
        self.disk.as_ref().map_or(Room::Enough, |disk| disk.room())
    }

    /// Fills the reserve where it can be, and has the writing thread look at the disk.
    pub(crate) async fn keep_room(&self) -> Result<Room> {
        if let Some(disk) = self.disk.clone() {
            tokio::task::spawn_blocking(move || disk.keep()).await.map_err(StoreError::new)?;
            self.writer.run(Box::new(|_| Ok(())), Scope::Statement, Need::Frees).await?;
        }
        Ok(self.last_room())
    }

    /// Stops reading, then writes what is queued and joins the writing thread.
    pub(crate) async fn close(&self) {
        if let Some(readers) = &self.readers {
            readers.close().await;
        }
        self.writer.close().await;
    }
}

/// Opens the database, runs the migrations and starts the writing thread.
pub(crate) async fn open(place: &Place, options: &Options) -> std::result::Result<Sqlite, OpenError> {
    let wanted = options.readers.unwrap_or_else(|| {
        std::thread::available_parallelism().map_or(2, std::num::NonZero::get).clamp(2, 8)
    });
    let at = place.clone();
    let disk = Disk::under(place)?.map(Arc::new);
    let opened = disk.clone();
    let (conn, readers) = off_the_reactor(move || {
        if let Some(disk) = opened {
            disk.make_way();
        }
        let mut conn = connection::writer(&at)?;
        connection::migrate(&at, &mut conn)?;
        let readers = match at {
            Place::Memory => None,
            Place::File(_) => Some(
                (0..wanted.max(1))
                    .map(|_| connection::reader(&at))
                    .collect::<std::result::Result<Vec<_>, _>>()?,
            ),
        };
        Ok((conn, readers))
    })
    .await?;
    let writer = Writer::start(place.clone(), conn, disk.clone(), Arc::clone(&options.counters))?;
    Ok(Sqlite { writer, readers: readers.map(Readers::new), disk })
}

/// Runs the migrations and closes the file.
pub(crate) async fn migrate(place: &Place) -> std::result::Result<Vec<String>, OpenError> {
    let at = place.clone();
    off_the_reactor(move || connection::migrate(&at, &mut connection::writer(&at)?)).await
}

/// Opening waits for locks and for the disk, so it has a thread of its own.
async fn off_the_reactor<T: Send + 'static>(
    work: impl FnOnce() -> std::result::Result<T, OpenError> + Send + 'static,
) -> std::result::Result<T, OpenError> {
    let (answer, answered) = oneshot::channel();
    std::thread::Builder::new()
        .name("credenza-open".to_owned())
        .spawn(move || drop(answer.send(work())))
        .map_err(|error| OpenError::Connect(error.to_string()))?;
    answered.await.map_err(|_| OpenError::Connect("the opening thread ended".to_owned()))?
}
