//! People by the thousand, made by the database itself.

use credenza_protocol::ids::TenantId;
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, SqliteConnection};
use diesel_async::{
    AsyncConnection as _, AsyncMysqlConnection, AsyncPgConnection, SimpleAsyncConnection as _,
};

use crate::Failure;

/// How each database writes what a row is made of.
struct Words {
    numbers: String,
    id: &'static str,
    name: &'static str,
}

/// Adds the people with the numbers from `from` to `to`, with all that they are searched by.
pub(crate) async fn fill(url: &str, tenant: &TenantId, from: u64, to: u64) -> Result<(), Failure> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        let numbers = format!(
            "WITH RECURSIVE numbers(n) AS (SELECT {from} UNION ALL SELECT n + 1 FROM numbers WHERE n < {to})"
        );
        let words = Words { numbers, id: "printf('%032x', n)", name: "printf('person %07d', n)" };
        let mut conn = SqliteConnection::establish(path)?;
        conn.batch_execute("PRAGMA busy_timeout = 60000")?;
        conn.batch_execute(&insert(tenant, &words))?;
        return Ok(());
    }
    if url.starts_with("mysql") {
        let words = Words {
            numbers: String::new(),
            id: "LPAD(HEX(n), 32, '0')",
            name: "CONCAT('person ', LPAD(n, 7, '0'))",
        };
        let numbers = format!("FROM (SELECT seq AS n FROM seq_{from}_to_{to}) AS numbers");
        let mut conn = AsyncMysqlConnection::establish(url).await?;
        conn.batch_execute(&insert(tenant, &words).replace("FROM numbers", &numbers)).await?;
        conn.batch_execute("ANALYZE TABLE users").await?;
        return Ok(());
    }
    let words = Words {
        numbers: format!("WITH numbers AS (SELECT generate_series({from}, {to}) AS n)"),
        id: "lpad(to_hex(n), 32, '0')",
        name: "'person ' || lpad(n::text, 7, '0')",
    };
    let mut conn = AsyncPgConnection::establish(url).await?;
    conn.batch_execute(&insert(tenant, &words)).await?;
    conn.batch_execute("VACUUM ANALYZE users").await?;
    Ok(())
}

fn insert(tenant: &TenantId, Words { numbers, id, name }: &Words) -> String {
    // Ids of tenants are made of letters and digits.
    let tenant = tenant.as_str().replace('\'', "");
    let claims = "'{\"email\":\"someone@example.com\",\"name\":\"A Person\"}'";
    format!(
        "INSERT INTO users (tenant_id, user_id, username, username_key, created_at, updated_at, epoch, claims, email_key, \
         email_search, name_search, attributes_search) {numbers} SELECT '{tenant}', {id}, {name}, {name}, 1700000000 + n, 1700000000 + n, 0, \
         {claims}, '', 'someone@example.com', 'a person', 1 FROM numbers"
    )
}
