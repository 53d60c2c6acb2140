//! The connection that every job gets, to whichever database there is.
//!
//! | file | holds |
//! |---|---|
//! | `dialect` | the one backend that queries are compiled for |
//! | `statement` | a query as its database gets it |
//! | `value`, `row`, `convert` | what goes in and comes out |
//! | `sqlite`, `postgres`, `mysql` | what only one driver knows |

use diesel::QueryResult;
use diesel::connection::SimpleConnection;
use diesel::query_builder::{AsQuery, QueryFragment, QueryId};
use diesel_async::{AsyncConnectionCore, SimpleAsyncConnection};
#[cfg(feature = "pooled")]
use futures_util::future::FutureExt;
use futures_util::future::{BoxFuture, Either, Ready, ready};
use futures_util::stream::{Iter, iter};

mod convert;
mod dialect;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
mod row;
#[cfg(feature = "pooled")]
mod server;
#[cfg(feature = "sqlite")]
mod sqlite;
mod statement;
mod value;

use dialect::Dialect;
use row::Values;
use statement::{Statement, Wordings};

/// A connection. Statements on SQLite have completed when their future is created, so that a job there needs no runtime
/// and never leaves its thread.
pub(crate) struct Conn {
    driver: Driver,
    wordings: Wordings,
}

enum Driver {
    /// To a file or memory.
    #[cfg(feature = "sqlite")]
    Sqlite(diesel::SqliteConnection),
    /// To a server.
    #[cfg(feature = "postgres")]
    Postgres(Box<diesel_async::AsyncPgConnection>),
    /// To a server, which may be MariaDB.
    #[cfg(feature = "mysql")]
    Mysql(Box<diesel_async::AsyncMysqlConnection>),
}

impl From<Driver> for Conn {
    fn from(driver: Driver) -> Self {
        Self { driver, wordings: Wordings::new() }
    }
}

#[cfg(feature = "sqlite")]
impl From<diesel::SqliteConnection> for Conn {
    fn from(raw: diesel::SqliteConnection) -> Self {
        Driver::Sqlite(raw).into()
    }
}

#[cfg(feature = "postgres")]
impl From<diesel_async::AsyncPgConnection> for Conn {
    fn from(raw: diesel_async::AsyncPgConnection) -> Self {
        Driver::Postgres(Box::new(raw)).into()
    }
}

#[cfg(feature = "mysql")]
impl From<diesel_async::AsyncMysqlConnection> for Conn {
    fn from(raw: diesel_async::AsyncMysqlConnection) -> Self {
        Driver::Mysql(Box::new(raw)).into()
    }
}

/// The rows of an answer.
type Rows = Iter<std::vec::IntoIter<QueryResult<Values>>>;
/// What a statement answers: at once, or later.
type Answer<'conn, T> = Either<Ready<QueryResult<T>>, BoxFuture<'conn, QueryResult<T>>>;

impl Conn {
    /// The connection to SQLite.
    ///
    /// # Errors
    /// It leads to a server.
    #[cfg(feature = "sqlite")]
    pub(crate) fn sqlite(&mut self) -> QueryResult<&mut diesel::SqliteConnection> {
        match &mut self.driver {
            Driver::Sqlite(raw) => Ok(raw),
            #[cfg(feature = "pooled")]
            _ => Err(diesel::result::Error::QueryBuilderError("not a connection to SQLite".into())),
        }
    }

    /// The statement of a query.
    fn statement<'q, Q>(&mut self, query: &'q Q) -> QueryResult<Statement<'q>>
    where
        Q: QueryFragment<Dialect> + QueryId,
    {
        Statement::of(query, self.driver.quote(), &mut self.wordings)
    }
}

impl Driver {
    /// With what names are quoted.
    const fn quote(&self) -> char {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => '`',
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => '"',
            #[cfg(feature = "mysql")]
            Self::Mysql(_) => '`',
        }
    }

    fn rows(&mut self, statement: Statement<'_>) -> Answer<'_, Rows> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(raw) => Either::Left(ready(sqlite::rows(raw, statement).map(iter))),
            #[cfg(feature = "postgres")]
            Self::Postgres(raw) => {
                let rows = server::rows(&mut **raw, statement.into_owned());
                Either::Right(rows.map(|rows| rows.map(iter)).boxed())
            }
            #[cfg(feature = "mysql")]
            Self::Mysql(raw) => {
                let rows = server::rows(&mut **raw, statement.into_owned());
                Either::Right(rows.map(|rows| rows.map(iter)).boxed())
            }
        }
    }

    fn count(&mut self, statement: Statement<'_>) -> Answer<'_, usize> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(raw) => Either::Left(ready(sqlite::count(raw, statement))),
            #[cfg(feature = "postgres")]
            Self::Postgres(raw) => Either::Right(raw.execute_returning_count(statement.into_owned()).boxed()),
            #[cfg(feature = "mysql")]
            Self::Mysql(raw) => Either::Right(raw.execute_returning_count(statement.into_owned()).boxed()),
        }
    }
}

impl SimpleAsyncConnection for Conn {
    async fn batch_execute(&mut self, text: &str) -> QueryResult<()> {
        match &mut self.driver {
            #[cfg(feature = "sqlite")]
            Driver::Sqlite(raw) => SimpleConnection::batch_execute(raw, text),
            #[cfg(feature = "postgres")]
            Driver::Postgres(raw) => raw.batch_execute(text).await,
            #[cfg(feature = "mysql")]
            Driver::Mysql(raw) => raw.batch_execute(text).await,
        }
    }
}

impl AsyncConnectionCore for Conn {
    type ExecuteFuture<'conn, 'query> = Answer<'conn, usize>;
    type LoadFuture<'conn, 'query> = Answer<'conn, Rows>;
    type Stream<'conn, 'query> = Rows;
    type Row<'conn, 'query> = Values;
    type Backend = Dialect;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> Answer<'conn, Rows>
    where
        T: AsQuery + 'query,
        T::Query: QueryFragment<Dialect> + QueryId + 'query,
    {
        match self.statement(&source.as_query()) {
            Ok(statement) => self.driver.rows(statement),
            Err(error) => Either::Left(ready(Err(error))),
        }
    }

    fn execute_returning_count<'conn, 'query, T>(&'conn mut self, source: T) -> Answer<'conn, usize>
    where
        T: QueryFragment<Dialect> + QueryId + 'query,
    {
        match self.statement(&source) {
            Ok(statement) => self.driver.count(statement),
            Err(error) => Either::Left(ready(Err(error))),
        }
    }
}
