//! Refresh tokens.

use super::fixtures::{World, at, code, hash, id, refresh_token};
use crate::{RefreshRecord, Rotate, Store};

async fn rotate(world: &World, from: &str, to: &str, now: i64) -> Rotate {
    let (id, next) = (id("grant"), refresh_token("grant", to, 900));
    let presented = hash(&format!("grant {from}"));
    world.store.refresh_tokens.rotate(&world.tenant, &id, presented, next, at(now)).await.unwrap()
}

async fn family(world: &World) -> RefreshRecord {
    world.store.refresh_tokens.find(&world.tenant, &id("grant"), at(1)).await.unwrap().unwrap()
}

/// As it was issued, with its grant.
pub async fn found(store: &Store) {
    let world = World::new(store, "acme").await;
    world.grant(code("grant")).await;
    let expected = RefreshRecord {
        current: hash("grant token"),
        previous: None,
        rotated_at: None,
        expires_at: at(500),
        grant: code("grant").grant,
        live: true,
    };
    assert_eq!(family(&world).await, expected);
    let tokens = &store.refresh_tokens;
    assert_eq!(tokens.find(&world.tenant, &id("none"), at(1)).await.unwrap(), None);
    let mut without = code("without");
    without.refresh_token = None;
    world.grant(without).await;
    assert_eq!(tokens.find(&world.tenant, &id("without"), at(1)).await.unwrap(), None);
}

/// RFC 9700 4.14: one token is live; the previous one is known, older ones are not.
pub async fn rotated(store: &Store) {
    let world = World::new(store, "acme").await;
    world.grant(code("grant")).await;
    world.grant(code("another")).await;
    assert_eq!(rotate(&world, "token", "second", 3).await, Rotate::Rotated);
    let now = family(&world).await;
    assert_eq!((now.current, now.previous), (hash("grant second"), Some(hash("grant token"))));
    assert_eq!((now.rotated_at, now.expires_at, now.live), (Some(at(3)), at(900), true));
    for stale in ["token", "third", "none"] {
        assert_eq!(rotate(&world, stale, "wrong", 3).await, Rotate::Lost, "{stale}");
    }
    assert_eq!(family(&world).await, now, "a lost rotation changes nothing");
    assert_eq!(rotate(&world, "second", "third", 4).await, Rotate::Rotated);
    let now = family(&world).await;
    assert_eq!((now.current, now.previous), (hash("grant third"), Some(hash("grant second"))));
    let another = store.refresh_tokens.find(&world.tenant, &id("another"), at(1)).await.unwrap();
    assert_eq!(another.unwrap().current, hash("another token"));
    let next = refresh_token("none", "second", 900);
    let none = id("none");
    let none = store.refresh_tokens.rotate(&world.tenant, &none, hash("grant third"), next, at(4));
    assert_eq!(none.await.unwrap(), Rotate::Lost);
}

/// A token that was not used in time is dead, to the second.
pub async fn expiry(store: &Store) {
    let world = World::new(store, "acme").await;
    world.grant(code("grant")).await;
    assert_eq!(rotate(&world, "token", "wrong", 500).await, Rotate::Lost);
    assert_eq!(rotate(&world, "token", "second", 499).await, Rotate::Rotated);
    assert_eq!(rotate(&world, "second", "third", 500).await, Rotate::Rotated, "the next has its own time");
}

/// A dead grant gives nothing, whatever ended it, but is still found.
pub async fn dead_grant(store: &Store) {
    let world = World::new(store, "acme").await;
    let mut long = code("grant");
    long.refresh_token = Some(refresh_token("grant", "token", 5000));
    let id = world.grant(long).await;
    assert_eq!(rotate(&world, "token", "wrong", 1000).await, Rotate::Lost, "the grant has expired");
    store.tenants.set_disabled(&world.tenant, Some(at(1))).await.unwrap();
    assert_eq!(rotate(&world, "token", "wrong", 1).await, Rotate::Lost, "the tenant is disabled");
    store.tenants.set_disabled(&world.tenant, None).await.unwrap();
    assert_eq!(rotate(&world, "token", "second", 1).await, Rotate::Rotated);
    assert!(store.grants.revoke(&world.tenant, &world.client, &id, at(1)).await.unwrap());
    assert_eq!(rotate(&world, "second", "wrong", 1).await, Rotate::Lost, "the grant is revoked");
    let dead = family(&world).await;
    assert_eq!((dead.live, dead.grant.grant_id), (false, id));
}

/// Nobody holds the token before the code is redeemed, which is not checked here.
pub async fn disabled_user_or_client(store: &Store) {
    for disable_user in [true, false] {
        let world = World::new(store, if disable_user { "user" } else { "client" }).await;
        world.grant(code("grant")).await;
        assert_eq!(rotate(&world, "token", "second", 1).await, Rotate::Rotated);
        if disable_user {
            assert!(store.users.set_disabled(&world.tenant, &world.user, Some(at(1))).await.unwrap());
        } else {
            assert!(store.clients.set_disabled(&world.tenant, &world.client, Some(at(1))).await.unwrap());
        }
        assert_eq!(rotate(&world, "second", "third", 1).await, Rotate::Lost);
        assert!(!family(&world).await.live);
    }
}
