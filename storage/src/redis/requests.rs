//! Requests in progress: each lives in one place, in Redis or, if it began while Redis was unavailable, in SQL.

use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use bb8_redis::redis::{Script, cmd};
use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;

use super::client::{Fault, Redis};
use super::{hex, life_ms};
use crate::{RequestRecord, Requests, Result, StoreError, value};

/// `ARGV`: browser, state, when it expires, how long the key stays.
static BEGIN: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'browser', ARGV[1], 'state', ARGV[2], 'ends', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
",
    )
});

/// `ARGV`: from, to, now. -1: it is not in Redis.
static ADVANCE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local found = redis.call('HMGET', KEYS[1], 'state', 'ends')
if not found[1] then return -1 end
if found[1] ~= ARGV[1] or tonumber(found[2]) <= tonumber(ARGV[3]) then return 0 end
redis.call('HSET', KEYS[1], 'state', ARGV[2])
return 1
",
    )
});

/// `ARGV`: now. -1: it is not in Redis.
static FINISH: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local ends = redis.call('HGET', KEYS[1], 'ends')
if not ends then return -1 end
if tonumber(ends) <= tonumber(ARGV[1]) then return 0 end
return redis.call('DEL', KEYS[1])
",
    )
});

pub(super) struct InRedis {
    pub(super) redis: Arc<Redis>,
    pub(super) sql: Arc<dyn Requests>,
}

impl InRedis {
    fn key(&self, tenant: &TenantId, handle: SecretHash) -> String {
        self.redis.key("request", tenant, &hex(handle))
    }
}

/// The outcome of a step: what SQL says if Redis has no such request. While Redis does not answer, a request that
/// is not in SQL may be in Redis, and the outcome is unknown.
fn step(in_redis: std::result::Result<i64, Fault>, in_sql: Result<bool>) -> Result<bool> {
    match (in_redis, in_sql?) {
        (_, true) => Ok(true),
        (Ok(_), false) => Ok(false),
        (Err(fault), false) => Err(fault.into()),
    }
}

#[async_trait]
impl Requests for InRedis {
    async fn begin(&self, tenant: &TenantId, record: RequestRecord, now: Time) -> Result<()> {
        let key = self.key(tenant, record.handle);
        let life = life_ms(record.expires_at, now);
        let begun = self
            .redis
            .script(&BEGIN, &[key], |call, _| {
                call.arg(hex(record.browser)).arg(&record.state);
                call.arg(record.expires_at.seconds()).arg(life);
            })
            .await;
        match begun {
            Ok(1) => Ok(()),
            Ok(_) => Err(StoreError::new("there is already a request of that handle")),
            Err(Fault::Away(_)) => self.sql.begin(tenant, record, now).await,
            // It may be in Redis now: a copy in SQL could be finished a second time.
            Err(Fault::Lost(error)) => Err(error),
        }
    }

    async fn find(&self, tenant: &TenantId, handle: SecretHash, now: Time) -> Result<Option<RequestRecord>> {
        let mut ask = cmd("HMGET");
        ask.arg(self.key(tenant, handle)).arg(&["browser", "state", "ends"]);
        let found: std::result::Result<(Option<String>, Option<String>, Option<i64>), Fault> =
            self.redis.command(&ask).await;
        match found {
            Ok((Some(browser), Some(state), Some(ends))) => {
                let browser = value::hash(&super::unhex(&browser)?)?;
                let expires_at = Time::from_seconds(ends);
                let record = RequestRecord { handle, browser, state, expires_at };
                Ok(Some(record).filter(|record| record.expires_at > now))
            }
            Ok(_) => self.sql.find(tenant, handle, now).await,
            Err(fault) => match self.sql.find(tenant, handle, now).await? {
                Some(record) => Ok(Some(record)),
                None => Err(fault.into()),
            },
        }
    }

    async fn advance(
        &self,
        tenant: &TenantId,
        handle: SecretHash,
        from: &str,
        to: String,
        now: Time,
    ) -> Result<bool> {
        let key = self.key(tenant, handle);
        let advanced = self
            .redis
            .script(&ADVANCE, &[key], |call, _| {
                call.arg(from).arg(&to).arg(now.seconds());
            })
            .await;
        match advanced {
            Ok(answer @ (0 | 1)) => Ok(answer == 1),
            other => step(other, self.sql.advance(tenant, handle, from, to, now).await),
        }
    }

    async fn finish(&self, tenant: &TenantId, handle: SecretHash, now: Time) -> Result<bool> {
        let key = self.key(tenant, handle);
        let finished = self
            .redis
            .script(&FINISH, &[key], |call, _| {
                call.arg(now.seconds());
            })
            .await;
        match finished {
            Ok(answer @ (0 | 1)) => Ok(answer == 1),
            other => step(other, self.sql.finish(tenant, handle, now).await),
        }
    }
}
