//! A store in Redis, which instances share.

use std::time::Duration;

use redis::aio::ConnectionManager;
use redis::{RedisError, Script};

use super::{By, Entry, Store, StoreError, Stored};
use crate::redis_client;
use credenza_validator::{SettingsError, base64url, hash};

/// `KEYS`: the entry, the indexes of its session and its person. `ARGV`: value, milliseconds, whether it must exist,
/// whether there are the indexes.
const PUT: &str = "
if ARGV[3] == '1' and redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
for i = 2, #KEYS do
  redis.call('SADD', KEYS[i], KEYS[1])
  if redis.call('PTTL', KEYS[i]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[i], ARGV[2]) end
end
return 1";
const DELETE_BY: &str = "
for _, key in ipairs(redis.call('SMEMBERS', KEYS[1])) do redis.call('DEL', key) end
return redis.call('DEL', KEYS[1])";
const UNLOCK: &str = "
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0";

/// Keeps entries in Redis, or Valkey. Not for a cluster, as an entry and its indexes are in different slots.
pub struct RedisStore {
    connection: ConnectionManager,
    prefix: String,
}

impl RedisStore {
    /// At a URL (`redis://…`, `rediss://…`), under keys that begin with `credenza:`. It connects when it is first asked,
    /// and again by itself. Inside a Tokio runtime.
    ///
    /// # Errors
    /// [`SettingsError`] names `redis` when that is no such URL.
    pub fn new(url: &str) -> Result<Self, SettingsError> {
        Ok(Self { connection: redis_client::connection(url)?, prefix: "credenza:".to_owned() })
    }

    /// Under keys that begin with this, in place of `credenza:`.
    #[must_use]
    pub fn prefix(self, prefix: impl Into<String>) -> Self {
        Self { prefix: prefix.into(), ..self }
    }

    fn key(&self, kind: &str, name: &str) -> String {
        format!("{}{kind}:{name}", self.prefix)
    }

    fn index(&self, by: &By<'_>) -> String {
        match by {
            By::Sid(sid) => self.key("sid", &base64url::encode(hash::sha256(sid.as_bytes()))),
            By::Sub(sub) => self.key("sub", &base64url::encode(hash::sha256(sub.as_bytes()))),
        }
    }
}

fn failed(error: RedisError) -> StoreError {
    StoreError(error.to_string())
}

fn milliseconds(ttl: Duration) -> u64 {
    u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX).max(1)
}

impl Store for RedisStore {
    fn get<'a>(&'a self, key: &'a str) -> Stored<'a, Option<String>> {
        Box::pin(async move {
            let mut command = redis::cmd("GET");
            command
                .arg(self.key("entry", key))
                .query_async(&mut self.connection.clone())
                .await
                .map_err(failed)
        })
    }

    fn put<'a>(&'a self, key: &'a str, entry: Entry) -> Stored<'a, bool> {
        Box::pin(async move {
            let script = Script::new(PUT);
            let mut call = script.key(self.key("entry", key));
            if let Some(sid) = &entry.sid {
                call.key(self.index(&By::Sid(sid)));
            }
            if let Some(sub) = &entry.sub {
                call.key(self.index(&By::Sub(sub)));
            }
            call.arg(&entry.value).arg(milliseconds(entry.ttl)).arg(i32::from(entry.must_exist));
            call.invoke_async(&mut self.connection.clone()).await.map_err(failed)
        })
    }

    fn delete<'a>(&'a self, key: &'a str) -> Stored<'a, ()> {
        Box::pin(async move {
            let mut command = redis::cmd("DEL");
            command
                .arg(self.key("entry", key))
                .query_async(&mut self.connection.clone())
                .await
                .map_err(failed)
        })
    }

    fn delete_by<'a>(&'a self, by: By<'a>) -> Stored<'a, ()> {
        Box::pin(async move {
            let script = Script::new(DELETE_BY);
            let deleted: Result<i64, _> =
                script.key(self.index(&by)).invoke_async(&mut self.connection.clone()).await;
            deleted.map(drop).map_err(failed)
        })
    }

    fn lock<'a>(&'a self, key: &'a str, holder: &'a str, ttl: Duration) -> Stored<'a, bool> {
        Box::pin(async move {
            let mut command = redis::cmd("SET");
            command.arg(self.key("lock", key)).arg(holder).arg("NX").arg("PX").arg(milliseconds(ttl));
            let taken: Result<Option<String>, _> = command.query_async(&mut self.connection.clone()).await;
            taken.map(|taken| taken.is_some()).map_err(failed)
        })
    }

    fn unlock<'a>(&'a self, key: &'a str, holder: &'a str) -> Stored<'a, ()> {
        Box::pin(async move {
            let script = Script::new(UNLOCK);
            let mut call = script.key(self.key("lock", key));
            let deleted: Result<i64, _> = call.arg(holder).invoke_async(&mut self.connection.clone()).await;
            deleted.map(drop).map_err(failed)
        })
    }
}
