//! Credentials.

use credenza_protocol::ids::UserId;

use super::fixtures::{World, at, code, hash, session, user};
use crate::{Created, Store};

/// The hash is read back; one who has none, or does not exist, has none.
pub async fn password(store: &Store) {
    let world = World::new(store, "acme").await;
    assert_eq!(store.users.create(&world.tenant, user("bare"), None).await.unwrap(), Created::Yes);
    assert_eq!(store.credentials.password(&world.tenant, &world.user).await.unwrap().as_deref(), Some("phc"));
    for nobody in ["bare", "nobody"] {
        assert_eq!(store.credentials.password(&world.tenant, &UserId::new(nobody)).await.unwrap(), None);
    }
}

/// ASVS 7.4.3: a new password ends the sessions and revokes the grants of that user alone.
pub async fn set_password(store: &Store) {
    let world = World::new(store, "acme").await;
    let other = World::new(store, "other").await;
    for one in [&world, &other] {
        let mut offline = code("offline");
        offline.grant.offline = true;
        one.grant(code("grant")).await;
        one.grant(offline).await;
        store.sessions.begin(&one.tenant, hash("handle"), session("sid"), at(0)).await.unwrap();
    }
    let set = |user: UserId| {
        let (store, tenant) = (store.clone(), world.tenant.clone());
        async move { store.credentials.set_password(&tenant, &user, "new".to_owned(), at(1)).await.unwrap() }
    };
    assert!(!set(UserId::new("nobody")).await);
    assert!(set(world.user.clone()).await);
    assert_eq!(store.credentials.password(&world.tenant, &world.user).await.unwrap().as_deref(), Some("new"));
    for name in ["grant", "offline"] {
        assert!(!world.lives(name, at(1)).await, "{name}");
        assert!(other.lives(name, at(1)).await, "{name}");
    }
    let found = |world: &World| {
        let (store, tenant) = (store.clone(), world.tenant.clone());
        async move { store.sessions.find(&tenant, hash("handle"), at(-1), at(1)).await.unwrap() }
    };
    assert_eq!(found(&world).await, None);
    assert!(found(&other).await.is_some());
}

/// A stronger hash of the same password ends nothing, and does not undo a change made meanwhile.
pub async fn upgrade_hash(store: &Store) {
    let world = World::new(store, "acme").await;
    world.grant(code("grant")).await;
    let upgrade = |old: &'static str, new: &'static str| {
        let world = &world;
        async move {
            let credentials = &world.store.credentials;
            credentials.upgrade_hash(&world.tenant, &world.user, old, new.to_owned(), at(1)).await.unwrap()
        }
    };
    assert!(!upgrade("other", "wrong").await);
    assert!(upgrade("phc", "stronger").await);
    assert!(!upgrade("phc", "wrong").await);
    let now = store.credentials.password(&world.tenant, &world.user).await.unwrap();
    assert_eq!(now.as_deref(), Some("stronger"));
    assert!(world.lives("grant", at(1)).await);
}
