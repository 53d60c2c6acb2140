//! What connections to servers have in common.

use std::sync::Arc;

use diesel::QueryResult;
use diesel::connection::InstrumentationEvent;
use diesel::query_builder::QueryFragment;
use diesel_async::pooled_connection::PoolableConnection;
use diesel_async::{AnsiTransactionManager, AsyncConnection, AsyncConnectionCore, TransactionManager};
use futures_util::{StreamExt, TryStreamExt};

use super::row::Values;
use super::statement::Statement;
use super::value::Readable;
use super::{Conn, Driver};
use crate::counters::Counters;

/// Runs a statement, and reads all of its answer.
pub(super) async fn rows<C>(
    conn: &mut C,
    statement: Statement<'static>,
) -> QueryResult<Vec<QueryResult<Values>>>
where
    C: AsyncConnectionCore<Backend: Readable>,
    Statement<'static>: QueryFragment<C::Backend>,
{
    let rows = conn.load(statement).await?;
    rows.map(|row| Ok(Values::of(&row?))).try_collect().await
}

/// Does the same for the connection of each driver of a server.
macro_rules! each {
    ($conn:expr, $raw:ident => $then:expr, else $otherwise:expr) => {
        match &mut $conn.driver {
            #[cfg(feature = "postgres")]
            Driver::Postgres(boxed) => {
                let $raw = &mut **boxed;
                $then
            }
            #[cfg(feature = "mysql")]
            Driver::Mysql(boxed) => {
                let $raw = &mut **boxed;
                $then
            }
            #[cfg(feature = "sqlite")]
            Driver::Sqlite(_) => $otherwise,
        }
    };
}

/// Only servers are asked for the following; a batch of SQLite has transactions of its own.
impl Conn {
    /// Begins a transaction.
    pub(crate) async fn begin(&mut self) -> QueryResult<()> {
        each!(self, raw => AnsiTransactionManager::begin_transaction(raw).await, else Ok(()))
    }

    /// Keeps what was written in it.
    pub(crate) async fn commit(&mut self) -> QueryResult<()> {
        each!(self, raw => AnsiTransactionManager::commit_transaction(raw).await, else Ok(()))
    }

    /// Undoes what was written in it.
    pub(crate) async fn roll_back(&mut self) -> QueryResult<()> {
        each!(self, raw => AnsiTransactionManager::rollback_transaction(raw).await, else Ok(()))
    }

    /// Whether it is known to be of no more use, or is in the middle of a transaction.
    pub(crate) fn is_broken(&mut self) -> bool {
        each!(self, raw => PoolableConnection::is_broken(raw), else false)
    }

    /// Counts the statements that are sent from now on.
    pub(crate) fn counted(mut self, counters: Arc<Counters>) -> Self {
        let count = move |event: InstrumentationEvent<'_>| {
            if matches!(event, InstrumentationEvent::StartQuery { .. }) {
                Counters::add(&counters.statements);
            }
        };
        each!(self, raw => raw.set_instrumentation(count), else ());
        self
    }
}
