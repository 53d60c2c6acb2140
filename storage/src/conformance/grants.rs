//! Grants.

use credenza_protocol::ids::{ClientId, GrantId, UserId};

use super::fixtures::{World, at, client, code, grant, hash, id, refresh_token, revoked_token, scope, user};
use crate::{Created, LiveGrant, Rotate, Spend, Store};

/// With its user, while it is live: to the second.
pub async fn found_while_it_lives(store: &Store) {
    let world = World::new(store, "acme").await;
    let id = world.grant(code("grant")).await;
    let found = store.grants.find_live(&world.tenant, &id, hash("jti"), at(999)).await.unwrap();
    assert_eq!(found, Some(LiveGrant { grant: code("grant").grant, user: user("user") }));
    assert!(world.lives("grant", at(999)).await);
    assert!(!world.lives("grant", at(1000)).await, "it has expired");
    assert!(!world.lives("none", at(0)).await);
}

/// A revoked access token is refused, though its grant is live.
pub async fn not_by_a_revoked_token(store: &Store) {
    let world = World::new(store, "acme").await;
    let id = world.grant(code("grant")).await;
    store.access_tokens.revoke(&world.tenant, revoked_token(hash("jti")), at(1)).await.unwrap();
    let by = |jti: &'static str, now: i64| store.grants.find_live(&world.tenant, &id, hash(jti), at(now));
    assert_eq!(by("jti", 2).await.unwrap(), None);
    assert_eq!(by("jti", -3600).await.unwrap(), None, "the clock stepped back");
    assert!(by("another jti", 2).await.unwrap().is_some());
}

/// It is live without a code, none can be spent, and it is not given to anybody who is disabled.
pub async fn given_without_a_code(store: &Store) {
    let world = World::new(store, "acme").await;
    let id = GrantId::new("grant");
    let give = |name: &'static str| store.grants.give(&world.tenant, grant(name), at(0));
    assert!(give("grant").await.unwrap());
    assert!(give("grant").await.is_err(), "there is one of that id");
    let found = store.grants.find_live(&world.tenant, &id, hash("jti"), at(999)).await.unwrap();
    assert_eq!(found.map(|found| found.grant), Some(grant("grant")));
    assert!(!world.lives("grant", at(1000)).await, "it has expired");
    let spent = store.codes.spend(&world.tenant, &world.client, &id, hash("grant"), at(1)).await.unwrap();
    assert_eq!(spent, Spend::Unknown);
    let tenant = &world.tenant;
    assert!(store.clients.set_disabled(tenant, &world.client, Some(at(1))).await.unwrap());
    assert!(!give("to a disabled client").await.unwrap());
    assert!(store.clients.set_disabled(tenant, &world.client, None).await.unwrap());
    assert!(!world.lives("to a disabled client", at(2)).await);
    assert!(!world.lives("grant", at(2)).await, "it ended with its client's epoch");
    store.users.set_disabled(tenant, &world.user, Some(at(1))).await.unwrap();
    assert!(!give("to a disabled user").await.unwrap());
    store.users.set_disabled(tenant, &world.user, None).await.unwrap();
    assert!(give("again").await.unwrap());
    assert!(world.lives("again", at(2)).await);
}

/// By its client alone, and for good.
pub async fn revoked_by_its_client(store: &Store) {
    let world = World::new(store, "acme").await;
    store.clients.create(&world.tenant, client("stranger")).await.unwrap();
    let id = world.grant(code("grant")).await;
    world.grant(code("another")).await;
    let revoke = |client: &'static str, now: i64| {
        let (world, id) = (&world, id.clone());
        async move {
            world.store.grants.revoke(&world.tenant, &ClientId::new(client), &id, at(now)).await.unwrap()
        }
    };
    assert!(!revoke("stranger", 1).await);
    assert!(world.lives("grant", at(1)).await);
    assert!(revoke("client", 1).await);
    assert!(!revoke("client", 1).await, "it was revoked before");
    for now in [1, -3600] {
        assert!(!world.lives("grant", at(now)).await, "at {now}");
    }
    assert!(world.lives("another", at(1)).await);
    let none = GrantId::new("none");
    assert!(!store.grants.revoke(&world.tenant, &world.client, &none, at(1)).await.unwrap());
}

/// The live ones of that user, the newest first.
pub async fn listed_newest_first(store: &Store) {
    let world = World::new(store, "acme").await;
    assert_eq!(store.users.create(&world.tenant, user("other"), None).await.unwrap(), Created::Yes);
    for (name, created, expires) in [("a", 1, 1000), ("b", 3, 1000), ("c", 2, 1000), ("old", 0, 5)] {
        let mut new = code(name);
        new.grant.created_at = at(created);
        new.grant.expires_at = at(expires);
        world.grant(new).await;
    }
    let mut theirs = code("theirs");
    theirs.grant.user_id = UserId::new("other");
    world.grant(theirs).await;
    let listed = store.grants.list(&world.tenant, &world.user, at(5)).await.unwrap();
    let ids: Vec<_> = listed.iter().map(|grant| grant.grant_id.as_str()).collect();
    assert_eq!(ids, ["b", "c", "a"]);
}

