//! Sessions: stored in SQL; Redis caches those that were just read, for two seconds.
//!
//! Every change of a session or of its user moves the user's marker, after it has committed and before the caller
//! is answered. Moves are counted: an entry records the count at which it was read, and is valid only while the
//! markers of its user and tenant are not above that. An entry is cached only if reading it took less than a
//! second, so none is used for longer than three seconds after it was read, whatever happens to the markers; and
//! only in the memory in which it was cached.

use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use bb8_redis::redis::{Script, cmd};
use credenza_protocol::ids::{SessionId, TenantId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::session::Session;
use credenza_protocol::time::Time;

use super::client::{Fault, Redis};
use super::markers::{self, Marker};
use super::{hex, since};
use crate::{Result, SessionRecord, Sessions, value};

/// Returns the memory, the time and the count of moves and, if there is a valid one, the entry.
/// `KEYS`: since, entry, moves, the tenant's marker. `ARGV`: memory, what the markers of users begin with.
static LOOK: LazyLock<Script> = LazyLock::new(|| {
    let look = r"
local memory = since()
local time = redis.call('TIME')
local looked = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
local moves = redis.call('GET', KEYS[3]) or '0'
redis.call('PEXPIRE', KEYS[3], 2592000000)
local entry = redis.call('HMGET', KEYS[2], 'memory', 'moves', 'user', 'record')
if entry[1] ~= memory then return {memory, looked, moves} end
local marker = redis.call('GET', ARGV[2] .. entry[3])
local everybody = redis.call('GET', KEYS[4])
local upto = tonumber(entry[2])
if tonumber(marker or 0) > upto or tonumber(everybody or 0) > upto then return {memory, looked, moves} end
return {memory, looked, moves, entry[4]}
";
    Script::new(&format!("{}{look}", since::PREAMBLE))
});

/// `KEYS`: since, entry, the user's marker, the tenant's. `ARGV`: memory, and as `LOOK` returned: memory,
/// time, moves; the user, the record.
static KEEP: LazyLock<Script> = LazyLock::new(|| {
    let keep = r"
local time = redis.call('TIME')
if since() ~= ARGV[2] then return 0 end
if time[1] * 1000 + math.floor(time[2] / 1000) - tonumber(ARGV[3]) >= 1000 then return 0 end
local marker, everybody = redis.call('GET', KEYS[3]), redis.call('GET', KEYS[4])
local upto = tonumber(ARGV[4])
if tonumber(marker or 0) > upto or tonumber(everybody or 0) > upto then return 0 end
redis.call('HSET', KEYS[2], 'memory', ARGV[2], 'moves', ARGV[4], 'user', ARGV[5], 'record', ARGV[6])
redis.call('PEXPIRE', KEYS[2], 2000)
return 1
";
    Script::new(&format!("{}{keep}", since::PREAMBLE))
});

/// What `LOOK` returns: memory, time, moves and, if there is one, the entry.
type Looked = (String, String, String, Option<String>);

pub(super) struct Cached {
    pub(super) redis: Arc<Redis>,
    pub(super) sql: Arc<dyn Sessions>,
}

impl Cached {
    fn entry(&self, tenant: &TenantId, handle: SecretHash) -> String {
        self.redis.key("session", tenant, &hex(handle))
    }

    async fn look(&self, tenant: &TenantId, handle: SecretHash) -> std::result::Result<Looked, Fault> {
        let redis = &self.redis;
        let keys = [
            redis.since_key(),
            self.entry(tenant, handle),
            markers::moves(redis),
            Marker::Everybody.key(redis, tenant),
        ];
        let users = markers::users(redis, tenant);
        let found: Vec<String> = redis
            .script(&LOOK, &keys, |call, link| {
                call.arg(&*link.memory).arg(users);
            })
            .await?;
        let mut found = found.into_iter();
        let mut next = || found.next().unwrap_or_default();
        let (memory, time, moves) = (next(), next(), next());
        Ok((memory, time, moves, found.next()))
    }

    /// Caches what was read for the next caller; if that fails, they read it themselves.
    async fn keep(&self, tenant: &TenantId, handle: SecretHash, looked: Looked, record: &SessionRecord) {
        let Ok(json) = value::to_json(record) else { return };
        let redis = &self.redis;
        let user_id = record.user.user_id.as_str();
        let keys = [
            redis.since_key(),
            self.entry(tenant, handle),
            Marker::User(&record.user.user_id).key(redis, tenant),
            Marker::Everybody.key(redis, tenant),
        ];
        let (memory, time, moves, _) = looked;
        let _: std::result::Result<i64, Fault> = redis
            .script(&KEEP, &keys, |call, link| {
                call.arg(&*link.memory).arg(memory).arg(time).arg(moves).arg(user_id).arg(json);
            })
            .await;
    }
}

#[async_trait]
impl Sessions for Cached {
    async fn begin(&self, tenant: &TenantId, handle: SecretHash, session: Session, now: Time) -> Result<()> {
        self.sql.begin(tenant, handle, session, now).await
    }

    async fn renew(
        &self,
        tenant: &TenantId,
        old: SecretHash,
        new: SecretHash,
        session: Session,
        now: Time,
    ) -> Result<bool> {
        let user_id = session.user_id.clone();
        let renewed = self.sql.renew(tenant, old, new, session, now).await?;
        if renewed {
            markers::moved(&self.redis, tenant, &[Marker::User(&user_id)]).await;
        }
        Ok(renewed)
    }

    async fn find(
        &self,
        tenant: &TenantId,
        handle: SecretHash,
        idle_since: Time,
        now: Time,
    ) -> Result<Option<SessionRecord>> {
        let Ok(looked) = self.look(tenant, handle).await else {
            return self.sql.find(tenant, handle, idle_since, now).await;
        };
        let entry = looked.3.as_deref().and_then(|json| value::from_json::<SessionRecord>(json).ok());
        let lives = |record: &SessionRecord| {
            record.session.expires_at > now && record.session.last_seen_at > idle_since
        };
        // One that seems to have expired is read again: it may have been used since.
        if let Some(record) = entry.filter(lives) {
            return Ok(Some(record));
        }
        let found = self.sql.find(tenant, handle, idle_since, now).await?;
        if let Some(record) = &found {
            self.keep(tenant, handle, looked, record).await;
        }
        Ok(found)
    }

    async fn touch(&self, tenant: &TenantId, handle: SecretHash, now: Time) -> Result<()> {
        self.sql.touch(tenant, handle, now).await?;
        // An entry that stays for two more seconds has an older time, which does no harm.
        let mut delete = cmd("DEL");
        delete.arg(self.entry(tenant, handle));
        let _: std::result::Result<i64, Fault> = self.redis.command(&delete).await;
        Ok(())
    }

    async fn list(&self, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<Vec<Session>> {
        self.sql.list(tenant, user_id, now).await
    }

    async fn page(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        after: Option<(Time, SessionId)>,
        limit: u32,
        now: Time,
    ) -> Result<Vec<Session>> {
        self.sql.page(tenant, user_id, after, limit, now).await
    }

    async fn end(&self, tenant: &TenantId, user_id: &UserId, sid: &SessionId, now: Time) -> Result<bool> {
        let ended = self.sql.end(tenant, user_id, sid, now).await?;
        if ended {
            markers::moved(&self.redis, tenant, &[Marker::User(user_id), Marker::Session(sid)]).await;
        }
        Ok(ended)
    }

    async fn end_all(&self, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<u64> {
        let ended = self.sql.end_all(tenant, user_id, now).await?;
        if ended > 0 {
            markers::moved(&self.redis, tenant, &[Marker::User(user_id), Marker::SessionsOf(user_id)]).await;
        }
        Ok(ended)
    }
}
