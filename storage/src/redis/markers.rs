//! Markers: what invalidates entries in Redis.
//!
//! Moves are counted, by one counter for all; a marker holds the count of its last move, for longer than anything
//! that it concerns is kept. An entry records the count, and is valid only while its markers are not above that. A
//! marker is moved after the change has committed and before the caller is answered.

use std::sync::LazyLock;
use std::time::Duration;

use bb8_redis::redis::Script;
use credenza_protocol::ids::{ClientId, SessionId, TenantId, UserId};

use super::client::{Fault, Redis};

/// The longest that a cached session may be used after it was read: a second to read it, two to live.
const LONGEST: Duration = Duration::from_secs(3);
/// How long a marker stays: longer than a cached session, and than a code (`codes::LONGEST`).
const LIFE_MS: u64 = 700_000;
/// How long the counter stays when it is not used.
pub(super) const COUNTER_LIFE_MS: u64 = 30 * 86_400_000;

/// `KEYS`: the counter, then markers. `ARGV`: how long markers and counter stay.
static MOVE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local moves = redis.call('INCR', KEYS[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
for n = 2, #KEYS do redis.call('SET', KEYS[n], moves, 'PX', ARGV[1]) end
return moves
",
    )
});

/// What changed.
#[derive(Clone, Copy)]
pub(super) enum Marker<'a> {
    /// Something of this user, for cached sessions.
    User(&'a UserId),
    /// Of all users of the tenant, which was deleted.
    Everybody,
    /// This user was deleted, with everything of theirs.
    Deleted(&'a UserId),
    /// This session ended, and with it the codes that are bound to it.
    Session(&'a SessionId),
    /// All sessions of this user ended in the same way.
    SessionsOf(&'a UserId),
    /// The user's consent to this client was withdrawn, and with it what the client was given.
    Consent(&'a UserId, &'a ClientId),
}

impl Marker<'_> {
    pub(super) fn key(self, redis: &Redis, tenant: &TenantId) -> String {
        match self {
            Self::User(user_id) => format!("{}{user_id}", users(redis, tenant)),
            Self::Everybody => redis.key("everybody", tenant, ""),
            Self::Deleted(user_id) => redis.key("deleted", tenant, user_id.as_str()),
            Self::Session(sid) => redis.key("ended", tenant, sid.as_str()),
            Self::SessionsOf(user_id) => redis.key("ended-all", tenant, user_id.as_str()),
            Self::Consent(user_id, client_id) => {
                let length = user_id.as_str().len();
                redis.key("forgotten", tenant, &format!("{length}:{user_id}:{client_id}"))
            }
        }
    }
}

/// What the keys of [`Marker::User`] begin with.
pub(super) fn users(redis: &Redis, tenant: &TenantId) -> String {
    redis.key("user", tenant, "")
}

/// The key of the counter.
pub(super) fn moves(redis: &Redis) -> String {
    redis.common_key("moves")
}

/// Moves the markers of what has changed. If that fails, waits until no session that another node may have cached is
/// older than the change.
pub(super) async fn moved(redis: &Redis, tenant: &TenantId, markers: &[Marker<'_>]) {
    let keys: Vec<String> =
        std::iter::once(moves(redis)).chain(markers.iter().map(|marker| marker.key(redis, tenant))).collect();
    let moved: Result<i64, Fault> = redis
        .script(&MOVE, &keys, |call, _| {
            call.arg(LIFE_MS).arg(COUNTER_LIFE_MS);
        })
        .await;
    if moved.is_err() {
        tokio::time::sleep(LONGEST).await;
    }
}
