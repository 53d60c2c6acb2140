//! Codes: in Redis until they are redeemed, when SQL, which decides, stores grant and spent code by one insert. So
//! a code can be spent once, however often Redis restores it.
//!
//! A code is invalid when a marker moved since it was issued: its session ended, or its consent was withdrawn; and
//! in any other memory than the one in which it was issued, which may have lost such a move.

use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use bb8_redis::redis::Script;
use credenza_protocol::ids::{ClientId, GrantId, TenantId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::{Seconds, Time};
use serde::{Deserialize, Serialize};

use super::client::{Fault, Redis};
use super::markers::{self, Marker};
use super::{hex, life_ms, since};
use crate::{Admission, Codes, Grants, NewCode, Result, Spend, StoreError, value};

/// A code that lives longer is stored in SQL: its markers would not outlive it.
const LONGEST: Seconds = Seconds(600);

/// `KEYS`: since, code, counter of moves. `ARGV`: memory, client, hash, when it expires, how long the key
/// stays, the code as JSON, five markers: three that revoke the grant, and two that delete it.
static ISSUE: LazyLock<Script> = LazyLock::new(|| {
    let issue = r"
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
local moves = redis.call('GET', KEYS[3]) or '0'
redis.call('HSET', KEYS[2], 'memory', since(), 'moves', moves, 'client', ARGV[2], 'hash', ARGV[3],
    'ends', ARGV[4], 'json', ARGV[6], 'm1', ARGV[7], 'm2', ARGV[8], 'm3', ARGV[9], 'm4', ARGV[10], 'm5', ARGV[11])
redis.call('PEXPIRE', KEYS[2], ARGV[5])
return 1
";
    Script::new(&format!("{}{issue}", since::PREAMBLE))
});

/// `KEYS`: since, code. `ARGV`: memory, client, hash, now. One that came too late is marked so: a clock that
/// is set back does not make it valid again.
static LOOK: LazyLock<Script> = LazyLock::new(|| {
    let look = r"
local code = redis.call('HMGET', KEYS[2],
    'memory', 'client', 'hash', 'ends', 'moves', 'm1', 'm2', 'm3', 'm4', 'm5', 'revoked', 'json', 'dead')
local function moved(marker)
    return marker ~= '' and tonumber(redis.call('GET', marker) or 0) > tonumber(code[5])
end
if code[1] ~= since() or moved(code[9]) or moved(code[10]) then return {'absent', ''} end
if code[2] ~= ARGV[2] or code[3] ~= ARGV[3] then return {'other', ''} end
if code[13] then return {'dead', code[13]} end
if tonumber(code[4]) <= tonumber(ARGV[4]) then
    redis.call('HSET', KEYS[2], 'ends', '-9223372036854775808')
    return {'late', ''}
end
local revoked = code[11] or moved(code[6]) or moved(code[7]) or moved(code[8])
redis.call('HSET', KEYS[2], 'taken', '1')
return {revoked and 'revoked' or 'good', code[12]}
";
    Script::new(&format!("{}{look}", since::PREAMBLE))
});

/// `ARGV`: now. The code was presented when its grant was dead, and stays spent if the grant becomes live again.
static DEAD: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "return redis.call('EXISTS', KEYS[1]) == 1 and redis.call('HSETNX', KEYS[1], 'dead', ARGV[1])",
    )
});

/// What is stored of a code.
#[derive(Serialize, Deserialize)]
struct Kept {
    new: NewCode,
    admission: Admission,
}

pub(super) struct InRedis {
    pub(super) redis: Arc<Redis>,
    pub(super) sql: Arc<dyn Codes>,
    pub(super) grants: Arc<dyn Grants>,
}

/// The key of the code of that grant.
pub(super) fn key(redis: &Redis, tenant: &TenantId, grant_id: &GrantId) -> String {
    redis.key("code", tenant, grant_id.as_str())
}

