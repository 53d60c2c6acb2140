//! Consents.

use credenza_protocol::consent::Consent;
use credenza_protocol::ids::{ClientId, UserId};

use super::fixtures::{World, at, client, code, scope};
use crate::{Spend, Store};

/// Added up per user and client.
pub async fn remembered(store: &Store) {
    let world = World::new(store, "acme").await;
    let consents = &store.consents;
    assert!(consents.find(&world.tenant, &world.user, &world.client).await.unwrap().is_empty());
    for words in ["openid email", "email profile", "openid"] {
        consents.remember(&world.tenant, &world.user, &world.client, &scope(words), at(1)).await.unwrap();
    }
    let found = consents.find(&world.tenant, &world.user, &world.client).await.unwrap();
    assert_eq!(found, scope("openid email profile"));
    // More words, over time, than any one request may have.
    for n in 0..100 {
        let one = scope(&format!("scope-{n}"));
        consents.remember(&world.tenant, &world.user, &world.client, &one, at(2)).await.unwrap();
    }
    let found = consents.find(&world.tenant, &world.user, &world.client).await.unwrap();
    assert_eq!(found.iter().count(), 103);
    let (user, client) = (UserId::new("other"), ClientId::new("other"));
    assert!(consents.find(&world.tenant, &user, &world.client).await.unwrap().is_empty());
    assert!(consents.find(&world.tenant, &world.user, &client).await.unwrap().is_empty());
}

/// Withdrawn, with the grants of that client; those of others stay.
pub async fn forgotten(store: &Store) {
    let world = World::new(store, "acme").await;
    store.clients.create(&world.tenant, client("other")).await.unwrap();
    let other = ClientId::new("other");
    for client in [&world.client, &other] {
        store.consents.remember(&world.tenant, &world.user, client, &scope("openid"), at(1)).await.unwrap();
    }
    let mut offline = code("offline");
    offline.grant.offline = true;
    let mut of_other = code("of another client");
    of_other.grant.client_id = other.clone();
    let (theirs, of_theirs) = (of_other.grant.grant_id.clone(), of_other.hash);
    store.codes.issue(&world.tenant, of_other, at(0)).await.unwrap();
    let spent = store.codes.spend(&world.tenant, &other, &theirs, of_theirs, at(0)).await.unwrap();
    assert!(matches!(spent, Spend::First(..)));
    for new in [code("grant"), offline] {
        world.grant(new).await;
    }
    let forget = || store.consents.forget(&world.tenant, &world.user, &world.client, at(1));
    assert!(forget().await.unwrap());
    assert!(!forget().await.unwrap(), "none were on record");
    assert!(store.consents.find(&world.tenant, &world.user, &world.client).await.unwrap().is_empty());
    assert_eq!(store.consents.find(&world.tenant, &world.user, &other).await.unwrap(), scope("openid"));
    assert!(!world.lives("grant", at(1)).await && !world.lives("offline", at(1)).await);
    let left = store.grants.list(&world.tenant, &world.user, at(1)).await.unwrap();
    assert_eq!(left.len(), 1, "the grant of another client stays");
    world.grant(code("unrecorded")).await;
    assert!(!forget().await.unwrap());
    assert!(!world.lives("unrecorded", at(1)).await, "revoked, though no consent was on record");
}

/// Of one user, by client, page by page.
pub async fn listed_in_pages(store: &Store) {
    let world = World::new(store, "acme").await;
    let consents = &store.consents;
    for (user, client, words) in [
        ("user", "b", "openid"),
        ("user", "a", "openid email"),
        ("user", "c", "openid"),
        ("other", "a", "openid"),
    ] {
        let (user, client) = (UserId::new(user), ClientId::new(client));
        consents.remember(&world.tenant, &user, &client, &scope(words), at(3)).await.unwrap();
    }
    let first = consents.list(&world.tenant, &world.user, None, 2).await.unwrap();
    let of = |client: &str, words: &str| Consent {
        client_id: ClientId::new(client),
        scope: scope(words),
        updated_at: at(3),
    };
    assert_eq!(first, [of("a", "openid email"), of("b", "openid")]);
    let rest = consents.list(&world.tenant, &world.user, Some(&ClientId::new("b")), 2).await.unwrap();
    assert_eq!(rest, [of("c", "openid")]);
}
