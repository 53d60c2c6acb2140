//! Leases.

use std::sync::Arc;

use credenza_protocol::time::Seconds;

use super::fixtures::{World, at};
use super::races::winners;
use crate::Store;

/// It belongs to its holder until it expires or is given back, and each name is a lease of its own.
pub async fn held_by_one(store: &Store) {
    let take = |name: &'static str, holder: &'static str, now: i64| async move {
        store.leases.take(name, holder, Seconds(10), at(now)).await.unwrap()
    };
    assert!(take("a", "one", 0).await);
    assert!(!take("a", "other", 0).await);
    assert!(take("b", "other", 0).await, "another lease");
    assert!(take("a", "one", 5).await, "renewed");
    assert!(!take("a", "other", 14).await, "it lasts from its renewal");
    assert!(take("a", "other", 15).await, "it ran out");
    assert!(!take("a", "one", 16).await);
    store.leases.release("a", "one").await.unwrap();
    assert!(!take("a", "one", 16).await, "only who holds it gives it back");
    store.leases.release("a", "other").await.unwrap();
    assert!(take("a", "one", 16).await);
    assert!(!take("b", "one", 5).await, "the other lease was not touched");
    store.leases.release("nothing", "one").await.unwrap();
}

/// Of many who ask for a new lease one gets it, and again when it has expired.
pub async fn one_takes_it(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    for now in [0, 10, 20] {
        let won = winners(&world, |world, n| async move {
            world.store.leases.take("lease", &format!("holder {n}"), Seconds(10), at(now)).await
        });
        assert_eq!(won.await, 1, "at {now}");
    }
}
