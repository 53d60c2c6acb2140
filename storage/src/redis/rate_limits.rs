//! Rate limits: counted in Redis, and in SQL while Redis is unavailable: never without a limit.

use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use bb8_redis::redis::{Script, cmd};
use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::{Seconds, Time};

use super::client::{Fault, Redis};
use super::hex;
use crate::{Change, Counted, RateLimits, Result, StoreError, Take};

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

/// `ARGV`: what must be there, count and end, both empty for nothing; what is there from now on; for how many
/// milliseconds. 0: something else was there.
static REPLACE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local found = redis.call('HMGET', KEYS[1], 'count', 'ends')
if (found[1] or '') ~= ARGV[1] or (found[2] or '') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'count', ARGV[3], 'ends', ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return 1
",
    )
});

/// How often a count is read again that another caller changed meanwhile.
const TURNS: u32 = 64;

pub(super) struct InRedis {
    pub(super) redis: Arc<Redis>,
    pub(super) sql: Arc<dyn RateLimits>,
}

impl InRedis {
    fn key(&self, tenant: &TenantId, key: SecretHash) -> String {
        self.redis.key("rate", tenant, &hex(key))
    }

    /// What is kept under that name, expired or not.
    async fn kept(&self, name: &str) -> std::result::Result<Option<Counted>, Fault> {
        let mut get = cmd("HMGET");
        get.arg(name).arg("count").arg("ends");
        let (count, ends): (Option<i64>, Option<i64>) = self.redis.command(&get).await?;
        Ok(count.zip(ends).map(|(count, ends)| Counted { count, expires_at: Time::from_seconds(ends) }))
    }

    /// Applies a rule, and answers with what was kept; `None` if another caller was faster.
    async fn turn(
        &self,
        name: &str,
        change: &Change,
        now: Time,
    ) -> std::result::Result<Option<Option<Counted>>, Fault> {
        let kept = self.kept(name).await?;
        let before = kept.filter(|kept| kept.expires_at > now);
        let Some(after) = change(before).filter(|after| Some(*after) != before) else {
            return Ok(Some(before));
        };
        let text = |number: fn(Counted) -> i64| kept.map(|kept| number(kept).to_string()).unwrap_or_default();
        let (count, ends) = (text(|kept| kept.count), text(|kept| kept.expires_at.seconds()));
        let life = (after.expires_at - now).0.max(1).saturating_mul(1000);
        let keys = [name.to_owned()];
        let replaced: i64 = self
            .redis
            .script(&REPLACE, &keys, |call, _| {
                call.arg(count).arg(ends).arg(after.count).arg(after.expires_at.seconds()).arg(life);
            })
            .await?;
        Ok((replaced == 1).then_some(before))
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

    async fn find(&self, tenant: &TenantId, key: SecretHash, now: Time) -> Result<Option<Counted>> {
        match self.kept(&self.key(tenant, key)).await {
            Ok(kept) => Ok(kept.filter(|kept| kept.expires_at > now)),
            Err(_) => self.sql.find(tenant, key, now).await,
        }
    }

    async fn change(
        &self,
        tenant: &TenantId,
        key: SecretHash,
        change: Change,
        now: Time,
    ) -> Result<Option<Counted>> {
        let name = self.key(tenant, key);
        for _ in 0..TURNS {
            match self.turn(&name, &change, now).await {
                Ok(Some(before)) => return Ok(before),
                Ok(None) => {}
                Err(_) => return self.sql.change(tenant, key, change, now).await,
            }
        }
        Err(StoreError::new("a rate limit was contended for too long"))
    }
}
