//! A connection whose statements have completed when their future is created, so that queries written for
//! asynchronous databases run here without a runtime and without leaving their thread.

use diesel::connection::{LoadConnection, SimpleConnection};
use diesel::query_builder::{AsQuery, QueryFragment, QueryId};
use diesel::row::IntoOwnedRow;
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, SqliteConnection, define_sql_function};
use diesel_async::{AsyncConnectionCore, SimpleAsyncConnection};
use futures_util::future::{FutureExt, Ready, ready};
use futures_util::stream::{Iter, iter};

use crate::erased::Erased;
use crate::{Result, StoreError};

/// The connection that every job gets.
pub(crate) struct Conn(SqliteConnection);

impl Conn {
    pub(super) fn new(raw: SqliteConnection) -> Self {
        Self(raw)
    }

    /// The connection itself, for transactions.
    pub(super) fn raw(&mut self) -> &mut SqliteConnection {
        &mut self.0
    }
}

/// Drives a job to its end, which it reaches at once unless it awaits something other than a statement.
pub(super) fn finish<T>(job: impl Future<Output = Result<T>>) -> Result<T> {
    let stray = || Err(StoreError::new("a job awaited something other than its connection"));
    job.now_or_never().unwrap_or_else(stray)
}

/// A row that outlives the statement.
type OwnedRow =
    <<SqliteConnection as LoadConnection>::Row<'static, 'static> as IntoOwnedRow<'static, Sqlite>>::OwnedRow;

impl SimpleAsyncConnection for Conn {
    async fn batch_execute(&mut self, query: &str) -> QueryResult<()> {
        self.0.batch_execute(query)
    }
}

impl AsyncConnectionCore for Conn {
    type ExecuteFuture<'conn, 'query> = Ready<QueryResult<usize>>;
    type LoadFuture<'conn, 'query> = Ready<QueryResult<Self::Stream<'conn, 'query>>>;
    type Stream<'conn, 'query> = Iter<std::vec::IntoIter<QueryResult<OwnedRow>>>;
    type Row<'conn, 'query> = OwnedRow;
    type Backend = Sqlite;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> Self::LoadFuture<'conn, 'query>
    where
        T: AsQuery + 'query,
        T::Query: QueryFragment<Sqlite> + QueryId + 'query,
    {
        ready(rows(&mut self.0, Erased::new(source.as_query())).map(iter))
    }

    fn execute_returning_count<'conn, 'query, T>(
        &'conn mut self,
        source: T,
    ) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<Sqlite> + QueryId + 'query,
    {
        ready(execute(&mut self.0, Erased::new(source)))
    }
}

define_sql_function! {
    /// How many rows the previous statement changed, inserted or deleted.
    fn changes() -> BigInt;
}

/// Diesel's own `execute` takes a statement by reference and does not cache it; this one takes it by value, as a query
/// without rows.
fn execute(raw: &mut SqliteConnection, statement: Erased<'_, Sqlite>) -> QueryResult<usize> {
    raw.load(statement)?.try_for_each(|row| row.map(drop))?;
    let count = diesel::RunQueryDsl::get_result::<i64>(diesel::select(changes()), raw)?;
    Ok(usize::try_from(count).unwrap_or_default())
}

fn rows(raw: &mut SqliteConnection, query: Erased<'_, Sqlite>) -> QueryResult<Vec<QueryResult<OwnedRow>>> {
    let mut cache = Default::default();
    let cursor = raw.load(query)?;
    cursor.map(|row| Ok(Ok(row?.into_owned(&mut cache)))).collect()
}
