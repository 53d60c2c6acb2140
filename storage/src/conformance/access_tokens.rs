//! Access tokens.

use credenza_protocol::ids::{ClientId, GrantId};

use super::fixtures::{World, access_token, at, client, code, hash, jwt, revoked_token};
use crate::{AccessTokenRecord, Store};

async fn find(world: &World, token: &str, now: i64) -> Option<AccessTokenRecord> {
    world.store.access_tokens.find(&world.tenant, hash(token), at(now)).await.unwrap()
}

/// An opaque token is live until it expires, with every field.
pub async fn opaque_lives(store: &Store) {
    let world = World::new(store, "acme").await;
    world.grant(code("grant")).await;
    let mut full = access_token("full", Some("grant"));
    full.audience = vec!["https://a.example".to_owned(), "urn:b:'\"\u{1f600}".to_owned()];
    let alone = access_token("alone", None);
    for record in [full, alone] {
        store.access_tokens.insert(&world.tenant, record.clone(), at(0)).await.unwrap();
        let found = store.access_tokens.find(&world.tenant, record.hash, at(99)).await.unwrap();
        assert_eq!(found.as_ref(), Some(&record));
        let found = store.access_tokens.find(&world.tenant, record.hash, at(100)).await.unwrap();
        assert_eq!(found, None, "it has expired");
    }
    assert_eq!(find(&world, "none", 0).await, None);
}

/// Revoked, either form is dead; twice changes nothing.
pub async fn revoked(store: &Store) {
    let world = World::new(store, "acme").await;
    let grant = world.grant(code("grant")).await;
    for (name, of) in [("bound", Some("grant")), ("alone", None)] {
        store.access_tokens.insert(&world.tenant, access_token(name, of), at(0)).await.unwrap();
        assert!(find(&world, name, 1).await.is_some());
        for _ in 0..2 {
            store.access_tokens.revoke(&world.tenant, revoked_token(hash(name)), at(1)).await.unwrap();
        }
        assert_eq!(find(&world, name, 1).await, None);
        assert_eq!(find(&world, name, -3600).await, None, "the clock stepped back");
    }
    for of in [Some(&grant), None] {
        let jwt = jwt(if of.is_some() { "bound jti" } else { "alone jti" }, &world.client, of);
        let is_live = || store.access_tokens.is_live(&world.tenant, jwt, at(1));
        assert!(is_live().await.unwrap());
        store.access_tokens.revoke(&world.tenant, revoked_token(jwt.jti), at(1)).await.unwrap();
        assert!(!is_live().await.unwrap());
    }
}

/// Each token that is revoked by itself is counted once, for every tenant; no change of a tenant is.
pub async fn revoked_is_counted(store: &Store) {
    let (world, other) = (World::new(store, "acme").await, World::new(store, "other").await);
    let before = store.maintenance.changes("other").await.unwrap();
    store.access_tokens.revoke(&world.tenant, revoked_token(hash("jti")), at(1)).await.unwrap();
    let after = store.maintenance.changes("other").await.unwrap();
    assert_eq!(after.revision, before.revision);
    assert_ne!(after.revoked, before.revoked);
    store.access_tokens.revoke(&world.tenant, revoked_token(hash("jti")), at(1)).await.unwrap();
    assert!(store.clients.create(&other.tenant, client("new")).await.unwrap());
    let last = store.maintenance.changes("other").await.unwrap();
    assert_eq!(last.revoked, after.revoked);
    assert_ne!(last.revision, after.revision);
}

/// Of either form: dead with its grant.
pub async fn dies_with_its_grant(store: &Store) {
    let world = World::new(store, "acme").await;
    let mut short = code("expired");
    short.grant.expires_at = at(50);
    world.grant(short).await;
    let revoked = world.grant(code("revoked")).await;
    for name in ["expired", "revoked", "none"] {
        let token = access_token(&format!("of {name}"), Some(name));
        store.access_tokens.insert(&world.tenant, token, at(0)).await.unwrap();
    }
    assert!(find(&world, "of expired", 49).await.is_some() && find(&world, "of revoked", 49).await.is_some());
    assert_eq!(find(&world, "of none", 1).await, None, "there is no such grant");
    assert_eq!(find(&world, "of expired", 50).await, None);
    assert!(store.grants.revoke(&world.tenant, &world.client, &revoked, at(1)).await.unwrap());
    assert_eq!(find(&world, "of revoked", 1).await, None);
    assert!(!world.lives("revoked", at(1)).await);
}

/// Without a grant: dead with its client or tenant. A JWT of another client's grant is dead.
pub async fn dies_with_its_client(store: &Store) {
    let world = World::new(store, "acme").await;
    store.clients.create(&world.tenant, client("other")).await.unwrap();
    let grant = world.grant(code("grant")).await;
    store.access_tokens.insert(&world.tenant, access_token("alone", None), at(0)).await.unwrap();
    let is_live = |client: &'static str, grant: Option<GrantId>| {
        let world = &world;
        async move {
            let (tokens, client) = (&world.store.access_tokens, ClientId::new(client));
            tokens.is_live(&world.tenant, jwt("jti", &client, grant.as_ref()), at(1)).await.unwrap()
        }
    };
    assert!(is_live("client", None).await && is_live("client", Some(grant.clone())).await);
    assert!(!is_live("other", Some(grant)).await, "another client's grant");
    assert!(is_live("other", None).await);
    assert!(!is_live("nobody", None).await);
    store.tenants.set_disabled(&world.tenant, Some(at(1))).await.unwrap();
    assert!(!is_live("client", None).await && find(&world, "alone", 1).await.is_none());
    store.tenants.set_disabled(&world.tenant, None).await.unwrap();
    assert!(is_live("client", None).await && find(&world, "alone", 1).await.is_some());
    store.clients.set_disabled(&world.tenant, &world.client, Some(at(1))).await.unwrap();
    assert!(!is_live("client", None).await && find(&world, "alone", 1).await.is_none());
    assert!(is_live("other", None).await);
}
