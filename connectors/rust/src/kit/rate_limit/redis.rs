//! Counts in Redis, which instances share.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use redis::Script;
use redis::aio::ConnectionManager;

use super::{Counted, Left, milliseconds};
use crate::clock::system_ms;
use crate::rarely::Rarely;
use crate::{SettingsError, redis_client};

/// How long it may take: requests wait for it.
const PATIENCE: Duration = Duration::from_millis(150);
/// For how long it is not asked again after it did not answer in time, in milliseconds.
const PAUSE_MS: i64 = 1_000;

/// `KEYS` are the windows; `ARGV` the limit and the length in milliseconds of each. Answers whether the request counts,
/// and for each window what is left and when it ends.
const TAKE: &str = "
local allowed = 1
for i, key in ipairs(KEYS) do
  if tonumber(redis.call('GET', key) or '0') >= tonumber(ARGV[2 * i - 1]) then allowed = 0 end
end
local answer = {allowed}
for i, key in ipairs(KEYS) do
  local used
  if allowed == 1 then
    used = redis.call('INCR', key)
    if used == 1 then redis.call('PEXPIRE', key, ARGV[2 * i]) end
  else
    used = tonumber(redis.call('GET', key) or '0')
  end
  local ttl = redis.call('PTTL', key)
  if ttl < 0 then ttl = tonumber(ARGV[2 * i]) end
  answer[#answer + 1] = math.max(0, tonumber(ARGV[2 * i - 1]) - used)
  answer[#answer + 1] = ttl
end
return answer";

/// Counts that instances share.
pub(super) struct Shared {
    connection: ConnectionManager,
    /// When it may be asked again, in milliseconds since 1970.
    not_before: AtomicI64,
    told: Rarely,
}

impl Shared {
    pub(super) fn new(url: &str) -> Result<Self, SettingsError> {
        Ok(Self {
            connection: redis_client::connection(url)?,
            not_before: AtomicI64::new(0),
            told: Rarely::default(),
        })
    }

    /// `None`: it is lost.
    pub(super) async fn take(&self, counted: &[Counted]) -> Option<(bool, Vec<Left>)> {
        if system_ms() < self.not_before.load(Ordering::Relaxed) {
            return None;
        }
        let script = Script::new(TAKE);
        let mut call = script.prepare_invoke();
        for one in counted {
            call.key(&one.key).arg(one.quota.requests).arg(milliseconds(one.quota.window));
        }
        let mut connection = self.connection.clone();
        let asked = tokio::time::timeout(PATIENCE, call.invoke_async::<Vec<u64>>(&mut connection)).await;
        let reason = match asked {
            Ok(Ok(answer)) => return left(&answer),
            Ok(Err(error)) => error.to_string(),
            Err(_) => {
                let until = system_ms().saturating_add(PAUSE_MS);
                self.not_before.store(until, Ordering::Relaxed);
                "no answer in time".to_owned()
            }
        };
        if self.told.is_due(String::new(), system_ms().div_euclid(1000)) {
            tracing::warn!(target: "credenza", reason, "rates are limited by each instance alone");
        }
        None
    }
}

/// What the script answered.
fn left(answer: &[u64]) -> Option<(bool, Vec<Left>)> {
    let (is_allowed, left) = answer.split_first()?;
    let left = left.chunks_exact(2).filter_map(|pair| match pair {
        [requests, reset] => Some(Left { requests: *requests, reset: *reset }),
        _ => None,
    });
    Some((*is_allowed == 1, left.collect()))
}
