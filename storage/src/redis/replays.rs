//! Replays: only in Redis, since a second store beside it would not know what the first one saw. Without Redis
//! nothing can be claimed; nor can anything that may have been claimed before its memory began.

use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use bb8_redis::redis::Script;
use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::{Seconds, Time};

use super::client::Redis;
use super::{hex, life_ms, since};
use crate::{Replays, Result, StoreError};

/// How far apart the clocks of clients, nodes and Redis may be, in seconds.
const LEEWAY: i64 = 60;

/// 1: claimed now; 0: claimed before; -1: it may have been, before the memory began.
static CLAIM: LazyLock<Script> = LazyLock::new(|| {
    let claim = r"
local ends = redis.call('GET', KEYS[2])
if ends and tonumber(ends) > tonumber(ARGV[2]) then return 0 end
local _, began = since()
if tonumber(ARGV[3]) < began + tonumber(ARGV[6]) then return -1 end
redis.call('SET', KEYS[2], ARGV[4], 'PX', ARGV[5])
return 1
";
    Script::new(&format!("{}{claim}", since::PREAMBLE))
});

pub(super) struct InRedis(pub(super) Arc<Redis>);

#[async_trait]
impl Replays for InRedis {
    async fn claim(
        &self,
        tenant: &TenantId,
        purpose: &str,
        key: SecretHash,
        issued_at: Time,
        expires_at: Time,
        now: Time,
    ) -> Result<bool> {
        let redis = &self.0;
        // A node whose clock is behind must still find what one with a fast clock claimed.
        let life = life_ms(expires_at + Seconds(LEEWAY), now);
        let name = redis.key("replay", tenant, &format!("{}:{purpose}", hex(key)));
        let answer: i64 = redis
            .script(&CLAIM, &[redis.since_key(), name], |call, link| {
                call.arg(&*link.memory).arg(now.seconds());
                call.arg(issued_at.seconds()).arg(expires_at.seconds()).arg(life).arg(LEEWAY);
            })
            .await?;
        match answer {
            1 => Ok(true),
            0 => Ok(false),
            _ => Err(StoreError::new(
                "Redis: its data do not go back far enough to know whether this was used before",
            )),
        }
    }
}
