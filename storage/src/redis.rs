//! Redis beside SQL: what is short-lived and often read.
//!
//! Losing Redis, or any of its data, never loses a grant and never lets anybody in: SQL decides about everything
//! that can be spent, and what only Redis knows is refused while it may have been lost. The server's manual says
//! under "Operating" what each noun does without it.
//!
//! | file | holds |
//! |---|---|
//! | `manager` | connections, and whether a server is suitable |
//! | `client` | commands and scripts, and whether Redis is available |
//! | `since` | since when its data are complete |
//! | `codes`, `replays`, `rate_limits`, `sessions` | the nouns |
//! | `markers` | what invalidates entries in Redis |
//! | `stream` | where events are appended |
//! | `users`, `grants`, `consents` | nouns of SQL whose changes move a marker |

use std::fmt::Write as _;
use std::sync::Arc;

use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;

use crate::{OpenError, RedisOptions, Store};

mod authenticators;
mod client;
mod codes;
mod consents;
mod email_changes;
mod grants;
mod manager;
mod markers;
mod rate_limits;
mod replays;
mod sessions;
mod since;
mod stream;
mod users;

pub use stream::RedisStream;

/// The store of SQL with Redis in front of it.
pub(crate) async fn wrap(sql: Store, options: &RedisOptions) -> std::result::Result<Store, OpenError> {
    let redis = client::Redis::open(options).await?;
    let redis = || Arc::clone(&redis);
    Ok(Store {
        tenants: Arc::new(users::Marked { redis: redis(), sql: Arc::clone(&sql.tenants) }),
        users: Arc::new(users::Marked { redis: redis(), sql: Arc::clone(&sql.users) }),
        credentials: Arc::new(users::Marked { redis: redis(), sql: Arc::clone(&sql.credentials) }),
        authenticators: Arc::new(users::Marked { redis: redis(), sql: Arc::clone(&sql.authenticators) }),
        user_deletions: Arc::new(users::Marked { redis: redis(), sql: Arc::clone(&sql.user_deletions) }),
        email_challenges: Arc::new(users::Marked { redis: redis(), sql: Arc::clone(&sql.email_challenges) }),
        email_changes: Arc::new(users::Marked { redis: redis(), sql: Arc::clone(&sql.email_changes) }),
        sessions: Arc::new(sessions::Cached { redis: redis(), sql: Arc::clone(&sql.sessions) }),
        codes: Arc::new(codes::InRedis {
            redis: redis(),
            sql: Arc::clone(&sql.codes),
            grants: Arc::clone(&sql.grants),
        }),
        grants: Arc::new(grants::WithPending { redis: redis(), sql: Arc::clone(&sql.grants) }),
        consents: Arc::new(consents::Marked { redis: redis(), sql: Arc::clone(&sql.consents) }),
        replays: Arc::new(replays::InRedis(redis())),
        rate_limits: Arc::new(rate_limits::InRedis { redis: redis(), sql: Arc::clone(&sql.rate_limits) }),
        redis: Some(redis().status()),
        ..sql
    })
}

/// Keys expire after this many milliseconds at the latest (a year).
const LONGEST_LIFE_MS: i64 = 31_536_000_000;

/// How long a key stays whose value expires at that time. Expiry is decided by the time stored with the value; the
/// key itself may stay a minute longer.
fn life_ms(ends: Time, now: Time) -> i64 {
    (ends - now).0.saturating_add(60).saturating_mul(1000).clamp(1000, LONGEST_LIFE_MS)
}

/// A hash in a key.
fn hex(hash: SecretHash) -> String {
    let mut text = String::with_capacity(64);
    for byte in hash.as_bytes() {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
