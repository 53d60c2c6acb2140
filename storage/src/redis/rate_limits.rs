//! Rate limits: counted in Redis, and in SQL while Redis is unavailable: never without a limit.

use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use bb8_redis::redis::{Script, cmd};
use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::{Seconds, Time};

use super::client::Redis;
use super::hex;
use crate::{RateLimits, Result, Take};

/// `ARGV`: limit, window, now. 0: counted; otherwise in how many seconds another is allowed. A window that ends too
/// far off began before the clock was set back, and begins again with its count.
static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local limit, window, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local found = redis.call('HMGET', KEYS[1], 'count', 'ends')
local count, ends = tonumber(found[1] or 0), tonumber(found[2] or 0)
if ends <= now then count, ends = 0, now + window end
if ends > now + window then ends = now + window end
local refused = count >= limit
if not refused then count = count + 1 end
redis.call('HSET', KEYS[1], 'count', count, 'ends', string.format('%.0f', ends))
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', window * 1000))
if refused then return math.max(ends - now, 1) end
return 0
",
    )
});

static GIVE_BACK: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local count = tonumber(redis.call('HGET', KEYS[1], 'count') or 0)
if count > 0 then redis.call('HSET', KEYS[1], 'count', count - 1) end
return count
",
    )
});

pub(super) struct InRedis {
    pub(super) redis: Arc<Redis>,
    pub(super) sql: Arc<dyn RateLimits>,
}

impl InRedis {
    fn key(&self, tenant: &TenantId, key: SecretHash) -> String {
        self.redis.key("rate", tenant, &hex(key))
    }
}

#[async_trait]
impl RateLimits for InRedis {
    async fn take(
        &self,
        tenant: &TenantId,
        key: SecretHash,
        limit: u32,
        window: Seconds,
        now: Time,
    ) -> Result<Take> {
        let name = self.key(tenant, key);
        let wait = self
            .redis
            .script(&TAKE, &[name], |call, _| {
                call.arg(limit).arg(window.0.max(1)).arg(now.seconds());
            })
            .await;
        match wait {
            Ok(0) => Ok(Take::Allowed),
            Ok(wait) => Ok(Take::Refused { retry_after: Seconds(wait) }),
            Err(_) => self.sql.take(tenant, key, limit, window, now).await,
        }
    }

    async fn give_back(&self, tenant: &TenantId, key: SecretHash, now: Time) -> Result<()> {
        let name = self.key(tenant, key);
        let given: std::result::Result<i64, _> = self.redis.script(&GIVE_BACK, &[name], |_, _| ()).await;
        match given {
            Ok(_) => Ok(()),
            Err(_) => self.sql.give_back(tenant, key, now).await,
        }
    }

    async fn forget(&self, tenant: &TenantId, key: SecretHash, now: Time) -> Result<()> {
        let mut delete = cmd("DEL");
        delete.arg(self.key(tenant, key));
        let deleted: std::result::Result<i64, _> = self.redis.command(&delete).await;
        match deleted {
            Ok(_) => Ok(()),
            Err(_) => self.sql.forget(tenant, key, now).await,
        }
    }
}
