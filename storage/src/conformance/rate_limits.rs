//! Rate limits.

use std::sync::Arc;

use credenza_protocol::time::Seconds;

use super::fixtures::{World, at, hash};
use crate::{Change, Counted, Store, Take};

const WINDOW: Seconds = Seconds(900);

async fn take(world: &World, key: &str, limit: u32, now: i64) -> Take {
    world.store.rate_limits.take(&world.tenant, hash(key), limit, WINDOW, at(now)).await.unwrap()
}

/// As many as the limit, for each key of each tenant; a refusal says for how long.
pub async fn counted(store: &Store) {
    let (world, other) = (World::new(store, "acme").await, World::new(store, "other").await);
    for n in 0..3 {
        assert_eq!(take(&world, "key", 3, n).await, Take::Allowed);
    }
    for now in [3, 450, 899] {
        let refused = Take::Refused { retry_after: Seconds(900 - now) };
        assert_eq!(take(&world, "key", 3, now).await, refused, "at {now}");
    }
    assert_eq!(take(&world, "another key", 3, 3).await, Take::Allowed);
    assert_eq!(take(&other, "key", 3, 3).await, Take::Allowed);
    assert_eq!(take(&world, "key", 4, 4).await, Take::Allowed, "a higher limit has room");
    assert!(matches!(take(&world, "none", 0, 0).await, Take::Refused { .. }));
}

/// A window ends with its count; and a clock that was set back locks nobody out for longer than one.
pub async fn windows(store: &Store) {
    let world = World::new(store, "acme").await;
    assert_eq!(take(&world, "key", 1, 100).await, Take::Allowed);
    assert!(matches!(take(&world, "key", 1, 999).await, Take::Refused { .. }));
    assert_eq!(take(&world, "key", 1, 1000).await, Take::Allowed);
    assert_eq!(take(&world, "key", 1, 1001).await, Take::Refused { retry_after: Seconds(899) });
    assert_eq!(take(&world, "key", 1, -86_400).await, Take::Refused { retry_after: WINDOW });
    assert_eq!(take(&world, "key", 1, -86_400 + 899).await, Take::Refused { retry_after: Seconds(1) });
    assert_eq!(take(&world, "key", 1, -86_400 + 900).await, Take::Allowed);
    assert_eq!(store.maintenance.sweep(at(-86_400 + 901), 10).await.unwrap(), 0, "it runs");
    // Redis expires it itself.
    let swept = store.maintenance.sweep(at(0), 10).await.unwrap();
    assert_eq!(swept, u64::from(store.redis.is_none()));
}

/// Given back one by one, or reset; what was not taken cannot be given back.
pub async fn taken_back(store: &Store) {
    let (world, other) = (World::new(store, "acme").await, World::new(store, "other").await);
    let limits = &store.rate_limits;
    limits.give_back(&world.tenant, hash("key"), at(0)).await.unwrap();
    for _ in 0..2 {
        assert_eq!(take(&world, "key", 2, 0).await, Take::Allowed);
    }
    limits.give_back(&other.tenant, hash("key"), at(1)).await.unwrap();
    limits.forget(&other.tenant, hash("key"), at(1)).await.unwrap();
    assert!(matches!(take(&world, "key", 2, 1).await, Take::Refused { .. }), "another tenant's");
    limits.give_back(&world.tenant, hash("key"), at(1)).await.unwrap();
    assert_eq!(take(&world, "key", 2, 1).await, Take::Allowed);
    assert!(matches!(take(&world, "key", 2, 1).await, Take::Refused { .. }), "only one came back");
    limits.forget(&world.tenant, hash("key"), at(1)).await.unwrap();
    for _ in 0..2 {
        assert_eq!(take(&world, "key", 2, 1).await, Take::Allowed);
    }
    for _ in 0..5 {
        limits.give_back(&world.tenant, hash("key"), at(1)).await.unwrap();
    }
    for _ in 0..2 {
        assert_eq!(take(&world, "key", 2, 1).await, Take::Allowed);
    }
    assert!(matches!(take(&world, "key", 2, 1).await, Take::Refused { .. }), "no more than there were");
}

/// A rule that counts one more, for a minute, up to three.
fn one_more(now: i64) -> Change {
    Arc::new(move |kept: Option<Counted>| {
        let count = kept.map_or(0, |kept| kept.count);
        (count < 3).then(|| Counted { count: count + 1, expires_at: at(now + 60) })
    })
}

/// By a rule of the caller's: it sees what was kept and has not expired, and what it answers is kept.
pub async fn changed(store: &Store) {
    let (world, other) = (World::new(store, "acme").await, World::new(store, "other").await);
    let limits = &store.rate_limits;
    let find = async |world: &World, now| limits.find(&world.tenant, hash("key"), at(now)).await.unwrap();
    let change = async |world: &World, now| {
        limits.change(&world.tenant, hash("key"), one_more(now), at(now)).await.unwrap()
    };
    let counted = |count, ends| Some(Counted { count, expires_at: at(ends) });
    assert_eq!(find(&world, 0).await, None);
    assert_eq!(change(&world, 0).await, None);
    assert_eq!(change(&world, 1).await, counted(1, 60));
    assert_eq!(find(&world, 2).await, counted(2, 61));
    assert_eq!(change(&world, 2).await, counted(2, 61));
    // The rule leaves it as it is.
    assert_eq!(change(&world, 3).await, counted(3, 62));
    assert_eq!(find(&world, 61).await, counted(3, 62));
    assert_eq!((find(&other, 3).await, change(&other, 3).await), (None, None), "another tenant's");
    assert_eq!(find(&world, 62).await, None, "it has expired");
    assert_eq!(change(&world, 62).await, None);
    assert_eq!(find(&world, 62).await, counted(1, 122));
    limits.forget(&world.tenant, hash("key"), at(63)).await.unwrap();
    assert_eq!((find(&world, 63).await, find(&other, 62).await), (None, counted(1, 63)));
}
