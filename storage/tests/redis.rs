//! The contract, against Redis over SQLite, and what concerns Redis alone: what happens without it.
//!
//! `TEST_REDIS_URL` names a server for the contract; the other tests start servers of their own. Without them the
//! tests are skipped, and with `CI` set they fail.
//!
//! Chart 610: Redis 7, optional | codes, requests, replays, rate limits, a cache of sessions; what happens without
//! it is written
#![expect(clippy::unwrap_used, reason = "tests fail by panicking, their helpers too")]

use credenza_storage::conformance::fixtures;
use credenza_storage::{Options, RedisOptions, Store, open};

#[path = "redis/away.rs"]
mod away;
#[path = "redis/cost.rs"]
mod cost;
#[path = "redis/memory.rs"]
mod memory;
#[path = "redis/server.rs"]
mod server;

/// A store over the shared server, whose keys are this test's alone.
async fn open_shared(name: &str) -> Option<Store> {
    let Ok(url) = std::env::var("TEST_REDIS_URL") else {
        assert!(std::env::var_os("CI").is_none(), "TEST_REDIS_URL is not set");
        println!("skipped: TEST_REDIS_URL is not set");
        return None;
    };
    let mut redis = RedisOptions::new(url);
    redis.prefix = format!("credenza-test-{}-{name}:", std::process::id());
    let options = Options { redis: Some(redis), ..fixtures::options(name) };
    Some(open("sqlite::memory:", options).await.unwrap())
}

mod contract {
    credenza_storage::conformance!(crate::open_shared);
}
