//! Secrets that the provider shares with services.

use credenza_protocol::ids::KeyId;

use super::fixtures::{World, at, client, resource_secret};
use crate::{ResourceSecretRecord, Store};

/// A `kid` is unique, its client is there, and every field is read back, the newest first.
pub async fn created_once(store: &Store) {
    let world = World::new(store, "acme").await;
    let t = &world.tenant;
    let mut full = resource_secret("kid", &world.client);
    full.resource = "https://api.test/ä%_'\"".to_owned();
    full.sealed = (0..=255).collect();
    full.created_at = at(5);
    full.active_at = at(i64::from(i32::MAX));
    full.expires_at = Some(at(i64::MAX - 1));
    let revision = store.maintenance.revision("acme").await.unwrap();
    assert!(store.resource_secrets.create(t, full.clone()).await.unwrap());
    assert_ne!(store.maintenance.revision("acme").await.unwrap(), revision, "all caches are told");
    assert!(!store.resource_secrets.create(t, resource_secret("kid", &world.client)).await.unwrap());
    let nobodys = resource_secret("other", &client("nobody").client.client_id);
    assert!(!store.resource_secrets.create(t, nobodys).await.unwrap(), "there is no such client");
    assert!(store.resource_secrets.create(t, resource_secret("old", &world.client)).await.unwrap());
    let listed = store.resource_secrets.list(t).await.unwrap();
    assert_eq!(listed, [full, resource_secret("old", &world.client)]);
}

/// Page by page in the order of the list, though several are of one second; none of another tenant.
pub async fn by_pages(store: &Store) {
    let (world, other) = (World::new(store, "acme").await, World::new(store, "other").await);
    let t = &world.tenant;
    for (kid, made) in [("d", 3), ("a", 5), ("b", 5), ("c", 5), ("e", 1)] {
        let mut secret = resource_secret(kid, &world.client);
        secret.created_at = at(made);
        assert!(store.resource_secrets.create(t, secret.clone()).await.unwrap());
        assert!(store.resource_secrets.create(&other.tenant, secret).await.unwrap());
    }
    let listed = store.resource_secrets.list(t).await.unwrap();
    for limit in 1..=6 {
        let (mut seen, mut pages) = (vec![], 0);
        loop {
            let after = seen.last().map(|last: &ResourceSecretRecord| (last.created_at, &last.kid));
            let page = store.resource_secrets.page(t, after, limit).await.unwrap();
            if page.is_empty() {
                break;
            }
            assert!(page.len() <= usize::try_from(limit).unwrap());
            pages += 1;
            seen.extend(page);
        }
        assert_eq!(seen, listed, "{limit} at a time");
        assert_eq!(pages, 5_u32.div_ceil(limit));
    }
    assert_eq!(listed.iter().map(|one| one.kid.as_str()).collect::<String>(), "abcde");
}

/// Expires when it is said to, that secret alone; then it is swept.
pub async fn expires(store: &Store) {
    let world = World::new(store, "acme").await;
    let t = &world.tenant;
    for kid in ["a", "b"] {
        assert!(store.resource_secrets.create(t, resource_secret(kid, &world.client)).await.unwrap());
    }
    let (a, nobody) = (KeyId::new("a"), KeyId::new("nobody"));
    let revision = store.maintenance.revision("acme").await.unwrap();
    assert!(store.resource_secrets.set_expires_at(t, &a, Some(at(100))).await.unwrap());
    assert_ne!(store.maintenance.revision("acme").await.unwrap(), revision, "all caches are told");
    assert!(!store.resource_secrets.set_expires_at(t, &nobody, Some(at(100))).await.unwrap());
    let mut expected = resource_secret("a", &world.client);
    expected.expires_at = Some(at(100));
    let listed = store.resource_secrets.list(t).await.unwrap();
    assert_eq!(listed, [expected, resource_secret("b", &world.client)]);
    store.maintenance.sweep(at(99), 100).await.unwrap();
    assert_eq!(store.resource_secrets.list(t).await.unwrap().len(), 2);
    store.maintenance.sweep(at(100), 100).await.unwrap();
    assert_eq!(store.resource_secrets.list(t).await.unwrap(), [resource_secret("b", &world.client)]);
}

/// Deleted with the client that serves the resource; another's stay.
pub async fn deleted_with_its_client(store: &Store) {
    let world = World::new(store, "acme").await;
    let t = &world.tenant;
    assert!(store.clients.create(t, client("other")).await.unwrap());
    let other = client("other").client.client_id;
    assert!(store.resource_secrets.create(t, resource_secret("a", &world.client)).await.unwrap());
    assert!(store.resource_secrets.create(t, resource_secret("b", &other)).await.unwrap());
    assert!(store.clients.delete(t, &world.client, at(1)).await.unwrap());
    assert_eq!(store.resource_secrets.list(t).await.unwrap(), [resource_secret("b", &other)]);
}
