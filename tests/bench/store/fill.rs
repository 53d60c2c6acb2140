//! Rows that are there already: users, sessions and grants of a tenant, made by the database itself.

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, SqliteConnection};
use diesel_async::{AsyncConnection, AsyncMysqlConnection, AsyncPgConnection, SimpleAsyncConnection};

use crate::Failure;

/// Fills the database with so many of each.
pub(crate) async fn fill(url: &str, rows: u64) -> Result<(), Failure> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        let numbers = format!(
            "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {rows})"
        );
        let mut conn = SqliteConnection::establish(path)?;
        let hash = "unhex(printf('%064x', n * 2654435761))";
        conn.batch_execute("PRAGMA busy_timeout = 60000")?;
        conn.batch_execute(&inserts(&numbers, "printf('%032x', n)", hash).join(";"))?;
        return Ok(());
    }
    if url.starts_with("mysql") {
        let numbers = format!("(SELECT seq AS n FROM seq_1_to_{rows}) AS numbers");
        let mut conn = AsyncMysqlConnection::establish(url).await?;
        for insert in inserts("", "LPAD(HEX(n), 32, '0')", "UNHEX(SHA2(n, 256))") {
            conn.batch_execute(&insert.replace("FROM numbers", &format!("FROM {numbers}"))).await?;
        }
        return Ok(());
    }
    let mut conn = AsyncPgConnection::establish(url).await?;
    let numbers = format!("WITH numbers AS (SELECT generate_series(1, {rows}) AS n)");
    for insert in inserts(&numbers, "lpad(to_hex(n), 32, '0')", "sha256(n::text::bytea)") {
        conn.batch_execute(&insert).await?;
    }
    conn.batch_execute("ANALYZE; CHECKPOINT").await?;
    Ok(())
}

/// One statement a table. Of each user there is one session and one grant.
fn inserts(numbers: &str, id: &str, hash: &str) -> [String; 3] {
    let users = format!(
        "INSERT INTO users (tenant_id, user_id, username, username_key, created_at, updated_at, epoch, claims) {numbers} \
         SELECT 'acme', {id}, {id}, {id}, 1700000000, 1700000000, 0, '{{\"email\":\"someone@example.com\"}}' FROM numbers"
    );
    let sessions = format!(
        "INSERT INTO sessions (tenant_id, handle, sid, user_id, user_epoch, auth_time, expires_at, last_seen_at, amr, user_agent) \
         {numbers} SELECT 'acme', {hash}, {id}, {id}, 0, 1700000000, 1800000000, 1700000000, '[\"pwd\"]', 'A browser' FROM numbers"
    );
    let grants = format!(
        "INSERT INTO grants (tenant_id, grant_id, client_id, client_epoch, user_id, user_epoch, sid, offline, created_at, \
         expires_at, ends_at, auth_time, scope, details, code_hash, code_expires_at, spent_at, code, refresh_hash, \
         refresh_expires_at) {numbers} SELECT 'acme', {id}, 'client', 1, {id}, 0, {id}, 0, 1700000000, 1800000000, 1800000000, \
         1700000000, 'email openid', '{{\"amr\":[\"pwd\"]}}', {hash}, 1700000060, 1700000001, \
         '{{\"redirect_uri\":\"https://rp.example/callback\",\"nonce\":\"nonce\"}}', {hash}, 1800000000 FROM numbers"
    );
    [users, sessions, grants]
}
