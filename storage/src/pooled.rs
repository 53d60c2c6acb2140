//! A database server, reached through a pool of connections; each job gets one.
//!
//! | file | holds |
//! |---|---|
//! | `conn` | the connection that every job gets |
//! | `address` | the URL of a server |
//! | `tls` | whose certificates are trusted |
//! | `migration` | how migrations are run |

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use deadpool::Runtime;
use diesel::connection::InstrumentationEvent;
use diesel::query_builder::QueryFragment;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, PoolableConnection, RecyclingMethod,
};
use diesel_async::{AsyncConnection, TransactionManager};

use crate::counters::Counters;
use crate::outbox::Events;
use crate::seen::Seen;
use crate::{OpenError, Options, Result, Room, StoreError, failpoint};

pub(crate) mod address;
pub(crate) mod conn;
pub(crate) mod migration;
pub(crate) mod tls;

/// How old a revision may be: long enough for many requests to share one round trip.
const SEEN_FOR: std::time::Duration = std::time::Duration::from_millis(5);

/// The database. Each noun of [`crate::Store`] is implemented by it, in `sql/`.
pub(crate) struct Pooled<C: PoolableConnection + Send + 'static>
where
    for<'a> Ping: diesel_async::methods::LoadQuery<'a, C, i32>,
    diesel::query_builder::SqlQuery: QueryFragment<C::Backend>,
{
    pool: Pool<C>,
    counters: Arc<Counters>,
    pub(crate) events: Events,
    pub(crate) seen: Seen,
}

/// What the pool sends to test a connection.
pub(crate) type Ping = diesel::dsl::select<diesel::dsl::AsExprOf<i32, diesel::sql_types::Integer>>;

impl<C: PoolableConnection + Send + 'static> Pooled<C>
where
    for<'a> Ping: diesel_async::methods::LoadQuery<'a, C, i32>,
    diesel::query_builder::SqlQuery: QueryFragment<C::Backend>,
{
    /// A pool whose connections `connect` opens.
    pub(crate) fn new<F>(
        options: &Options,
        connect: impl Fn() -> F + Send + Sync + 'static,
    ) -> std::result::Result<Self, OpenError>
    where
        F: Future<Output = diesel::ConnectionResult<C>> + Send + 'static,
    {
        let counters = Arc::clone(&options.counters);
        let counted = Arc::clone(&counters);
        let connect = Arc::new(connect);
        let mut config = ManagerConfig::default();
        config.recycling_method = RecyclingMethod::Fast;
        config.custom_setup = Box::new(move |_| {
            let (connect, counters) = (Arc::clone(&connect), Arc::clone(&counted));
            Box::pin(async move {
                let mut conn = connect().await?;
                conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
                    if matches!(event, InstrumentationEvent::StartQuery { .. }) {
                        Counters::add(&counters.statements);
                    }
                });
                Ok(conn)
            })
        });
        let manager = AsyncDieselConnectionManager::new_with_config("", config);
        let pool = Pool::builder(manager)
            .max_size(options.pool.size)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(options.pool.wait_timeout))
            .create_timeout(Some(options.pool.connect_timeout))
            .recycle_timeout(Some(options.pool.connect_timeout))
            .build()
            .map_err(|error| OpenError::Connect(error.to_string()))?;
        Ok(Self { pool, counters, events: options.events.clone(), seen: Seen::new(SEEN_FOR) })
    }

    /// Runs a job that only reads.
    pub(crate) async fn read<T, F>(&self, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: AsyncFnOnce(&mut C) -> Result<T> + Send + 'static,
    {
        Counters::add(&self.counters.reads);
        let mut conn = self.conn().await?;
        let answer = job(&mut conn).await;
        Self::give_back(conn, answer)
    }

    /// Runs a job in a transaction: an error rolls back all its writes.
    pub(crate) async fn write<T, F>(&self, name: &'static str, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: AsyncFnOnce(&mut C) -> Result<T> + Send + 'static,
    {
        Counters::add(&self.counters.writes);
        failpoint::hit(name, failpoint::Place::Before)?;
        let mut conn = self.conn().await?;
        let answer = transaction(&mut *conn, name, job).await;
        self.seen.forget();
        let answer = Self::give_back(conn, answer)?;
        failpoint::hit(name, failpoint::Place::After)?;
        Ok(answer)
    }

    /// Like [`Pooled::write`], for a job of one statement or of several that may each stand alone: without a
    /// transaction, so that each statement is one round trip.
    pub(crate) async fn statement<T, F>(&self, name: &'static str, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: AsyncFnOnce(&mut C) -> Result<T> + Send + 'static,
    {
        Counters::add(&self.counters.writes);
        failpoint::hit(name, failpoint::Place::Before)?;
        let mut conn = self.conn().await?;
        let answer = job(&mut conn).await;
        let answer = Self::give_back(conn, answer)?;
        failpoint::hit(name, failpoint::Place::After)?;
        Ok(answer)
    }

    async fn conn(&self) -> Result<Object<C>> {
        self.pool.get().await.map_err(StoreError::new)
    }

    /// Returns a connection to the pool, but not one on which a job failed: it may be dead, which not every driver
    /// knows, and a new one costs little beside the failure.
    fn give_back<T>(conn: Object<C>, answer: Result<T>) -> Result<T> {
        if answer.is_err() {
            drop(Object::<C>::take(conn));
        }
        answer
    }

    /// The server keeps its own room, and says with each write whether there was enough.
    pub(crate) fn last_room(&self) -> Room {
        Room::Enough
    }

    /// As [`Pooled::last_room`].
    #[expect(clippy::unused_async, reason = "as for the other databases")]
    pub(crate) async fn keep_room(&self) -> Result<Room> {
        Ok(self.last_room())
    }

    /// Closes the connections; later jobs are refused.
    #[expect(clippy::unused_async, reason = "as for the other databases")]
    pub(crate) async fn close(&self) {
        self.seen.forget();
        self.pool.close();
    }
}

/// A transaction around the job. If the caller is dropped in the middle it is rolled back, since the pool discards a
/// connection that is returned within one.
async fn transaction<C, T, F>(conn: &mut C, name: &'static str, job: F) -> Result<T>
where
    C: AsyncConnection,
    F: AsyncFnOnce(&mut C) -> Result<T>,
{
    C::TransactionManager::begin_transaction(conn).await?;
    let answer = match job(conn).await {
        Ok(answer) => failpoint::hit(name, failpoint::Place::Inside).map(|()| answer),
        Err(error) => Err(error),
    };
    match answer {
        Ok(answer) => {
            C::TransactionManager::commit_transaction(conn).await?;
            Ok(answer)
        }
        Err(error) => {
            // If this fails, the connection is lost, and the transaction with it.
            let _ = C::TransactionManager::rollback_transaction(conn).await;
            Err(error)
        }
    }
}

impl<C: PoolableConnection + Send + 'static> fmt::Debug for Pooled<C>
where
    for<'a> Ping: diesel_async::methods::LoadQuery<'a, C, i32>,
    diesel::query_builder::SqlQuery: QueryFragment<C::Backend>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pooled").field("status", &self.pool.status()).finish_non_exhaustive()
    }
}
