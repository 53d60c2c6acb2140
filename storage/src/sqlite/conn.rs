//! A connection whose every statement is done when its future is made, so that one text of queries,
//! written for asynchronous databases, runs here without a runtime and without leaving its thread.

use diesel::connection::{LoadConnection, SimpleConnection};
use diesel::query_builder::{AsQuery, AstPass, Query, QueryFragment, QueryId};
use diesel::row::IntoOwnedRow;
use diesel::sql_types::Untyped;
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, SqliteConnection, define_sql_function};
use diesel_async::{AsyncConnectionCore, SimpleAsyncConnection};
use futures_util::future::{FutureExt, Ready, ready};
use futures_util::stream::{Iter, iter};

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

/// Drives a job to its end, which it reaches at once unless it awaits something that is no statement.
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
        ready(rows(&mut self.0, source.as_query()).map(iter))
    }

    fn execute_returning_count<'conn, 'query, T>(
        &'conn mut self,
        source: T,
    ) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<Sqlite> + QueryId + 'query,
    {
        ready(execute(&mut self.0, source))
    }
}

define_sql_function! {
    /// How many rows the statement before changed, inserted or deleted.
    fn changes() -> BigInt;
}

/// Diesel's own way takes a statement by reference, and by that forgets that it may be kept prepared; this one
/// takes it by value, as a query without rows.
fn execute<Q>(raw: &mut SqliteConnection, statement: Q) -> QueryResult<usize>
where
    Q: QueryFragment<Sqlite> + QueryId,
{
    raw.load(Inline(statement))?.try_for_each(|row| row.map(drop))?;
    let count = diesel::RunQueryDsl::get_result::<i64>(diesel::select(changes()), raw)?;
    Ok(usize::try_from(count).unwrap_or_default())
}

fn rows<Q>(raw: &mut SqliteConnection, query: Q) -> QueryResult<Vec<QueryResult<OwnedRow>>>
where
    Q: QueryFragment<Sqlite> + QueryId,
{
    let mut cache = Default::default();
    let cursor = raw.load(Inline(query))?;
    cursor.map(|row| Ok(Ok(row?.into_owned(&mut cache)))).collect()
}

/// A query whose columns are looked at when its rows are read.
struct Inline<Q>(Q);

impl<Q: QueryFragment<Sqlite>> QueryFragment<Sqlite> for Inline<Q> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, backend: &Sqlite) -> QueryResult<bool> {
        self.0.is_safe_to_cache_prepared(backend)
    }
}

impl<Q: QueryId> QueryId for Inline<Q> {
    type QueryId = Q::QueryId;
    const HAS_STATIC_QUERY_ID: bool = Q::HAS_STATIC_QUERY_ID;
}

impl<Q> Query for Inline<Q> {
    type SqlType = Untyped;
}