impl InRedis {
    /// Puts the code into Redis; `false` when there is one of that grant already.
    async fn put(
        &self,
        tenant: &TenantId,
        kept: &Kept,
        json: String,
        now: Time,
    ) -> std::result::Result<bool, Fault> {
        let redis = &self.redis;
        let (code, grant) = (&kept.new.code, &kept.new.grant);
        let keys = [redis.since_key(), key(redis, tenant, &grant.grant_id), markers::moves(redis)];
        let bound = |marker: Marker<'_>| match grant.offline {
            true => String::new(),
            false => marker.key(redis, tenant),
        };
        let marks = [
            bound(Marker::Session(&grant.sid)),
            bound(Marker::SessionsOf(&grant.user_id)),
            Marker::Consent(&grant.user_id, &grant.client_id).key(redis, tenant),
            Marker::Deleted(&grant.user_id).key(redis, tenant),
            Marker::Everybody.key(redis, tenant),
        ];
        let put: i64 = redis
            .script(&ISSUE, &keys, |call, link| {
                call.arg(&*link.memory).arg(grant.client_id.as_str()).arg(hex(kept.new.hash));
                call.arg(code.expires_at.seconds()).arg(life_ms(code.expires_at, now)).arg(json).arg(&marks);
            })
            .await?;
        Ok(put == 1)
    }

    /// Spends a code that Redis had, by storing its grant.
    async fn redeem_kept(&self, tenant: &TenantId, json: &str, revoked: bool, now: Time) -> Result<Spend> {
        let Kept { new, admission } = value::from_json(json)?;
        let (client_id, grant_id) = (new.grant.client_id.clone(), new.grant.grant_id.clone());
        let ended = new.grant.expires_at <= now;
        let spent = self.sql.redeem(tenant, new, admission, now).await?;
        if (revoked || ended) && matches!(spent, Spend::First(..)) {
            self.grants.revoke(tenant, &client_id, &grant_id, now).await?;
            return Ok(Spend::Dead);
        }
        if spent == Spend::Dead {
            let code = key(&self.redis, tenant, &grant_id);
            let _: Option<i64> = self
                .redis
                .script(&DEAD, &[code], |call, _| {
                    call.arg(now.seconds());
                })
                .await?;
        }
        Ok(spent)
    }
}

#[async_trait]
impl Codes for InRedis {
    async fn issue(&self, tenant: &TenantId, new: NewCode, now: Time) -> Result<()> {
        // Tokens that were issued beside the code need their grant now.
        if new.lasts_until.is_some() || new.code.expires_at - now > LONGEST {
            return self.sql.issue(tenant, new, now).await;
        }
        let admission = self.sql.admit(tenant, &new.grant.client_id, &new.grant.user_id).await?;
        let Some(admission) = admission else { return Ok(()) };
        let kept = Kept { new, admission };
        let json = value::to_json(&kept)?;
        match self.put(tenant, &kept, json, now).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(StoreError::new("there is already a code of that grant")),
            Err(Fault::Away(_)) => self.sql.issue(tenant, kept.new, now).await,
            // It may be in Redis now, and must not be in two places.
            Err(Fault::Lost(error)) => Err(error),
        }
    }

    async fn spend(
        &self,
        tenant: &TenantId,
        client_id: &ClientId,
        grant_id: &GrantId,
        hash: SecretHash,
        now: Time,
    ) -> Result<Spend> {
        let redis = &self.redis;
        let looked: std::result::Result<(String, String), Fault> = redis
            .script(&LOOK, &[redis.since_key(), key(redis, tenant, grant_id)], |call, link| {
                call.arg(&*link.memory).arg(client_id.as_str()).arg(hex(hash)).arg(now.seconds());
            })
            .await;
        let in_sql = || self.sql.spend(tenant, client_id, grant_id, hash, now);
        match looked {
            Err(fault) => match in_sql().await? {
                // It may be in Redis, which does not answer.
                Spend::Unknown => Err(fault.into()),
                known => Ok(known),
            },
            Ok((found, json)) => match found.as_str() {
                "good" => self.redeem_kept(tenant, &json, false, now).await,
                "revoked" => self.redeem_kept(tenant, &json, true, now).await,
                "dead" => {
                    let first_at =
                        json.parse().map_err(|_| StoreError::new("Redis: a stored time is not a number"))?;
                    Ok(Spend::Again { first_at: Time::from_seconds(first_at) })
                }
                "other" => Ok(Spend::Unknown),
                // Too late, unless it was spent in time.
                "late" => match in_sql().await? {
                    Spend::Unknown => Ok(Spend::Expired),
                    known => Ok(known),
                },
                _ => in_sql().await,
            },
        }
    }

    async fn admit(
        &self,
        tenant: &TenantId,
        client_id: &ClientId,
        user_id: &UserId,
    ) -> Result<Option<Admission>> {
        self.sql.admit(tenant, client_id, user_id).await
    }

    async fn redeem(
        &self,
        tenant: &TenantId,
        new: NewCode,
        admission: Admission,
        now: Time,
    ) -> Result<Spend> {
        self.sql.redeem(tenant, new, admission, now).await
    }
}
