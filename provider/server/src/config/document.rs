//! Every setting of the provider, described once.
//!
//! From these structs and their comments come the names in the file and in the environment, defaults, bounds and
//! faults, what `credenza check-config` shows, the JSON schema of the file and the table of the manual. To add a
//! setting, add a field here or in one of the sections, and use it in [`super::Settings`].

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::admin::AdminSection;
use super::captcha::CaptchaSection;
use super::database::DatabaseSection;
use super::database_url::DatabaseUrl;
use super::egress::EgressSection;
use super::events::EventsSection;
use super::issuer::Issuer;
use super::keys::{self, KeysSection};
use super::limits::Limits;
use super::log::Log;
use super::mail::MailSection;
use super::password::PasswordSection;
use super::places::PlacesSection;
use super::proxies::TrustedProxies;
use super::redis::{self, RedisSection};
use super::values::{self, Concealed};
use crate::keys::seal::MasterKey;

/// The settings, by their names in the file. A setting marked `writeOnly` is a secret: it is never shown, and may be
/// given by a file that the variable with `_FILE` at its end names.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Document {
    /// Address and port on which the provider listens.
    #[serde(deserialize_with = "values::address")]
    #[schemars(with = "String")]
    pub listen: SocketAddr,
    /// URL by which clients know the provider, such as `https://id.example.com` or `https://example.com/auth`. `serve`
    /// needs it. Clients compare it as a string, so it must not change.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub issuer: Option<Issuer>,
    /// Whether the issuer may be an `http` URL; only for names of this machine, such as `http://localhost:8080`.
    pub insecure_http: bool,
    /// Database: `sqlite:FILE`, `postgres://USER:PASSWORD@HOST/NAME` or `mysql://USER:PASSWORD@HOST/NAME`.
    #[schemars(with = "String", extend("writeOnly" = true))]
    pub database_url: DatabaseUrl,
    /// Pool of connections to a database server.
    pub database: DatabaseSection,
    /// Redis: `redis://[[user]:password@]host[:port][/db]`, or `rediss://` for TLS.
    #[serde(deserialize_with = "redis::url", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("writeOnly" = true))]
    pub redis_url: Option<Concealed>,
    /// Use of Redis.
    pub redis: RedisSection,
    /// How long events are kept, and the streams to which they are sent.
    pub events: EventsSection,
    /// Key under which private keys and secrets are encrypted at rest: 32 random bytes in base64, as `openssl rand
    /// -base64 32` prints them. `serve` needs it.
    #[serde(
        deserialize_with = "keys::current",
        serialize_with = "values::redacted",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "String", extend("writeOnly" = true))]
    pub master_key: Option<MasterKey>,
    /// Master keys used before, which only decrypt; see the manual on changing the master key. In the file that `…_FILE`
    /// names, they may be one a line.
    #[serde(
        deserialize_with = "keys::previous",
        serialize_with = "keys::count",
        skip_serializing_if = "Vec::is_empty"
    )]
    #[schemars(with = "Vec<String>", extend("writeOnly" = true))]
    pub master_keys_previous: Vec<MasterKey>,
    /// Whether every user of the machine may read the file that holds a master key, as with secrets that a container
    /// engine mounts. Otherwise such a file is refused.
    pub master_key_world_readable: bool,
    /// Rotation of signing keys.
    pub keys: KeysSection,
    /// Certificate chain (PEM) with which the provider itself serves TLS, its own certificate first; needs `tls_key`.
    #[serde(deserialize_with = "values::path", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub tls_cert: Option<PathBuf>,
    /// Private key (PEM) of the certificate; needs `tls_cert`.
    #[serde(deserialize_with = "values::path", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub tls_key: Option<PathBuf>,
    /// Set-up (tenants, clients, users and more) that is applied before the server listens, as `credenza apply` does it: a file.
    #[serde(deserialize_with = "values::path", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub apply: Option<PathBuf>,
    /// Address and port on which `/metrics` is served, or `off`.
    #[serde(with = "values::address_or_off")]
    #[schemars(with = "String")]
    pub metrics_listen: Option<SocketAddr>,
    /// Networks, such as `10.0.0.0/8`, and addresses of proxies whose `X-Forwarded-For` is believed; `loopback` stands for
    /// this machine. Behind a proxy that is not listed all people count as one address.
    #[schemars(with = "Vec<String>")]
    pub trusted_proxies: TrustedProxies,
    /// Log.
    pub log: Log,
    /// Bounds on sizes, numbers and spans.
    pub limits: Limits,
    /// Hashing of passwords by argon2id.
    pub password: PasswordSection,
    /// Fetching of URLs that clients registered.
    pub egress: EgressSection,
    /// The admin API.
    pub admin: AdminSection,
    /// Mail to people.
    pub mail: MailSection,
    /// The service that tells people and robots apart.
    pub captcha: CaptchaSection,
    /// Places of sessions, so that people recognise where they signed in.
    pub places: PlacesSection,
}

const fn on_loopback(port: u16) -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}

impl Default for Document {
    fn default() -> Self {
        Self {
            listen: on_loopback(8080),
            issuer: None,
            insecure_http: false,
            database_url: DatabaseUrl::default(),
            database: DatabaseSection::default(),
            redis_url: None,
            redis: RedisSection::default(),
            events: EventsSection::default(),
            master_key: None,
            master_keys_previous: vec![],
            master_key_world_readable: false,
            keys: KeysSection::default(),
            tls_cert: None,
            tls_key: None,
            apply: None,
            metrics_listen: Some(on_loopback(9790)),
            trusted_proxies: TrustedProxies::default(),
            log: Log::default(),
            limits: Limits::default(),
            password: PasswordSection::default(),
            egress: EgressSection::default(),
            admin: AdminSection::default(),
            mail: MailSection::default(),
            captcha: CaptchaSection::default(),
            places: PlacesSection::default(),
        }
    }
}
