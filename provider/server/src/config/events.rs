//! `[events]`: who is told of changes.

use std::fmt;

use credenza_storage::Sink;

use super::reader::Reader;
use super::values::{boolean, number};

/// What a stream in Redis holds, unless set otherwise; roughly.
const MAX_LEN: u64 = 1_000_000;

/// Who is told of changes: nobody, unless they are named.
#[derive(Clone, Debug, Default)]
pub struct Events {
    /// A stream in the Redis of `redis_url`.
    pub redis: Option<RedisEvents>,
    /// A stream of NATS JetStream.
    pub nats: Option<NatsEvents>,
}

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
    /// Those that events are written for.
    #[must_use]
    pub fn sinks(&self) -> Vec<Sink> {
        let redis = self.redis.as_ref().map(|_| Sink::Redis);
        redis.into_iter().chain(self.nats.as_ref().map(|_| Sink::Nats)).collect()
    }
}

impl fmt::Debug for NatsEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsEvents").field("stream", &self.stream).finish_non_exhaustive()
    }
}

/// Reads them; `has_redis` says whether there is a `redis_url`.
pub(super) fn read(read: &mut Reader, has_redis: bool) -> Events {
    let redis = read.or("events.redis", false, boolean);
    let max_len = read.or("events.redis_max_len", MAX_LEN, number(1..=1_000_000_000_000));
    if redis && !has_redis {
        read.fault("events.redis", "needs redis_url, which names the Redis");
    }
    let url = read.optional("events.nats_url", nats_url);
    let stream = read.or("events.nats_stream", "CREDENZA".to_owned(), stream);
    let create_stream = read.or("events.nats_create_stream", false, boolean);
    Events {
        redis: redis.then_some(RedisEvents { max_len }),
        nats: url.map(|url| NatsEvents { url, stream, create_stream }),
    }
}

/// What is wrong with it is said without it.
fn nats_url(text: &str) -> Result<String, String> {
    if cfg!(not(feature = "nats")) {
        return Err("is not supported by this build, which was made without the feature `nats`".to_owned());
    }
    let parsed = url::Url::parse(text).ok().filter(url::Url::has_host);
    match parsed {
        Some(url) if matches!(url.scheme(), "nats" | "tls") => Ok(text.to_owned()),
        _ => Err("must be nats://[user:password@]host[:port], or tls:// for TLS".to_owned()),
    }
}

fn stream(text: &str) -> Result<String, String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    match text.bytes().all(plain) && (1..=255).contains(&text.len()) {
        true => Ok(text.to_owned()),
        false => Err(format!("must be 1 to 255 letters, digits, - or _, not {text:?}")),
    }
}
