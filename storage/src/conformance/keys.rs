//! Signing keys.

use credenza_protocol::ids::KeyId;
use credenza_validator::algorithm::Algorithm;

use super::fixtures::{World, at, key};
use crate::Store;

/// A `kid` is given once, and every field comes back.
pub async fn created_once(store: &Store) {
    let world = World::new(store, "acme").await;
    let mut full = key("kid");
    full.algorithm = Algorithm::EdDSA;
    full.sealed = (0..=255).collect();
    full.active_at = at(i64::from(i32::MAX));
    full.disabled_at = Some(at(1));
    assert!(store.keys.create(&world.tenant, full.clone()).await.unwrap());
    assert!(!store.keys.create(&world.tenant, key("kid")).await.unwrap(), "a kid is given once");
    assert_eq!(store.keys.list(&world.tenant).await.unwrap(), [full]);
}

/// The first keys are made once, all or none.
pub async fn first_keys_once(store: &Store) {
    let world = World::new(store, "acme").await;
    let revision = store.maintenance.revision().await.unwrap();
    assert!(store.keys.create_first(&world.tenant, vec![key("a"), key("a")]).await.is_err());
    assert!(store.keys.list(&world.tenant).await.unwrap().is_empty(), "all or none");
    assert_eq!(store.maintenance.revision().await.unwrap(), revision);
    assert!(store.keys.create_first(&world.tenant, vec![key("a"), key("b")]).await.unwrap());
    assert!(!store.keys.create_first(&world.tenant, vec![key("c")]).await.unwrap());
    assert_eq!(store.keys.list(&world.tenant).await.unwrap(), [key("a"), key("b")]);
    let other = World::new(store, "other").await;
    assert!(store.keys.create_first(&other.tenant, vec![key("a")]).await.unwrap());
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
