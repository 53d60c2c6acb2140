//! Every setting, once: its name, its form and what it is when nobody sets it.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use credenza_storage::PoolOptions;

use super::reader::Reader;
use super::{
    DatabaseUrl, EgressConfig, Events, Faults, Issuer, Limits, Log, PasswordConfig, RedisConfig, Sources,
    TlsFiles, TrustedProxies, database, egress, events, keys, password, redis, values,
};
use crate::keys::schedule::Schedule;
use crate::keys::seal::MasterKeys;

const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);
const METRICS_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 9090);

/// The settings as they stand: enough for a command that works on the database, while a server needs
/// the [`super::Config`] that is made of them. The fields are those of `Config`.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are documented at Config")]
pub struct Settings {
    pub listen: SocketAddr,
    pub issuer: Option<Issuer>,
    pub database_url: Option<DatabaseUrl>,
    pub pool: PoolOptions,
    pub redis: Option<RedisConfig>,
    pub events: Events,
    pub master_keys: Option<MasterKeys>,
    pub keys: Schedule,
    pub tls: Option<TlsFiles>,
    pub metrics_listen: Option<SocketAddr>,
    pub trusted_proxies: TrustedProxies,
    pub log: Log,
    pub limits: Limits,
    pub password: PasswordConfig,
    pub egress: EgressConfig,
}

impl Settings {
    /// Reads the settings for a command.
    ///
    /// # Errors
    /// Every fault at once: settings that are unknown or not of their form.
    pub fn load(sources: Sources) -> Result<Self, Faults> {
        let (settings, faults) = Self::read(sources);
        if faults.is_empty() { Ok(settings) } else { Err(faults) }
    }

    /// Reads what there is, and what is wrong with it; a faulty setting stands at its default.
    pub(super) fn read(sources: Sources) -> (Self, Faults) {
        let mut read = Reader::new(sources);
        let insecure_http = read.or("insecure_http", false, values::boolean);
        let redis = redis::read(&mut read);
        let settings = Self {
            events: events::read(&mut read, redis.is_some()),
            listen: read.or("listen", LISTEN, values::address),
            issuer: read.optional("issuer", |text| Issuer::parse(text, insecure_http)),
            database_url: read.optional("database_url", DatabaseUrl::parse),
            pool: database::read(&mut read),
            redis,
            master_keys: keys::master(&mut read),
            keys: keys::schedule(&mut read),
            tls: tls(&mut read),
            metrics_listen: read.or("metrics_listen", Some(METRICS_LISTEN), values::address_or_off),
            trusted_proxies: read.list("trusted_proxies", TrustedProxies::parse),
            log: Log::read(&mut read),
            limits: Limits::read(&mut read),
            password: password::read(&mut read),
            egress: egress::read(&mut read),
        };
        (settings, read.finish())
    }
}

fn tls(read: &mut Reader) -> Option<TlsFiles> {
    let path =
        |text: &str| if text.is_empty() { Err("is empty".to_owned()) } else { Ok(PathBuf::from(text)) };
    let cert = read.optional("tls_cert", path);
    let key = read.optional("tls_key", path);
    match (cert, key) {
        (Some(cert), Some(key)) => Some(TlsFiles { cert, key }),
        (Some(_), None) => {
            read.fault("tls_key", "is missing: tls_cert is set, and one needs the other");
            None
        }
        (None, Some(_)) => {
            read.fault("tls_cert", "is missing: tls_key is set, and one needs the other");
            None
        }
        (None, None) => None,
    }
}
