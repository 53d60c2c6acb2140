//! `redis_url` and `[redis]`.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use credenza_storage::RedisOptions;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use super::values::{self, Concealed, FromFile, parsed};

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

/// How Redis is used, where there is a `redis_url`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RedisSection {
    /// What every key in Redis begins with: 1 to 64 visible ASCII characters.
    #[serde(deserialize_with = "prefix")]
    pub prefix: String,
    /// How long connecting may take, in milliseconds.
    #[serde(rename = "connect_timeout_ms", with = "values::milliseconds")]
    #[schemars(with = "u64", range(min = 10, max = 60_000))]
    pub connect_timeout: Duration,
    /// How long a command may take, in milliseconds; a slower Redis counts as gone.
    #[serde(rename = "command_timeout_ms", with = "values::milliseconds")]
    #[schemars(with = "u64", range(min = 10, max = 60_000))]
    pub command_timeout: Duration,
    /// File of certificates (PEM) that `rediss://` trusts in place of the web's authorities.
    #[serde(deserialize_with = "certificates", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub ca_file: Option<FromFile<Vec<u8>>>,
}

impl Default for RedisSection {
    fn default() -> Self {
        let RedisOptions { prefix, connect_timeout, command_timeout, .. } = RedisOptions::new("");
        Self { prefix, connect_timeout, command_timeout, ca_file: None }
    }
}

impl RedisSection {
    pub(super) fn config(self, url: Concealed) -> RedisConfig {
        let Self { prefix, connect_timeout, command_timeout, ca_file } = self;
        let (ca_file, ca) = ca_file.map(|FromFile { path, content }| (path, content)).unzip();
        let url = url.into_inner();
        RedisConfig { options: RedisOptions { url, prefix, connect_timeout, command_timeout, ca }, ca_file }
    }
}

/// The fault does not repeat the URL, which may hold a password.
pub(super) fn url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Concealed>, D::Error> {
    parsed(deserializer, |text| match url::Url::parse(text).ok().filter(url::Url::has_host) {
        Some(_) if cfg!(not(feature = "redis")) => {
            Err("is not supported by this build, which was made without the feature `redis`")
        }
        Some(url) if matches!(url.scheme(), "redis" | "rediss") => Ok(Some(Concealed::new(text))),
        _ => Err("must be redis://[[user]:password@]host[:port][/db], or rediss:// for TLS"),
    })
}

fn prefix<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let is_prefix =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic()) && (1..=64).contains(&text.len());
    parsed(deserializer, |text| match is_prefix(text) {
        true => Ok(text.to_owned()),
        false => Err(format!("must be 1 to 64 visible ASCII characters, not {text:?}")),
    })
}

fn certificates<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<FromFile<Vec<u8>>>, D::Error> {
    parsed(deserializer, |text| FromFile::read(text, Ok)).map(Some)
}
