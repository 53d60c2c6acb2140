//! `[events]`: how long changes are kept, and the streams to which they are sent.

use std::fmt;

use credenza_protocol::event::Form;
use credenza_protocol::time::Seconds;
use credenza_storage::Sink;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use super::egress::Allow;
use super::fault::Faults;
use super::values::{Concealed, parsed};

/// What becomes of events. They are sent nowhere, unless a stream is set.
#[derive(Clone, Debug, Default)]
pub struct Events {
    /// How long they are kept; none is if absent.
    pub keep: Option<Seconds>,
    /// The form in which they are sent.
    pub envelope: Form,
    /// A stream in the Redis of `redis_url`.
    pub redis: Option<RedisEvents>,
    /// A stream of NATS JetStream.
    pub nats: Option<NatsEvents>,
    /// Whether they are sent to the webhooks of their tenant.
    pub webhooks: bool,
}

/// What webhooks may be, and for how long their messages are kept.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WebhookConfig {
    /// Private hosts and networks that may be reached.
    pub allow: Allow,
    /// Whether plain http is used to reach this machine, where `allow` lists it.
    pub http_loopback: bool,
    /// How long messages are kept, whether they arrived or not.
    pub kept: Seconds,
    /// In which form events are sent.
    pub envelope: Form,
}

impl Default for WebhookConfig {
    fn default() -> Self {
        Self {
            allow: Allow::default(),
            http_loopback: false,
            kept: Seconds(i64::from(KEPT_DAYS) * DAY),
            envelope: Form::default(),
        }
    }
}

/// Days for which messages to webhooks are kept, unless something else is set.
const KEPT_DAYS: u32 = 7;
/// A day, in seconds.
const DAY: i64 = 86_400;

/// A stream in Redis.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RedisEvents {
    /// The oldest are dropped when there are more, roughly.
    pub max_len: u64,
}

/// A stream of NATS JetStream. It prints without the URL, which may hold a password.
#[derive(Clone, Eq, PartialEq)]
pub struct NatsEvents {
    /// `nats://` or `tls://`, with user and password or a token if need be.
    pub url: String,
    /// Its name.
    pub stream: String,
    /// Whether it is made if there is none.
    pub create_stream: bool,
}

impl Events {
    /// The streams for which events are written.
    #[must_use]
    pub fn sinks(&self) -> Vec<Sink> {
        let redis = self.redis.as_ref().map(|_| Sink::Redis);
        let nats = self.nats.as_ref().map(|_| Sink::Nats);
        redis.into_iter().chain(nats).chain(self.webhooks.then_some(Sink::Webhooks)).collect()
    }
}

impl fmt::Debug for NatsEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsEvents").field("stream", &self.stream).finish_non_exhaustive()
    }
}

/// How long events are kept, and the streams to which they are sent.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct EventsSection {
    /// Days for which events are kept in the database, to be listed and followed; 0 keeps none.
    #[schemars(range(min = 0, max = 3650))]
    pub keep_days: u32,
    /// Form in which events are sent: with the envelope of CloudEvents 1.0, or without it.
    pub envelope: Form,
    /// Whether events are sent to a stream in the Redis of `redis_url`.
    pub redis: bool,
    /// Events that the stream in Redis holds, roughly; then the oldest are dropped.
    #[schemars(range(min = 1, max = 1_000_000_000_000_u64))]
    pub redis_max_len: u64,
    /// NATS JetStream to which events are sent: `nats://[user:password@]host[:port]`, or `tls://` for TLS.
    #[serde(deserialize_with = "nats_url", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("writeOnly" = true))]
    pub nats_url: Option<Concealed>,
    /// Name of the stream of JetStream: 1 to 255 letters, digits, `-` or `_`.
    #[serde(deserialize_with = "stream")]
    pub nats_stream: String,
    /// Whether the stream of JetStream is created where there is none.
    pub nats_create_stream: bool,
    /// Whether events are sent to the webhooks of their tenant. While it is false, no webhook can be made.
    pub webhooks: bool,
    /// Whether webhooks may be reached by http, and not https, on this machine, where `egress.allow` lists it.
    pub webhooks_http_loopback: bool,
    /// How many days messages to webhooks are kept, whether they arrived or not.
    #[schemars(range(min = 2, max = 90))]
    pub webhooks_kept_days: u32,
}

impl Default for EventsSection {
    fn default() -> Self {
        Self {
            keep_days: 30,
            envelope: Form::CloudEvents,
            redis: false,
            redis_max_len: 1_000_000,
            nats_url: None,
            nats_stream: "CREDENZA".to_owned(),
            nats_create_stream: false,
            webhooks: false,
            webhooks_http_loopback: false,
            webhooks_kept_days: KEPT_DAYS,
        }
    }
}

impl EventsSection {
    /// What webhooks may be; `allow` is that of outbound fetches.
    pub(super) fn webhooks(&self, allow: &Allow) -> WebhookConfig {
        WebhookConfig {
            allow: allow.clone(),
            http_loopback: self.webhooks_http_loopback,
            kept: Seconds(i64::from(self.webhooks_kept_days) * DAY),
            envelope: self.envelope,
        }
    }

    /// The streams; `has_redis` says whether there is a `redis_url`.
    pub(super) fn events(self, has_redis: bool, faults: &mut Faults) -> Events {
        let Self {
            keep_days,
            envelope,
            redis,
            redis_max_len,
            nats_url,
            nats_stream,
            nats_create_stream,
            webhooks,
            ..
        } = self;
        if redis && !has_redis {
            faults.add_between("events.redis", "needs redis_url, which names the Redis");
        }
        Events {
            keep: (keep_days > 0).then(|| Seconds(i64::from(keep_days) * 86_400)),
            envelope,
            redis: redis.then_some(RedisEvents { max_len: redis_max_len }),
            nats: nats_url.map(|url| NatsEvents {
                url: url.into_inner(),
                stream: nats_stream,
                create_stream: nats_create_stream,
            }),
            webhooks,
        }
    }
}

/// The fault does not repeat the URL, which may hold a password.
fn nats_url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Concealed>, D::Error> {
    parsed(deserializer, |text| {
        if cfg!(not(feature = "nats")) {
            return Err("is not supported by this build, which was made without the feature `nats`");
        }
        match url::Url::parse(text).ok().filter(url::Url::has_host) {
            Some(url) if matches!(url.scheme(), "nats" | "tls") => Ok(Some(Concealed::new(text))),
            _ => Err("must be nats://[user:password@]host[:port], or tls:// for TLS"),
        }
    })
}

fn stream<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    parsed(deserializer, |text| match text.bytes().all(plain) && (1..=255).contains(&text.len()) {
        true => Ok(text.to_owned()),
        false => Err(format!("must be 1 to 255 letters, digits, - or _, not {text:?}")),
    })
}
