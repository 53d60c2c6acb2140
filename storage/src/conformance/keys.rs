//! Signing keys.

use credenza_protocol::ids::KeyId;
use credenza_validator::algorithm::Algorithm;

use super::fixtures::{World, at, key};
use crate::Store;

/// A `kid` is unique, and every field is read back.
pub async fn created_once(store: &Store) {
    let world = World::new(store, "acme").await;
    let mut full = key("kid");
    full.algorithm = Algorithm::EdDSA;
    full.sealed = (0..=255).collect();
    full.active_at = at(i64::from(i32::MAX));
    full.disabled_at = Some(at(1));
    full.retire_at = Some(at(2));
    assert!(store.keys.create(&world.tenant, full.clone()).await.unwrap());
    assert!(!store.keys.create(&world.tenant, key("kid")).await.unwrap(), "a kid is given once");
    assert_eq!(store.keys.list(&world.tenant).await.unwrap(), [full]);
}

/// The first keys are created once, all or none.
pub async fn first_keys_once(store: &Store) {
    let world = World::new(store, "acme").await;
    let revision = store.maintenance.revision("acme").await.unwrap();
    assert!(store.keys.create_first(&world.tenant, vec![key("a"), key("a")]).await.is_err());
    assert!(store.keys.list(&world.tenant).await.unwrap().is_empty(), "all or none");
    assert_eq!(store.maintenance.revision("acme").await.unwrap(), revision);
    assert!(store.keys.create_first(&world.tenant, vec![key("a"), key("b")]).await.unwrap());
    assert!(!store.keys.create_first(&world.tenant, vec![key("c")]).await.unwrap());
    assert_eq!(store.keys.list(&world.tenant).await.unwrap(), [key("a"), key("b")]);
    let other = World::new(store, "other").await;
    assert!(store.keys.create_first(&other.tenant, vec![key("a")]).await.unwrap());
}

/// The next key is created beside those that its creator saw, and by nobody who saw others.
pub async fn next_key_once(store: &Store) {
    let world = World::new(store, "acme").await;
    let t = &world.tenant;
    store.keys.create_first(t, vec![key("a"), key("b")]).await.unwrap();
    let mut foreign = key("other algorithm");
    foreign.algorithm = Algorithm::EdDSA;
    assert!(store.keys.create(t, foreign).await.unwrap());
    let ids = |names: &[&str]| names.iter().map(|name| KeyId::new(*name)).collect::<Vec<_>>();
    let revision = store.maintenance.revision("acme").await.unwrap();
    for seen in [&[][..], &["a"], &["a", "b", "c"], &["a", "c"], &["a", "b", "other algorithm"]] {
        assert!(!store.keys.create_next(t, key("next"), &ids(seen)).await.unwrap(), "{seen:?}");
    }
    assert_eq!(store.maintenance.revision("acme").await.unwrap(), revision);
    assert!(store.keys.create_next(t, key("next"), &ids(&["b", "a"])).await.unwrap(), "in any order");
    assert_ne!(store.maintenance.revision("acme").await.unwrap(), revision, "all caches are told");
    assert!(!store.keys.create_next(t, key("another"), &ids(&["a", "b"])).await.unwrap());
    assert_eq!(store.keys.list(t).await.unwrap().len(), 4);
}

/// Deleted when it is due, unless it is disabled or no longer to be retired.
pub async fn retired(store: &Store) {
    let world = World::new(store, "acme").await;
    let t = &world.tenant;
    for kid in ["a", "b"] {
        store.keys.create(t, key(kid)).await.unwrap();
    }
    let (a, b, nobody) = (KeyId::new("a"), KeyId::new("b"), KeyId::new("nobody"));
    assert!(!store.keys.retire(t, &a, at(1000)).await.unwrap(), "it has no time");
    assert!(store.keys.set_retire_at(t, &a, Some(at(100))).await.unwrap());
    assert!(!store.keys.set_retire_at(t, &nobody, Some(at(100))).await.unwrap());
    assert_eq!(store.keys.list(t).await.unwrap()[0].retire_at, Some(at(100)));
    assert!(!store.keys.retire(t, &a, at(99)).await.unwrap(), "too early");
    assert!(store.keys.set_disabled(t, &a, Some(at(50))).await.unwrap());
    assert!(!store.keys.retire(t, &a, at(100)).await.unwrap(), "disabled");
    assert!(store.keys.set_disabled(t, &a, None).await.unwrap());
    assert!(store.keys.set_retire_at(t, &a, None).await.unwrap());
    assert!(!store.keys.retire(t, &a, at(100)).await.unwrap(), "taken back");
    assert!(store.keys.set_retire_at(t, &a, Some(at(100))).await.unwrap());
    let revision = store.maintenance.revision("acme").await.unwrap();
    assert!(store.keys.retire(t, &a, at(100)).await.unwrap());
    assert_ne!(store.maintenance.revision("acme").await.unwrap(), revision, "all caches are told");
    assert!(!store.keys.retire(t, &a, at(100)).await.unwrap());
    assert!(!store.keys.retire(t, &b, at(1000)).await.unwrap());
    assert_eq!(store.keys.list(t).await.unwrap(), [key("b")]);
}

/// The newest first.
pub async fn listed_newest_first(store: &Store) {
    let world = World::new(store, "acme").await;
    for (kid, created) in [("b", 2), ("a", 1), ("c", 3)] {
        let mut record = key(kid);
        record.created_at = at(created);
        store.keys.create(&world.tenant, record).await.unwrap();
    }
    let kids: Vec<_> = store.keys.list(&world.tenant).await.unwrap().into_iter().map(|key| key.kid).collect();
    assert_eq!(kids, [KeyId::new("c"), KeyId::new("b"), KeyId::new("a")]);
}

/// Activated, disabled, enabled, deleted: that key alone.
pub async fn changed(store: &Store) {
    let world = World::new(store, "acme").await;
    for kid in ["a", "b"] {
        store.keys.create(&world.tenant, key(kid)).await.unwrap();
    }
    let (a, nobody) = (KeyId::new("a"), KeyId::new("nobody"));
    assert!(store.keys.set_active_at(&world.tenant, &a, at(7)).await.unwrap());
    assert!(store.keys.set_disabled(&world.tenant, &a, Some(at(8))).await.unwrap());
    let mut expected = key("a");
    expected.active_at = at(7);
    expected.disabled_at = Some(at(8));
    assert_eq!(store.keys.list(&world.tenant).await.unwrap(), [expected.clone(), key("b")]);
    assert!(store.keys.set_disabled(&world.tenant, &a, None).await.unwrap());
    expected.disabled_at = None;
    assert_eq!(store.keys.list(&world.tenant).await.unwrap(), [expected, key("b")]);
    assert!(!store.keys.set_active_at(&world.tenant, &nobody, at(7)).await.unwrap());
    assert!(!store.keys.set_disabled(&world.tenant, &nobody, Some(at(7))).await.unwrap());
    assert!(store.keys.delete(&world.tenant, &a).await.unwrap());
    assert!(!store.keys.delete(&world.tenant, &a).await.unwrap());
    assert_eq!(store.keys.list(&world.tenant).await.unwrap(), [key("b")]);
}
