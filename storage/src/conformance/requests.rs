//! Requests in progress.

use super::fixtures::{World, at, hash, request};
use crate::Store;

/// Found until it expires or is finished, with every field.
pub async fn found(store: &Store) {
    let world = World::new(store, "acme").await;
    let mut record = request("handle");
    record.state = format!("{{\"long\":\"{}\"}}", "\u{1f600}'\"%_".repeat(4000));
    store.requests.begin(&world.tenant, record.clone(), at(0)).await.unwrap();
    assert_eq!(store.requests.find(&world.tenant, hash("handle"), at(99)).await.unwrap(), Some(record));
    assert_eq!(store.requests.find(&world.tenant, hash("handle"), at(100)).await.unwrap(), None);
    assert_eq!(store.requests.find(&world.tenant, hash("other"), at(0)).await.unwrap(), None);
}

/// Advances only from its present state.
pub async fn advanced(store: &Store) {
    let world = World::new(store, "acme").await;
    store.requests.begin(&world.tenant, request("handle"), at(0)).await.unwrap();
    let advance = |from: &'static str, to: &str, now: i64| {
        let (world, to) = (&world, to.to_owned());
        async move {
            world.store.requests.advance(&world.tenant, hash("handle"), from, to, at(now)).await.unwrap()
        }
    };
    assert!(!advance("elsewhere", "wrong", 1).await);
    assert!(!advance("{}", "wrong", 100).await, "it has expired");
    assert!(advance("{}", "one", 1).await);
    assert!(!advance("{}", "wrong", 1).await);
    assert!(!advance("ONE", "wrong", 1).await);
    assert!(advance("one", "two", 1).await);
    let found = store.requests.find(&world.tenant, hash("handle"), at(1)).await.unwrap().unwrap();
    assert_eq!((found.state.as_str(), found.expires_at), ("two", at(100)));
    assert!(store.requests.finish(&world.tenant, hash("handle"), at(1)).await.unwrap());
    assert!(!advance("two", "three", 1).await, "it is finished");
}

/// Finished once, and before it expires.
pub async fn finished_once(store: &Store) {
    let world = World::new(store, "acme").await;
    for handle in ["late", "handle"] {
        store.requests.begin(&world.tenant, request(handle), at(0)).await.unwrap();
    }
    assert!(!store.requests.finish(&world.tenant, hash("late"), at(100)).await.unwrap());
    assert!(store.requests.finish(&world.tenant, hash("handle"), at(99)).await.unwrap());
    assert!(!store.requests.finish(&world.tenant, hash("handle"), at(99)).await.unwrap());
    assert!(!store.requests.finish(&world.tenant, hash("handle"), at(-3600)).await.unwrap());
    assert_eq!(store.requests.find(&world.tenant, hash("handle"), at(99)).await.unwrap(), None);
}
