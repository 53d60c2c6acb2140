//! Databases, inspected by SQL behind the provider.

use std::path::Path;
use std::process::Command;

use diesel::connection::{Connection as _, SimpleConnection as _};
use diesel::sql_types::BigInt;
use diesel::{QueryableByName, RunQueryDsl as _, SqliteConnection};
use url::Url;

/// A database, by its URL.
#[derive(Clone, Debug)]
pub struct Database(String);

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Database {
    /// The file of SQLite.
    #[must_use]
    pub fn file(path: &Path) -> Self {
        Self(format!("sqlite:{}", path.display()))
    }

    /// A new, empty database of that name on the server of the URL; replaces one that an aborted run left behind.
    #[must_use]
    pub fn create(server: &str, name: &str) -> Self {
        run(server, &format!("DROP DATABASE IF EXISTS {name}"));
        run(server, &format!("CREATE DATABASE {name}"));
        let (server, _) = server.rsplit_once('/').unwrap();
        Self(format!("{server}/{name}"))
    }

    /// The one at that URL of a server.
    #[must_use]
    pub fn at(url: &str) -> Self {
        Self(url.to_owned())
    }

    /// Runs a statement, on a server.
    pub fn execute(&self, sql: &str) {
        run(&self.0, sql);
    }

    /// Its URL, as the provider takes it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.0
    }

    /// How many rows a query gives.
    #[must_use]
    pub fn count(&self, query: &str) -> i64 {
        let count = format!("SELECT count(*) AS count FROM ({query}) AS counted");
        let Some(path) = self.0.strip_prefix("sqlite:") else {
            return run(&self.0, &count).trim().parse().unwrap();
        };
        let mut connection = SqliteConnection::establish(path).unwrap();
        connection.batch_execute("PRAGMA busy_timeout = 30000").unwrap();
        diesel::sql_query(count).get_result::<Count>(&mut connection).unwrap().count
    }
}

/// Runs a statement with the server's own client, and returns its output.
fn run(url: &str, sql: &str) -> String {
    let mut client = if url.starts_with("mysql:") { mysql(url) } else { postgres(url) };
    let done = client.arg(sql).output().unwrap();
    assert!(done.status.success(), "{sql}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

fn postgres(url: &str) -> Command {
    let mut client = Command::new("psql");
    client.args(["-XAqtw", "-v", "ON_ERROR_STOP=1", url, "-c"]);
    client
}

fn mysql(url: &str) -> Command {
    let url = Url::parse(url).unwrap();
    let mut client = Command::new("mariadb");
    client.args(["--no-defaults", "--protocol=tcp", "--batch", "--skip-column-names"]);
    client.arg(format!("--host={}", url.host_str().unwrap()));
    client.arg(format!("--port={}", url.port().unwrap_or(3306)));
    client.arg(format!("--user={}", url.username()));
    client.arg(format!("--password={}", url.password().unwrap_or_default()));
    client.arg(format!("--database={}", url.path().trim_start_matches('/')));
    client.arg("-e");
    client
}
