//! `credenza dev`: everything that it takes to try the provider out, created at the first start and found again at the
//! next. It says loudly that it is not for production.

use std::io::{self, Write as _};
use std::net::{Ipv6Addr, SocketAddr, TcpListener};

use credenza_protocol::ids::ClientId;

use crate::admin::{Administration, tenants};
use crate::clock::{Clock as _, SystemClock};
use crate::config::{Config, MailConfig, Settings, Sources};
use crate::demo::Demo;
use crate::rng::SystemRng;
use crate::{apply, http, serve};

mod banner;
mod error;
mod files;
mod person;
mod provision;

pub use error::Error;
pub use files::Files;
use files::Secrets;

/// Settings that `dev` chooses itself: with those of a real installation, a demo user would be created there.
const OWN: [&str; 6] =
    ["database_url", "master_key", "master_keys_previous", "redis_url", "tls_cert", "tls_key"];

/// A development server that can start.
pub struct Dev {
    /// Its configuration.
    pub config: Config,
    files: Files,
    secrets: Secrets,
    sockets: Vec<TcpListener>,
}

impl Dev {
    /// Checks the settings, listens, and creates or finds the files.
    ///
    /// # Errors
    /// [`Error`] when a setting is wrong or not for `dev`, or the system refuses something.
    pub fn prepare(mut sources: Sources) -> Result<Self, Error> {
        for setting in OWN.into_iter().filter(|setting| sources.has(setting)).collect::<Vec<_>>() {
            let why = "cannot be set for `credenza dev`, which has its own: use `credenza serve`, or remove the setting";
            sources.fault(setting, None, why.to_owned());
        }
        let sources = sources
            .set_default("metrics_listen", "off")
            .set_default("log.format", "text")
            .set_default("log.level", "warn")
            .set("insecure_http", "true", "credenza dev");
        // Before anything is written: whoever corrects a setting finds the directory as it was.
        let settings = Settings::load(sources.clone())?;
        if let Some(file) = &settings.apply {
            apply::read(file).map_err(|refused| Error::Apply(refused.to_string()))?;
        }
        let sockets = sockets(settings.listen)?;
        let port =
            sockets.first().and_then(|socket| socket.local_addr().ok()).map_or(0, |address| address.port());
        let (files, secrets) = Files::make(&SystemRng::new())?;
        let sources = sources
            .set_default("issuer", &format!("http://localhost:{port}"))
            .set("database_url", files.database_url.as_str(), "credenza dev")
            .set("master_key", &secrets.master_key, "credenza dev");
        let mut config = Config::load(sources)?;
        if config.mail.is_none() {
            config.mail = Some(MailConfig::to_inbox());
        }
        Ok(Self { config, files, secrets, sockets })
    }

    /// Creates the demo user and client if they are missing, says where to go, and serves.
    ///
    /// # Errors
    /// [`serve::Error`] when it cannot start.
    pub async fn serve(self) -> Result<(), serve::Error> {
        let store = serve::open(&self.config).await?;
        let rng = SystemRng::new();
        let admin = Administration::of_config(&self.config, &store, &rng, SystemClock.now());
        let tenant = tenants::ensure_default(&admin).await?;
        let tenant = provision::sign_up(&admin, tenant).await?;
        provision::user(&admin, &tenant, &self.secrets).await?;
        provision::clients(&admin, &tenant, &self.secrets.demo, self.config.issuer.as_str()).await?;
        serve::apply(&self.config, &store).await?;
        let demo = &self.secrets.demo;
        let text = banner::banner(self.config.issuer.as_str(), &self.files.dir, demo);
        let _ = io::stdout().write_all(text.as_bytes());
        let demo = Demo::new(ClientId::new(&demo.client_id), demo.username.clone(), demo.password.clone());
        let sockets = self.sockets.into_iter().map(tokio_socket).collect::<io::Result<Vec<_>>>();
        let front = sockets.map_err(|error| serve::Error::System(error.to_string()))?;
        let metrics = metrics(self.config.metrics_listen).await;
        let sockets = serve::Sockets { front, metrics };
        serve::run(self.config, store, sockets, |state| http::router_with_demo(state, demo)).await
    }
}

/// Listens at the address, and if that is `127.0.0.1` at `::1` as well: browsers try it first for `localhost`.
fn sockets(listen: SocketAddr) -> Result<Vec<TcpListener>, Error> {
    let first = TcpListener::bind(listen).map_err(|source| Error::Listen { address: listen, source })?;
    let port = first.local_addr().map_or(listen.port(), |address| address.port());
    let mut sockets = vec![first];
    if listen.ip() == SocketAddr::from(([127, 0, 0, 1], 0)).ip() {
        sockets.extend(TcpListener::bind((Ipv6Addr::LOCALHOST, port)));
    }
    Ok(sockets)
}

/// Listens for `/metrics` where that was asked for. A server for trying things out starts without them when something else
/// is there already.
async fn metrics(listen: Option<SocketAddr>) -> Option<tokio::net::TcpListener> {
    match serve::bind("metrics_listen", listen?).await {
        Ok(socket) => Some(socket),
        Err(error) => {
            tracing::warn!("metrics are not served: {error}; {}", error.next_step());
            None
        }
    }
}

fn tokio_socket(socket: TcpListener) -> io::Result<tokio::net::TcpListener> {
    socket.set_nonblocking(true)?;
    tokio::net::TcpListener::from_std(socket)
}

#[cfg(test)]
mod tests;
