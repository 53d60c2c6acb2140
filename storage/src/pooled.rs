//! A database server, reached through a pool of connections; each job gets one.
//!
//! | file | holds |
//! |---|---|
//! | `address` | the URL of a server |
//! | `tls` | whose certificates are trusted |
//! | `migration` | how migrations are run |

use std::fmt;
use std::sync::Arc;

use deadpool::Runtime;
use deadpool::managed::{Manager, Metrics, Object, Pool, RecycleError, RecycleResult};
use diesel::{ConnectionError, ConnectionResult};
use futures_util::future::{BoxFuture, FutureExt};

use crate::conn::Conn;
use crate::counters::Counters;
use crate::scope::Scope;
use crate::{OpenError, Options, Result, StoreError, failpoint};

pub(crate) mod address;
pub(crate) mod migration;
pub(crate) mod tls;

/// How old a revision may be: long enough for many requests to share one round trip.
pub(crate) const SEEN_FOR: std::time::Duration = std::time::Duration::from_millis(5);

/// The pool.
pub(crate) struct Pooled {
    pool: Pool<Connector>,
}

/// Opens connections for the pool.
struct Connector {
    connect: Box<dyn Fn() -> BoxFuture<'static, ConnectionResult<Conn>> + Send + Sync>,
    counters: Arc<Counters>,
}

impl Manager for Connector {
    type Type = Conn;
    type Error = ConnectionError;

    async fn create(&self) -> ConnectionResult<Conn> {
        Ok((self.connect)().await?.counted(Arc::clone(&self.counters)))
    }

    async fn recycle(&self, conn: &mut Conn, _: &Metrics) -> RecycleResult<ConnectionError> {
        if conn.is_broken() {
            return Err(RecycleError::message("the connection is broken, or in a transaction"));
        }
        Ok(())
    }
}

impl Pooled {
    /// A pool whose connections `connect` opens.
    ///
    /// # Errors
    /// [`OpenError::Connect`].
    pub(crate) fn new<F>(
        options: &Options,
        connect: impl Fn() -> F + Send + Sync + 'static,
    ) -> std::result::Result<Self, OpenError>
    where
        F: Future<Output = ConnectionResult<Conn>> + Send + 'static,
    {
        let connect = Box::new(move || connect().boxed());
        let pool = Pool::builder(Connector { connect, counters: Arc::clone(&options.counters) })
            .max_size(options.pool.size)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(options.pool.wait_timeout))
            .create_timeout(Some(options.pool.connect_timeout))
            .recycle_timeout(Some(options.pool.connect_timeout))
            .build()
            .map_err(|error| OpenError::Connect(error.to_string()))?;
        Ok(Self { pool })
    }

    /// Runs a job that only reads.
    pub(crate) async fn read<T, F>(&self, job: F) -> Result<T>
    where
        F: AsyncFnOnce(&mut Conn) -> Result<T>,
    {
        let mut conn = self.conn().await?;
        let answer = job(&mut conn).await;
        give_back(conn, answer)
    }

    /// Runs a job that writes.
    pub(crate) async fn write<T, F>(&self, name: &'static str, job: F, scope: Scope) -> Result<T>
    where
        F: AsyncFnOnce(&mut Conn) -> Result<T>,
    {
        let mut conn = self.conn().await?;
        if scope == Scope::Transaction {
            conn.begin().await?;
        }
        let answer = job(&mut conn).await;
        let answer = match scope {
            Scope::Transaction => end(&mut conn, name, answer).await,
            Scope::Statement => answer,
        };
        give_back(conn, answer)
    }

    async fn conn(&self) -> Result<Object<Connector>> {
        self.pool.get().await.map_err(StoreError::new)
    }

    /// Closes the connections; later jobs are refused.
    pub(crate) fn close(&self) {
        self.pool.close();
    }
}

/// Ends the transaction of a job. If its caller is dropped before, it is rolled back, since the pool discards a
/// connection that is returned within one.
async fn end<T>(conn: &mut Conn, name: &'static str, answer: Result<T>) -> Result<T> {
    let answer = match answer {
        Ok(answer) => failpoint::hit(name, failpoint::Place::Inside).map(|()| answer),
        Err(error) => Err(error),
    };
    match answer {
        Ok(answer) => {
            conn.commit().await?;
            Ok(answer)
        }
        Err(error) => {
            // If this fails, the connection is lost, and the transaction with it.
            let _ = conn.roll_back().await;
            Err(error)
        }
    }
}

/// Returns a connection to the pool, but not one on which a job failed: it may be dead, which not every driver
/// knows, and a new one costs little beside the failure.
fn give_back<T>(conn: Object<Connector>, answer: Result<T>) -> Result<T> {
    if answer.is_err() {
        drop(Object::take(conn));
    }
    answer
}

impl fmt::Debug for Pooled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pooled").field("status", &self.pool.status()).finish_non_exhaustive()
    }
}
