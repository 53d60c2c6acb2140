//! `credenza dev`: everything to try the provider out, made at the first start and found again at the
//! next. Loud that it is not for production.

use std::io::{self, Write as _};
use std::net::{Ipv6Addr, SocketAddr, TcpListener};

use credenza_protocol::ids::ClientId;

use crate::cli::Failure;
use crate::clock::{Clock as _, SystemClock};
use crate::config::{Config, Sources};
use crate::demo::Demo;
use crate::rng::SystemRng;
use crate::serve;

mod banner;
mod files;
mod person;
mod provision;

pub use files::Files;
use files::Secrets;

/// Settings that `dev` makes itself. To take another's would put a demo user into it.
const OWN: [&str; 6] =
    ["database_url", "master_key", "master_keys_previous", "redis_url", "tls_cert", "tls_key"];
const DEFAULT_LISTEN: &str = "127.0.0.1:8080";

/// A development server that can start.
pub struct Dev {
    /// What it runs by.
    pub config: Config,
    files: Files,
    secrets: Secrets,
    sockets: Vec<TcpListener>,
}

impl Dev {
    /// Makes or finds the files, and listens.
    ///
    /// # Errors
    /// [`Failure`] when a setting is wrong or not for `dev`, or the system refuses something.
    pub fn prepare(mut sources: Sources) -> Result<Self, Failure> {
        for setting in OWN.into_iter().filter(|setting| sources.has(setting)).collect::<Vec<_>>() {
            sources.fault(setting, None, "is not for `credenza dev`, which makes its own: use `credenza serve`, or take the setting away".to_owned());
        }
        let rng = SystemRng::new();
        let listen = sources.text("listen").unwrap_or(DEFAULT_LISTEN).parse::<SocketAddr>().ok();
        let sockets = listen.map_or(Ok(vec![]), sockets)?;
        let port =
            sockets.first().and_then(|socket| socket.local_addr().ok()).map_or(0, |address| address.port());
        let (files, secrets) = Files::make(&rng)?;
        let sources = sources
            .set_default("issuer", &format!("http://localhost:{port}"))
            .set_default("metrics_listen", "off")
            .set_default("log.format", "text")
            .set_default("log.level", "warn")
            .set("insecure_http", "true", "credenza dev")
            .set("database_url", files.database_url.as_str(), "credenza dev")
            .set("master_key", &secrets.master_key, "credenza dev");
        Ok(Self { config: Config::load(sources)?, files, secrets, sockets })
    }

    /// Makes the demo user and client if they are not there, says where to go, and serves.
    ///
    /// # Errors
    /// [`serve::Error`] when it cannot start.
    pub async fn serve(self) -> Result<(), serve::Error> {
        let store = serve::open(&self.config).await?;
        let (rng, now) = (SystemRng::new(), SystemClock.now());
        let tenant = serve::default_tenant(&store, &rng, now).await?.tenant_id;
        let provision = provision::Provision {
            store: &store,
            tenant: &tenant,
            demo: &self.secrets.demo,
            fresh: self.secrets.fresh,
            now,
        };
        provision.user(&self.config.password.cost, &rng).await?;
        provision.client(self.config.issuer.as_str()).await?;
        let demo = &self.secrets.demo;
        let text = banner::banner(self.config.issuer.as_str(), &self.files.dir, demo);
        let _ = io::stdout().write_all(text.as_bytes());
        let demo = Demo::new(ClientId::new(&demo.client_id), demo.username.clone(), demo.password.clone());
        let sockets = self.sockets.into_iter().map(tokio_socket).collect::<io::Result<Vec<_>>>();
        let sockets = sockets.map_err(|error| serve::Error::System(error.to_string()))?;
        serve::run(self.config, store, Some(demo), sockets).await
    }
}

/// Listens at the address, and at `::1` as well where it is `127.0.0.1`: browsers try that first for
/// `localhost`.
fn sockets(listen: SocketAddr) -> Result<Vec<TcpListener>, Failure> {
    let first = TcpListener::bind(listen).map_err(|error| {
        Failure::new(format!("listen: {listen}: {error}; another address is set by CREDENZA_LISTEN"))
    })?;
    let port = first.local_addr().map_or(listen.port(), |address| address.port());
    let mut sockets = vec![first];
    if listen.ip() == SocketAddr::from(([127, 0, 0, 1], 0)).ip() {
        sockets.extend(TcpListener::bind((Ipv6Addr::LOCALHOST, port)));
    }
    Ok(sockets)
}

fn tokio_socket(socket: TcpListener) -> io::Result<tokio::net::TcpListener> {
    socket.set_nonblocking(true)?;
    tokio::net::TcpListener::from_std(socket)
}

#[cfg(test)]
mod tests;
