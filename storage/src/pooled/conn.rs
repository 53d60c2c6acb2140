//! A connection of a driver, with the types of its queries erased.

use diesel::connection::{CacheSize, Instrumentation};
use diesel::query_builder::{AsQuery, QueryFragment, QueryId};
use diesel::{ConnectionResult, QueryResult};
use diesel_async::pooled_connection::PoolableConnection;
use diesel_async::{AnsiTransactionManager, AsyncConnection, AsyncConnectionCore, SimpleAsyncConnection};

use crate::erased::Erased;

/// The connection that every job gets.
pub(crate) struct PooledConn<C>(pub(crate) C);

impl<C: SimpleAsyncConnection + Send> SimpleAsyncConnection for PooledConn<C> {
    async fn batch_execute(&mut self, query: &str) -> QueryResult<()> {
        self.0.batch_execute(query).await
    }
}

impl<C: AsyncConnectionCore<Backend: 'static>> AsyncConnectionCore for PooledConn<C> {
    type ExecuteFuture<'conn, 'query> = C::ExecuteFuture<'conn, 'query>;
    type LoadFuture<'conn, 'query> = C::LoadFuture<'conn, 'query>;
    type Stream<'conn, 'query> = C::Stream<'conn, 'query>;
    type Row<'conn, 'query> = C::Row<'conn, 'query>;
    type Backend = C::Backend;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> Self::LoadFuture<'conn, 'query>
    where
        T: AsQuery + 'query,
        T::Query: QueryFragment<Self::Backend> + QueryId + 'query,
    {
        self.0.load(Erased::<C::Backend>::new(source.as_query()))
    }

    fn execute_returning_count<'conn, 'query, T>(
        &'conn mut self,
        source: T,
    ) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<Self::Backend> + QueryId + 'query,
    {
        self.0.execute_returning_count(Erased::<C::Backend>::new(source))
    }
}

impl<C> AsyncConnection for PooledConn<C>
where
    C: AsyncConnection<TransactionManager = AnsiTransactionManager, Backend: 'static>,
{
    type TransactionManager = AnsiTransactionManager;

    async fn establish(url: &str) -> ConnectionResult<Self> {
        C::establish(url).await.map(Self)
    }

    fn transaction_state(&mut self) -> &mut AnsiTransactionManager {
        self.0.transaction_state()
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        self.0.instrumentation()
    }

    fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        self.0.set_instrumentation(instrumentation);
    }

    fn set_prepared_statement_cache_size(&mut self, size: CacheSize) {
        self.0.set_prepared_statement_cache_size(size);
    }
}

impl<C> PoolableConnection for PooledConn<C>
where
    C: PoolableConnection + AsyncConnection<TransactionManager = AnsiTransactionManager, Backend: 'static>,
{
    fn is_broken(&mut self) -> bool {
        self.0.is_broken()
    }
}