/// The live ones of that user page by page, the latest id first.
pub async fn paged(store: &Store) {
    let world = World::new(store, "acme").await;
    assert_eq!(store.users.create(&world.tenant, user("other"), None).await.unwrap(), Created::Yes);
    for name in ["a", "b", "c", "d"] {
        world.grant(code(name)).await;
    }
    let mut old = code("e");
    old.grant.expires_at = at(5);
    world.grant(old).await;
    let mut theirs = code("theirs");
    theirs.grant.user_id = UserId::new("other");
    world.grant(theirs).await;
    assert!(store.grants.revoke(&world.tenant, &world.client, &GrantId::new("b"), at(1)).await.unwrap());
    let page = async |after: Option<&str>| {
        let after = after.map(GrantId::new);
        let found = store.grants.page(&world.tenant, &world.user, after.as_ref(), 2, at(5)).await.unwrap();
        found.into_iter().map(|used| used.grant.grant_id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(page(None).await, ["d", "c"]);
    assert_eq!(page(Some("c")).await, ["a"]);
    assert!(page(Some("a")).await.is_empty());
    // Used when it was last refreshed.
    let last_used = async |name: &str| {
        let found = store.grants.page(&world.tenant, &world.user, None, 9, at(5)).await.unwrap();
        found.into_iter().find(|used| used.grant.grant_id == id(name)).map(|used| used.last_used_at)
    };
    assert_eq!(last_used("a").await, Some(at(0)));
    let (tokens, next) = (&store.refresh_tokens, refresh_token("a", "next", 900));
    let rotated = tokens.rotate(&world.tenant, &id("a"), hash("a token"), next, at(4)).await.unwrap();
    assert_eq!(rotated, Rotate::Rotated);
    assert_eq!((last_used("a").await, last_used("c").await), (Some(at(4)), Some(at(0))));
}

/// By whoever looks after the user who gave it, and of no other user.
pub async fn revoked_of_a_user(store: &Store) {
    let world = World::new(store, "acme").await;
    assert_eq!(store.users.create(&world.tenant, user("other"), None).await.unwrap(), Created::Yes);
    let id = world.grant(code("grant")).await;
    world.grant(code("another")).await;
    let revoke =
        async |user: &UserId| store.grants.revoke_of_user(&world.tenant, user, &id, at(1)).await.unwrap();
    assert!(!revoke(&UserId::new("other")).await);
    assert!(world.lives("grant", at(1)).await);
    assert!(revoke(&world.user).await);
    assert!(!revoke(&world.user).await, "it was revoked before");
    assert!(!world.lives("grant", at(1)).await);
    assert!(world.lives("another", at(1)).await);
}

/// What one user gave one client; consent, other users and other clients stay.
pub async fn revoked_of_a_client(store: &Store) {
    let world = World::new(store, "acme").await;
    let tenant = &world.tenant;
    store.clients.create(tenant, client("other")).await.unwrap();
    assert_eq!(store.users.create(tenant, user("other"), None).await.unwrap(), Created::Yes);
    store.consents.remember(tenant, &world.user, &world.client, &scope("openid"), at(0)).await.unwrap();
    let mut offline = code("offline");
    offline.grant.offline = true;
    world.grant(code("grant")).await;
    world.grant(offline).await;
    store.codes.issue(tenant, code("waiting"), at(0)).await.unwrap();
    let mut theirs = code("theirs");
    theirs.grant.user_id = UserId::new("other");
    world.grant(theirs).await;
    let mut elsewhere = code("elsewhere");
    elsewhere.grant.client_id = ClientId::new("other");
    let (grant, code_hash) = (elsewhere.grant.grant_id.clone(), elsewhere.hash);
    store.codes.issue(tenant, elsewhere, at(0)).await.unwrap();
    let spent = store.codes.spend(tenant, &ClientId::new("other"), &grant, code_hash, at(0)).await.unwrap();
    assert!(matches!(spent, Spend::First(..)));
    let revoke =
        async || store.grants.revoke_of_client(tenant, &world.user, &world.client, at(1)).await.unwrap();
    assert!(revoke().await >= 2, "the grants, and where it is in the same place the code");
    assert_eq!(revoke().await, 0);
    assert!(!world.lives("grant", at(1)).await && !world.lives("offline", at(1)).await);
    let own = store.grants.list(tenant, &world.user, at(1)).await.unwrap();
    assert!(own.iter().any(|one| one.grant_id == grant), "what another client has stays");
    let waiting =
        store.codes.spend(tenant, &world.client, &id("waiting"), hash("waiting"), at(1)).await.unwrap();
    assert_eq!(waiting, Spend::Dead);
    let left = store.grants.list(tenant, &UserId::new("other"), at(1)).await.unwrap();
    assert_eq!(left.len(), 1, "what somebody else gave stays");
    assert_eq!(store.consents.find(tenant, &world.user, &world.client).await.unwrap(), scope("openid"));
}
