//! Databases on real servers, one for each test. The servers are those of `tests/services`, named by
//! variables; without them a test is skipped, and says so, unless `CI` is set.

pub(crate) mod own;

use credenza_storage::conformance::fixtures::options;
use credenza_storage::{Store, open};
use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::{
    AsyncConnection, AsyncMysqlConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection,
};

/// The URL that the variable holds. `None` skips the test.
pub(crate) fn server(variable: &str) -> Option<String> {
    match std::env::var(variable) {
        Ok(url) => Some(url),
        Err(_) if std::env::var_os("CI").is_some() => panic!("{variable} is not set: see tests/services"),
        Err(_) => {
            println!("skipped: {variable} is not set, see tests/services");
            None
        }
    }
}

/// The URL of an empty database of that name.
pub(crate) async fn fresh(url: &str, name: &str) -> String {
    let name = format!("t_{}", name.replace('-', "_"));
    let (start, query) = url.split_once('?').unwrap_or((url, ""));
    let (server, _) = start.rsplit_once('/').unwrap();
    let statements = [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name}")];
    // The tests sign in as a user who may create databases, without TLS, which has tests of its own.
    if url.starts_with("postgres") {
        let mut conn = AsyncPgConnection::establish(&format!("{start}?sslmode=disable")).await.unwrap();
        for statement in statements {
            conn.batch_execute(&statement).await.unwrap();
        }
    } else {
        let mut conn = AsyncMysqlConnection::establish(start).await.unwrap();
        for statement in statements {
            conn.batch_execute(&statement).await.unwrap();
        }
    }
    format!("{server}/{name}{}{query}", if query.is_empty() { "" } else { "?" })
}

/// An empty store on that server.
pub(crate) async fn store(variable: &str, name: &str) -> Option<Store> {
    let url = fresh(&server(variable)?, name).await;
    Some(open(&url, options(name)).await.unwrap())
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// What a query answers in its column `line`.
pub(crate) async fn query(url: &str, text: &str) -> Vec<String> {
    let query = diesel::sql_query(text);
    let lines: Vec<Line> = if url.starts_with("postgres") {
        let mut conn = AsyncPgConnection::establish(url).await.unwrap();
        query.load(&mut conn).await.unwrap()
    } else {
        let mut conn = AsyncMysqlConnection::establish(url).await.unwrap();
        query.load(&mut conn).await.unwrap()
    };
    lines.into_iter().map(|line| line.line).collect()
}

/// Runs a statement of MySQL; it may end the very connection that it is sent by.
pub(crate) async fn run(url: &str, statement: &str) {
    let mut conn = AsyncMysqlConnection::establish(url).await.unwrap();
    let _ = conn.batch_execute(statement).await;
}

/// A connection that a test holds a transaction open on.
pub(crate) enum Held {
    Postgres(Box<AsyncPgConnection>),
    Mysql(Box<AsyncMysqlConnection>),
}

impl Held {
    pub(crate) async fn open(url: &str) -> Self {
        match url.starts_with("postgres") {
            true => Self::Postgres(Box::new(AsyncPgConnection::establish(url).await.unwrap())),
            false => Self::Mysql(Box::new(AsyncMysqlConnection::establish(url).await.unwrap())),
        }
    }

    pub(crate) async fn run(&mut self, statement: &str) {
        match self {
            Self::Postgres(conn) => conn.batch_execute(statement).await.unwrap(),
            Self::Mysql(conn) => conn.batch_execute(statement).await.unwrap(),
        }
    }
}
