//! The effective configuration, as `check-config` shows it: every setting, no secret.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Config, LogFormat};

/// The effective configuration, by the names of the file.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[expect(missing_docs, reason = "each field is the setting of its name")]
pub struct Shown {
    pub listen: String,
    pub issuer: String,
    pub database_url: String,
    pub database: ShownDatabase,
    /// Whether there is one; the URL may hold a password and is never shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redis_url: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redis: Option<ShownRedis>,
    pub events: ShownEvents,
    /// Whether there is one; the key itself is never shown.
    pub master_key: &'static str,
    /// How many there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub master_keys_previous: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_cert: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_key: Option<String>,
    pub metrics_listen: String,
    pub insecure_http: bool,
    pub trusted_proxies: Vec<String>,
    pub keys: ShownKeys,
    pub log: ShownLog,
    pub limits: ShownLimits,
    pub password: ShownPassword,
    pub egress: ShownEgress,
}

/// `egress`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ShownEgress {
    pub allow: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<String>,
    pub timeout_seconds: u64,
}

/// `keys`, in seconds.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ShownKeys {
    pub rotate_every: i64,
    pub publish_before: i64,
}

/// `database`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ShownDatabase {
    pub pool_size: usize,
    pub wait_timeout_seconds: u64,
    pub connect_timeout_seconds: u64,
}

/// `redis`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ShownRedis {
    pub prefix: String,
    pub connect_timeout_ms: u128,
    pub command_timeout_ms: u128,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<String>,
}

/// `events`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ShownEvents {
    pub redis: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redis_max_len: Option<u64>,
    /// Whether there is one; the URL may hold a password and is never shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nats_url: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nats_stream: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nats_create_stream: Option<bool>,
}

impl From<&super::Events> for ShownEvents {
    fn from(events: &super::Events) -> Self {
        let nats = events.nats.as_ref();
        Self {
            redis: events.redis.is_some(),
            redis_max_len: events.redis.as_ref().map(|redis| redis.max_len),
            nats_url: nats.map(|_| "(set)"),
            nats_stream: nats.map(|nats| nats.stream.clone()),
            nats_create_stream: nats.map(|nats| nats.create_stream),
        }
    }
}

/// `log`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ShownLog {
    pub format: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
}

/// `limits`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ShownLimits {
    pub body_bytes: usize,
    pub header_bytes: usize,
    pub connections: usize,
    pub requests: usize,
    pub header_timeout_seconds: u64,
    pub request_timeout_seconds: u64,
    pub shutdown_seconds: u64,
}

/// `password`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ShownPassword {
    pub memory_kib: u32,
    pub iterations: u32,
    pub parallelism: u32,
    pub threads: usize,
}

impl From<&Config> for Shown {
    fn from(config: &Config) -> Self {
        let path = |path: &std::path::Path| path.display().to_string();
        let (limits, cost) = (&config.limits, &config.password.cost);
        Self {
            listen: config.listen.to_string(),
            issuer: config.issuer.to_string(),
            database_url: config.database_url.to_string(),
            database: ShownDatabase {
                pool_size: config.pool.size,
                wait_timeout_seconds: config.pool.wait_timeout.as_secs(),
                connect_timeout_seconds: config.pool.connect_timeout.as_secs(),
            },
            redis_url: config.redis.as_ref().map(|_| "(set)"),
            redis: config.redis.as_ref().map(|redis| ShownRedis {
                prefix: redis.options.prefix.clone(),
                connect_timeout_ms: redis.options.connect_timeout.as_millis(),
                command_timeout_ms: redis.options.command_timeout.as_millis(),
                ca_file: redis.ca_file.as_deref().map(path),
            }),
            events: ShownEvents::from(&config.events),
            master_key: "(set)",
            master_keys_previous: match config.master_keys.previous() {
                0 => None,
                number => Some(format!("({number} set)")),
            },
            tls_cert: config.tls.as_ref().map(|tls| path(&tls.cert)),
            tls_key: config.tls.as_ref().map(|tls| path(&tls.key)),
            metrics_listen: config
                .metrics_listen
                .map_or_else(|| "off".to_owned(), |address| address.to_string()),
            insecure_http: !config.issuer.is_https(),
            trusted_proxies: config.trusted_proxies.to_texts(),
            keys: ShownKeys {
                rotate_every: config.keys.rotate_every.0,
                publish_before: config.keys.publish_before.0,
            },
            log: ShownLog {
                format: match config.log.format {
                    LogFormat::Json => "json",
                    LogFormat::Text => "text",
                },
                level: config.log.level.clone(),
            },
            limits: ShownLimits {
                body_bytes: limits.body_bytes,
                header_bytes: limits.header_bytes,
                connections: limits.connections,
                requests: limits.requests,
                header_timeout_seconds: limits.header_timeout.as_secs(),
                request_timeout_seconds: limits.request_timeout.as_secs(),
                shutdown_seconds: limits.shutdown.as_secs(),
            },
            password: ShownPassword {
                memory_kib: cost.memory_kib(),
                iterations: cost.iterations(),
                parallelism: cost.parallelism(),
                threads: config.password.threads,
            },
            egress: ShownEgress {
                allow: config.egress.allow.to_texts(),
                ca_file: config.egress.ca_file.as_deref().map(path),
                timeout_seconds: config.egress.timeout.as_secs(),
            },
        }
    }
}
