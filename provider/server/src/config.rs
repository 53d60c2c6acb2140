//! Configuration: one TOML file, each key also in the environment as `CREDENZA_` and its path, with
//! `__` between the levels; the environment takes precedence.
//!
//! [`Document`] describes every setting once. Everything is parsed into a type here, and every fault is reported at
//! once, so that an operator can correct all of them in one go.

use std::net::SocketAddr;
use std::path::PathBuf;

use credenza_storage::PoolOptions;

use crate::accounts::breached::Breached;
use crate::accounts::password::Cost;
use crate::keys::schedule::Schedule;
use crate::keys::seal::MasterKeys;

mod admin;
mod captcha;
mod catalogue;
mod database;
mod database_url;
mod document;
mod egress;
mod events;
mod fault;
mod issuer;
mod keys;
mod limits;
mod log;
mod mail;
mod name;
mod node;
mod password;
mod places;
mod proxies;
mod reader;
mod redis;
mod settings;
mod source;
mod table;
mod values;

pub use admin::AdminConfig;
pub use captcha::{CaptchaConfig, CaptchaProvider};
pub use catalogue::schema;
pub use database_url::DatabaseUrl;
pub use document::Document;
pub use egress::{Allow, EgressConfig};
pub use events::{Events, NatsEvents, RedisEvents, WebhookConfig};
pub use fault::{Fault, Faults};
pub use issuer::{Issuer, path_of};
pub use limits::Limits;
pub use log::{Log, LogFormat};
pub use mail::{MailConfig, MailWay};
pub use proxies::TrustedProxies;
pub use redis::RedisConfig;
pub use settings::Settings;
pub use source::Sources;
pub(crate) use source::line_of;
pub use table::{table, table_of};
pub use values::Concealed;

/// What a server needs to know.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the provider listens.
    pub listen: SocketAddr,
    /// The issuer of the default tenant.
    pub issuer: Issuer,
    /// The database.
    pub database_url: DatabaseUrl,
    /// The pool of connections to it, if it is a server.
    pub pool: PoolOptions,
    /// Redis, if it is used.
    pub redis: Option<RedisConfig>,
    /// Where changes are sent.
    pub events: Events,
    /// What webhooks may be.
    pub webhooks: WebhookConfig,
    /// The keys under which private keys are sealed, and were before.
    pub master_keys: MasterKeys,
    /// How often signing keys are rotated.
    pub keys: Schedule,
    /// The certificate and key, if the provider speaks TLS itself.
    pub tls: Option<TlsFiles>,
    /// The file that is applied before the server listens.
    pub apply: Option<PathBuf>,
    /// Where `/metrics` listens, if anywhere.
    pub metrics_listen: Option<SocketAddr>,
    /// The proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: TrustedProxies,
    /// What is logged, and how.
    pub log: Log,
    /// What one client, or all of them together, may ask of the server.
    pub limits: Limits,
    /// How passwords are hashed.
    pub password: PasswordConfig,
    /// How the provider fetches URLs that clients registered.
    pub egress: EgressConfig,
    /// The admin API.
    pub admin: AdminConfig,
    /// What tells people and robots apart, if there is such a service.
    pub captcha: Option<CaptchaConfig>,
    /// The file by which places are found, if there is one.
    pub places: Option<PathBuf>,
    /// How mail is sent, if it is.
    pub mail: Option<MailConfig>,
    /// The settings as they are in force, by the names of the file and without secrets when they are serialised.
    pub document: Document,
}

/// A certificate chain and its private key, both PEM.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TlsFiles {
    /// The chain, the server's own certificate first.
    pub cert: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// How passwords are hashed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PasswordConfig {
    /// What one hash costs.
    pub cost: Cost,
    /// How many are made at once.
    pub threads: usize,
    /// Passwords that nobody may choose.
    pub breached: Option<Breached>,
}

impl Config {
    /// Reads what a server needs.
    ///
    /// # Errors
    /// Every fault at once: settings that are missing, unknown, or not of their form.
    pub fn load(sources: Sources) -> Result<Self, Faults> {
        let (settings, mut faults) = Settings::read(sources);
        if settings.issuer.is_none() {
            faults.add_missing(
                "issuer",
                "the URL under which clients know this provider, such as https://id.example.com",
            );
        }
        if settings.master_keys.is_none() {
            faults.add_missing(
                "master_key",
                "32 random bytes in base64, as `openssl rand -base64 32` prints them",
            );
        }
        match (settings.issuer, settings.master_keys) {
            (Some(issuer), Some(master_keys)) if faults.is_empty() => Ok(Self {
                listen: settings.listen,
                issuer,
                database_url: settings.database_url,
                pool: settings.pool,
                redis: settings.redis,
                events: settings.events,
                webhooks: settings.webhooks,
                master_keys,
                keys: settings.keys,
                tls: settings.tls,
                apply: settings.apply,
                metrics_listen: settings.metrics_listen,
                trusted_proxies: settings.trusted_proxies,
                log: settings.log,
                limits: settings.limits,
                password: settings.password,
                egress: settings.egress,
                admin: settings.admin,
                captcha: settings.captcha,
                places: settings.places,
                mail: settings.mail,
                document: settings.document,
            }),
            _ => Err(faults),
        }
    }
}

#[cfg(test)]
mod tests;
