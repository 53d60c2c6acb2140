//! PostgreSQL, by a pool of connections.

use diesel::ConnectionResult;
use diesel::result::ConnectionError;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use tokio_postgres::Config;
use tokio_postgres::config::TargetSessionAttrs;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::conn::Conn;
use crate::pooled::address::Address;
use crate::pooled::{Pooled, migration, tls};
use crate::{OpenError, Options};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations/postgres");

/// How each session is set up. The queries rely on READ COMMITTED, where a statement that waited for another sees
/// what that one wrote; a server may have another default.
const SETUP: &str = "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED; \
                     SET lock_timeout = '5s'; SET statement_timeout = '30s'; \
                     SET idle_in_transaction_session_timeout = '30s'";
/// Servers that start at once wait for each other here.
const LOCK: &str = "SET statement_timeout = 0; SET lock_timeout = 0; \
                    SELECT pg_advisory_lock(hashtext('credenza.migrate'))";

/// A pool of connections to the database, which has been brought up to date.
pub(crate) async fn open(address: Address, options: &Options) -> Result<Pooled, OpenError> {
    migrate(address.clone()).await?;
    let server = Server::new(&address)?;
    Pooled::new(options, move || {
        let server = server.clone();
        async move { Ok(Conn::from(server.connect().await?)) }
    })
}

/// Runs the migrations.
pub(crate) async fn migrate(address: Address) -> Result<Vec<String>, OpenError> {
    let server = Server::new(&address)?;
    migration::run(MIGRATIONS, move || server.connect(), LOCK).await
}

/// How connections are made.
#[derive(Clone)]
struct Server {
    config: Config,
    tls: Option<MakeRustlsConnect>,
}

impl Server {
    fn new(address: &Address) -> Result<Self, OpenError> {
        let mut config = Config::new();
        config
            .host(&address.host)
            .port(address.port.unwrap_or(5432))
            .user(&address.user)
            .dbname(&address.name)
            .application_name("credenza")
            // What is read and spent must be current: never a replica.
            .target_session_attrs(TargetSessionAttrs::ReadWrite)
            .tcp_user_timeout(std::time::Duration::from_secs(10));
        if let Some(password) = &address.password {
            config.password(password);
        }
        let tls = address.tls.as_ref().map(tls::client).transpose()?;
        config.ssl_mode(match tls {
            Some(_) => tokio_postgres::config::SslMode::Require,
            None => tokio_postgres::config::SslMode::Disable,
        });
        Ok(Self { config, tls: tls.map(MakeRustlsConnect::new) })
    }

    async fn connect(self) -> ConnectionResult<AsyncPgConnection> {
        let mut conn = match self.tls {
            Some(tls) => {
                let (client, connection) = self.config.connect(tls).await.map_err(refused)?;
                AsyncPgConnection::try_from_client_and_connection(client, connection).await?
            }
            None => {
                let (client, connection) =
                    self.config.connect(tokio_postgres::NoTls).await.map_err(refused)?;
                AsyncPgConnection::try_from_client_and_connection(client, connection).await?
            }
        };
        conn.batch_execute(SETUP).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
        Ok(conn)
    }
}

fn refused(error: tokio_postgres::Error) -> ConnectionError {
    let source = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
    ConnectionError::BadConnection(format!("{error}{source}"))
}
