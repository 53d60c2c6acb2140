//! Requests in progress.

use super::fixtures::{World, at, hash, request};
use crate::{RequestRecord, Store};

/// Found until it expires or is finished, with every field.
pub async fn found(store: &Store) {
    let world = World::new(store, "acme").await;
    let mut record = request("handle");
    record.state = Some(format!("{{\"long\":\"{}\"}}", "\u{1f600}'\"%_".repeat(4000)));
    assert!(store.requests.begin(&world.tenant, record.clone(), at(0)).await.unwrap());
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
    assert_eq!((found.state.as_deref(), found.expires_at), (Some("two"), at(100)));
    assert!(store.requests.finish(&world.tenant, hash("handle"), at(1)).await.unwrap());
    assert!(!advance("two", "three", 1).await, "it is finished");
    assert!(!advance("", "three", 1).await, "it is finished");
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
    let finished = RequestRecord { state: None, ..request("handle") };
    let found = async |now| store.requests.find(&world.tenant, hash("handle"), at(now)).await.unwrap();
    assert_eq!(found(99).await, Some(finished.clone()), "it is known to be finished");
    assert_eq!(found(100).await, None);
    assert!(!store.requests.begin(&world.tenant, request("handle"), at(99)).await.unwrap());
    assert_eq!(found(99).await, Some(finished));
}

/// Begun once under a handle, also as one that is finished already.
pub async fn begun_once(store: &Store) {
    let world = World::new(store, "acme").await;
    let begin = async |record| store.requests.begin(&world.tenant, record, at(0)).await.unwrap();
    let found = async |name| store.requests.find(&world.tenant, hash(name), at(1)).await.unwrap().unwrap();
    assert!(begin(request("handle")).await);
    let other =
        RequestRecord { state: Some("other".to_owned()), browser: hash("other"), ..request("handle") };
    assert!(!begin(other).await);
    assert!(!begin(RequestRecord { state: None, ..request("handle") }).await);
    assert_eq!(found("handle").await, request("handle"));
    let finished = RequestRecord { state: None, ..request("finished") };
    assert!(begin(finished.clone()).await);
    assert!(!begin(request("finished")).await);
    assert!(!store.requests.finish(&world.tenant, hash("finished"), at(1)).await.unwrap());
    assert_eq!(found("finished").await, finished);
}
