//! The bare loop: each caller has a connection, and sends the statements one after the other.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use credenza_protocol::secret::SecretHash;
use diesel::connection::SimpleConnection;
use diesel::sql_types::{Binary, Text};
use diesel::{Connection, RunQueryDsl, SqliteConnection};
use mysql_async::prelude::Queryable;
use tokio::sync::Mutex;

use crate::statements::{ISSUE, SPEND, find, redeemed, rotate};
use crate::{Arguments, Done, Failure, Step, measured};

/// Code flows and refreshes a second.
pub(crate) async fn measure(arguments: &Arguments) -> Result<[f64; 2], Failure> {
    let url = arguments.url.as_str();
    // SQLite has one writer: callers would only wait for each other.
    let callers = if url.starts_with("sqlite:") { 1 } else { arguments.callers };
    let arguments = Arguments { callers, ..arguments.clone() };
    let flow = measured(&arguments, |caller| worker(url, caller, false)).await?;
    let refresh = measured(&arguments, |caller| worker(url, caller, true)).await?;
    Ok([flow.per_second, refresh.per_second])
}

/// One caller: of refreshes, or of code flows.
async fn worker(url: &str, caller: usize, refresh: bool) -> Result<Done, Failure> {
    let conn = Arc::new(Mutex::new(Bare::open(url).await?));
    let run = random();
    let own = format!("{run:016x}{caller:08x}ffffffff");
    conn.lock().await.flow(&own, refresh).await?;
    let mut n = 0_u64;
    let step: Step = Box::new(move |done| {
        let (conn, own) = (Arc::clone(&conn), own.clone());
        n += 1;
        Box::pin(async move {
            let mut conn = conn.lock().await;
            if refresh {
                conn.refresh(&own, n).await?;
            } else {
                conn.flow(&format!("71000000{n:08x}{caller:08x}{:08x}", run & 0xffff_ffff), false).await?;
            }
            done.fetch_add(1, Ordering::Relaxed);
            Ok(())
        })
    });
    Ok(Done(step))
}

fn random() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(0)
}

enum Bare {
    Sqlite(SqliteConnection),
    Postgres(tokio_postgres::Client, Box<[tokio_postgres::Statement; 5]>),
    Mysql(mysql_async::Conn, Box<[mysql_async::Statement; 5]>),
}

impl Bare {
    async fn open(url: &str) -> Result<Self, Failure> {
        let statements = [ISSUE.to_owned(), SPEND.to_owned(), redeemed(), find(), rotate()];
        if let Some(path) = url.strip_prefix("sqlite:") {
            let mut conn = SqliteConnection::establish(path)?;
            conn.batch_execute(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000",
            )?;
            return Ok(Self::Sqlite(conn));
        }
        if url.starts_with("mysql") {
            let mut conn = mysql_async::Conn::from_url(url).await?;
            let [a, b, c, d, e] = statements;
            let prepared = [
                conn.prep(a).await?,
                conn.prep(b).await?,
                conn.prep(c).await?,
                conn.prep(d).await?,
                conn.prep(e).await?,
            ];
            return Ok(Self::Mysql(conn, Box::new(prepared)));
        }
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
        tokio::spawn(connection);
        let [a, b, c, d, e] = statements.map(|text| numbered(&text));
        let prepared = [
            client.prepare(&a).await?,
            client.prepare(&b).await?,
            client.prepare(&c).await?,
            client.prepare(&d).await?,
            client.prepare(&e).await?,
        ];
        Ok(Self::Postgres(client, Box::new(prepared)))
    }

    /// Issues and spends; the refresh token is `{id} 0`.
    async fn flow(&mut self, id: &str, _: bool) -> Result<(), Failure> {
        let (code, token) = (hash(id), hash(&format!("{id} 0")));
        match self {
            Self::Sqlite(conn) => {
                let issue = diesel::sql_query(ISSUE)
                    .bind::<Text, _>(id)
                    .bind::<Binary, _>(&code)
                    .bind::<Binary, _>(&token);
                one(issue.execute(conn)?)?;
                conn.immediate_transaction(|conn| {
                    let spend = diesel::sql_query(SPEND)
                        .bind::<Text, _>(id)
                        .bind::<Binary, _>(&code)
                        .execute(conn)?;
                    diesel::sql_query(redeemed())
                        .bind::<Text, _>(id)
                        .bind::<Binary, _>(&code)
                        .execute(conn)?;
                    diesel::QueryResult::Ok(spend)
                })?;
            }
            Self::Postgres(client, prepared) => {
                let [issue, spend, redeemed, ..] = &**prepared;
                let id = id.to_owned();
                one(usize::try_from(client.execute(issue, &[&id, &code, &token]).await?)?)?;
                one(usize::try_from(client.execute(spend, &[&id, &code]).await?)?)?;
                client.query(redeemed, &[&id, &code]).await?;
            }
            Self::Mysql(conn, prepared) => {
                let [issue, spend, redeemed, ..] = &**prepared;
                conn.exec_drop(issue, (id, &code, &token)).await?;
                conn.exec_drop(spend, (id, &code)).await?;
                one(usize::try_from(conn.affected_rows())?)?;
                let _: Vec<mysql_async::Row> = conn.exec(redeemed, (id, &code)).await?;
            }
        }
        Ok(())
    }

    async fn refresh(&mut self, id: &str, n: u64) -> Result<(), Failure> {
        let (old, new) = (hash(&format!("{id} {}", n - 1)), hash(&format!("{id} {n}")));
        match self {
            Self::Sqlite(conn) => {
                diesel::sql_query(find()).bind::<Text, _>(id).execute(conn)?;
                let rotate = diesel::sql_query(rotate())
                    .bind::<Binary, _>(&new)
                    .bind::<Text, _>(id)
                    .bind::<Binary, _>(&old);
                one(rotate.execute(conn)?)
            }
            Self::Postgres(client, prepared) => {
                let [_, _, _, find, rotate] = &**prepared;
                let id = id.to_owned();
                client.query(find, &[&id]).await?;
                one(usize::try_from(client.execute(rotate, &[&new, &id, &old]).await?)?)
            }
            Self::Mysql(conn, prepared) => {
                let [_, _, _, find, rotate] = &**prepared;
                let _: Vec<mysql_async::Row> = conn.exec(find, (id,)).await?;
                conn.exec_drop(rotate, (&new, id, &old)).await?;
                one(usize::try_from(conn.affected_rows())?)
            }
        }
    }
}

fn hash(text: &str) -> Vec<u8> {
    SecretHash::of(text.as_bytes()).as_bytes().to_vec()
}

fn one(rows: usize) -> Result<(), Failure> {
    if rows == 1 { Ok(()) } else { Err(format!("{rows} rows").into()) }
}

/// PostgreSQL's placeholders.
fn numbered(text: &str) -> String {
    let mut parts = text.split('?');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.enumerate().fold(first, |all, (n, part)| format!("{all}${}{part}", n + 1))
}
