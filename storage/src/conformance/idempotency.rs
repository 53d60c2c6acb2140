//! Idempotency.

use std::sync::Arc;

use credenza_protocol::time::Seconds;

use super::fixtures::{World, at, hash};
use super::races::race;
use crate::idempotency::Spans;
use crate::{Claimed, Store};

const SPANS: Spans = Spans { lease: Seconds(60), keep: Seconds(1000) };

/// One does it, the others are told; its answer is told until the key is forgotten.
pub async fn claimed_once(store: &Store) {
    let (world, other) = (World::new(store, "acme").await, World::new(store, "other").await);
    let (t, key, body) = (&world.tenant, hash("key"), hash("body"));
    let claim = |body, now: i64| store.idempotency.claim(t, key, body, SPANS, at(now));
    assert_eq!(claim(body, 0).await.unwrap(), Claimed::Yes);
    assert_eq!(claim(body, 1).await.unwrap(), Claimed::Running);
    assert_eq!(claim(hash("another body"), 1).await.unwrap(), Claimed::Another);
    let elsewhere = store.idempotency.claim(&other.tenant, key, body, SPANS, at(1)).await.unwrap();
    assert_eq!(elsewhere, Claimed::Yes, "each tenant has keys of its own");
    store.idempotency.finish(t, key, "answer".to_owned()).await.unwrap();
    assert_eq!(claim(body, 2).await.unwrap(), Claimed::Done("answer".to_owned()));
    assert_eq!(claim(hash("another body"), 2).await.unwrap(), Claimed::Another);
    store.idempotency.give_back(t, key).await.unwrap();
    assert_eq!(claim(body, 999).await.unwrap(), Claimed::Done("answer".to_owned()), "done is done");
    assert_eq!(claim(hash("another body"), 1000).await.unwrap(), Claimed::Yes, "forgotten");
}

/// What nobody finished can be done by another.
pub async fn given_up(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, key, body) = (&world.tenant, hash("key"), hash("body"));
    let claim = |body, now: i64| store.idempotency.claim(t, key, body, SPANS, at(now));
    assert_eq!(claim(body, 0).await.unwrap(), Claimed::Yes);
    assert_eq!(claim(body, 59).await.unwrap(), Claimed::Running);
    assert_eq!(claim(hash("another body"), 60).await.unwrap(), Claimed::Another);
    assert_eq!(claim(body, 60).await.unwrap(), Claimed::Yes);
    assert_eq!(claim(body, 61).await.unwrap(), Claimed::Running);
    store.idempotency.give_back(t, key).await.unwrap();
    assert_eq!(claim(hash("another body"), 61).await.unwrap(), Claimed::Yes);
}

/// Of many at once, one does it.
pub async fn one_claims(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    for now in [0, 1000] {
        let answers = race(&world, move |world, _| async move {
            let (key, body) = (hash("key"), hash("body"));
            world.store.idempotency.claim(&world.tenant, key, body, SPANS, at(now)).await
        });
        let won = answers.await.into_iter().filter(|claimed| *claimed == Claimed::Yes).count();
        assert_eq!(won, 1, "at {now}");
    }
}
