//! MySQL and MariaDB, by a pool of connections.

use diesel::ConnectionResult;
use diesel::result::ConnectionError;
use diesel_async::{AsyncMysqlConnection, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use mysql_async::{Opts, OptsBuilder, SslOpts};

use crate::conn::Conn;
use crate::pooled::address::{Address, Roots};
use crate::pooled::{Pooled, migration, tls};
use crate::{OpenError, Options};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations/mysql");

/// How each session is set up: the queries rely on READ COMMITTED, and a value that does not fit must be refused, not
/// truncated.
const SETUP: [&str; 3] = [
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
    "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO'",
    "SET SESSION innodb_lock_wait_timeout = 5",
];
/// Servers that start at once wait for each other here.
const LOCK: &str = "DO GET_LOCK('credenza.migrate', 600)";

/// A pool of connections to the database, which has been brought up to date.
pub(crate) async fn open(address: Address, options: &Options) -> Result<Pooled, OpenError> {
    migrate(address.clone()).await?;
    let opts = opts(&address)?;
    Pooled::new(options, move || {
        let opts = opts.clone();
        async move { Ok(Conn::from(connect(opts).await?)) }
    })
}

/// Runs the migrations.
pub(crate) async fn migrate(address: Address) -> Result<Vec<String>, OpenError> {
    let opts = opts(&address)?;
    migration::run(MIGRATIONS, move || connect(opts), LOCK).await
}

fn opts(address: &Address) -> Result<Opts, OpenError> {
    let tls = match &address.tls {
        None => None,
        Some(roots) => {
            // Read here as well, so that a file without certificates is refused at the start.
            tls::client(roots)?;
            Some(match roots {
                Roots::Web => SslOpts::default(),
                Roots::File(path) => SslOpts::default()
                    .with_root_certs(vec![path.clone().into()])
                    .with_disable_built_in_roots(true),
            })
        }
    };
    Ok(OptsBuilder::default()
        .ip_or_hostname(&address.host)
        .tcp_port(address.port.unwrap_or(3306))
        .user(Some(&address.user))
        .pass(address.password.as_ref())
        .db_name(Some(&address.name))
        // An UPDATE reports the rows that it matched, not those that it changed.
        .client_found_rows(true)
        // Diesel caches statements itself, and none of them may be closed behind its back.
        .stmt_cache_size(0)
        .prefer_socket(false)
        .tcp_nodelay(true)
        .ssl_opts(tls)
        .into())
}

async fn connect(opts: Opts) -> ConnectionResult<AsyncMysqlConnection> {
    let raw = mysql_async::Conn::new(opts).await;
    let raw = raw.map_err(|error| ConnectionError::BadConnection(error.to_string()))?;
    let mut conn = AsyncMysqlConnection::try_from(raw).await?;
    for statement in SETUP {
        conn.batch_execute(statement).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
    }
    Ok(conn)
}
