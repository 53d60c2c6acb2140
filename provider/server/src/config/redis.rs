//! `redis_url` and `[redis]`.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use credenza_storage::RedisOptions;

use super::reader::Reader;
use super::values::number;

/// Redis, and how it is reached. It prints without the URL, which may hold a password.
#[derive(Clone)]
pub struct RedisConfig {
    /// What the store is opened with.
    pub options: RedisOptions,
    /// The file of certificates that `rediss://` trusts, if not the web's.
    pub ca_file: Option<PathBuf>,
}

impl fmt::Debug for RedisConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisConfig").field("ca_file", &self.ca_file).finish_non_exhaustive()
    }
}

/// Reads them; `None` where there is no Redis.
pub(super) fn read(read: &mut Reader) -> Option<RedisConfig> {
    let default = RedisOptions::new("");
    let url = read.optional("redis_url", url);
    let prefix = read.or("redis.prefix", default.prefix, prefix);
    let connect_timeout = read.or("redis.connect_timeout_ms", default.connect_timeout, milliseconds);
    let command_timeout = read.or("redis.command_timeout_ms", default.command_timeout, milliseconds);
    let ca = read.optional("redis.ca_file", certificates);
    let (ca_file, ca) = ca.unzip();
    let options = RedisOptions { url: url?, prefix, connect_timeout, command_timeout, ca };
    Some(RedisConfig { options, ca_file })
}

/// What is wrong with it is said without it.
fn url(text: &str) -> Result<String, String> {
    let parsed = url::Url::parse(text).ok().filter(|url| url.has_host());
    match parsed {
        Some(url) if matches!(url.scheme(), "redis" | "rediss") => Ok(text.to_owned()),
        _ => Err("must be redis://[[user]:password@]host[:port][/db], or rediss:// for TLS".to_owned()),
    }
}

fn prefix(text: &str) -> Result<String, String> {
    match text.bytes().all(|byte| byte.is_ascii_graphic()) && (1..=64).contains(&text.len()) {
        true => Ok(text.to_owned()),
        false => Err(format!("must be 1 to 64 visible ASCII characters, not {text:?}")),
    }
}

fn milliseconds(text: &str) -> Result<Duration, String> {
    number(10..=60_000)(text).map(Duration::from_millis)
}

fn certificates(text: &str) -> Result<(PathBuf, Vec<u8>), String> {
    let read = std::fs::read(text).map_err(|error| format!("file {text}: {error}"))?;
    Ok((PathBuf::from(text), read))
}
