//! Revocations: what the feed contains.
//!
//! Chart 265

use std::collections::BTreeSet;
use std::sync::Arc;

use credenza_protocol::grant::Grant;
use credenza_protocol::ids::{ClientId, GrantId, SessionId, UserId};
use credenza_protocol::tenant::TenantSettings;
use credenza_protocol::time::Seconds;
use credenza_protocol::version::Version;

use super::fixtures::{
    World, at, client, code, grant, hash, id, jwt, refresh_token, revoked_token, scope, session, tenant, user,
};
use super::races::{CALLERS, race};
use crate::revocations::LEEWAY;
use crate::{Jwt, NewCode, Revocation, RevokedToken, Rotate, Store, Update};

/// More than any test here revokes.
const MANY: u32 = 100;

async fn told(world: &World, now: i64) -> BTreeSet<Revocation> {
    told_within(world, MANY, now).await
}

async fn told_within(world: &World, limit: u32, now: i64) -> BTreeSet<Revocation> {
    let told = world.store.revocations.list(&world.tenant, limit, at(now)).await.unwrap();
    told.into_iter().collect()
}

fn grants(names: &[&str]) -> BTreeSet<Revocation> {
    names.iter().map(|name| Revocation::Grant(id(name))).collect()
}

fn of_client(name: &str, before: Option<i64>) -> Revocation {
    Revocation::Client { client_id: ClientId::new(name), before: before.map(at) }
}

/// A grant of ten thousand seconds, changed as asked.
fn given(name: &str, change: impl FnOnce(&mut Grant)) -> NewCode {
    let mut new = code(name);
    new.grant.expires_at = at(10_000);
    new.refresh_token = Some(refresh_token(name, "token", 10_000));
    change(&mut new.grant);
    new
}

/// A grant revoked in any way, and none beside it.
pub async fn of_grants(store: &Store) {
    let world = World::new(store, "acme").await;
    let t = &world.tenant;
    let other = UserId::new("other");
    let elsewhere = ClientId::new("elsewhere");
    store.clients.create(t, client("elsewhere")).await.unwrap();
    let _ = store.users.create(t, user("other"), None).await.unwrap();
    store.sessions.begin(t, hash("handle"), session("sid"), at(0)).await.unwrap();
    store.consents.remember(t, &world.user, &world.client, &scope("openid"), at(0)).await.unwrap();
    world.grant(given("alone", |grant| grant.sid = SessionId::new("another"))).await;
    world.grant(given("of session", |_| ())).await;
    world.grant(given("offline", |grant| grant.offline = true)).await;
    world.grant(given("theirs", |grant| grant.user_id = other.clone())).await;
    let mut apart = given("apart", |grant| {
        grant.client_id = elsewhere.clone();
        grant.offline = true;
    });
    apart.code.client_id = elsewhere.clone();
    store.codes.issue(t, apart, at(0)).await.unwrap();
    let _ = store.codes.spend(t, &elsewhere, &id("apart"), hash("apart"), at(0)).await.unwrap();
    assert_eq!(told(&world, 1).await, BTreeSet::new());
    assert!(store.grants.revoke(t, &world.client, &id("alone"), at(1)).await.unwrap());
    assert_eq!(told(&world, 1).await, grants(&["alone"]));
    assert!(store.sessions.end(t, &world.user, &SessionId::new("sid"), at(2)).await.unwrap());
    assert_eq!(told(&world, 2).await, grants(&["alone", "of session"]));
    assert!(store.consents.forget(t, &world.user, &world.client, at(3)).await.unwrap());
    assert_eq!(told(&world, 3).await, grants(&["alone", "of session", "offline"]));
    assert!(store.users.set_disabled(t, &world.user, Some(at(4))).await.unwrap());
    assert_eq!(told(&world, 4).await, grants(&["alone", "of session", "offline", "apart"]));
    // What is dead stays so, and what is issued afterwards is live.
    assert!(store.users.set_disabled(t, &world.user, None).await.unwrap());
    world.grant(given("again", |_| ())).await;
    assert_eq!(told(&world, 4).await, grants(&["alone", "of session", "offline", "apart"]));
    assert!(store.credentials.set_password(t, &other, "phc".to_owned(), at(5)).await.unwrap());
    assert!(told(&world, 5).await.contains(&Revocation::Grant(id("theirs"))));
    assert!(world.lives("again", at(5)).await);
}

/// Of a user who was deleted, as long as the tokens could be live; nothing else is left in the row of the grant.
pub async fn of_a_deleted_user(store: &Store) {
    let world = World::new(store, "acme").await;
    let t = &world.tenant;
    world.grant(given("grant", |_| ())).await;
    assert!(store.grants.give(t, grant("at once"), at(0)).await.unwrap());
    assert!(store.users.delete(t, &world.user, at(9)).await.unwrap());
    assert_eq!(told(&world, 9).await, grants(&["grant", "at once"]));
    // Not of one who is created again under the same id.
    let _ = store.users.create(t, user("user"), None).await.unwrap();
    world.grant(given("of another", |_| ())).await;
    assert_eq!(told(&world, 9).await, grants(&["grant", "at once"]));
    let end = 600 + LEEWAY.0 + 9;
    assert!(store.maintenance.sweep(at(end - 1), 100).await.is_ok());
    assert!(store.grants.exists(t, &id("grant")).await.unwrap());
    store.maintenance.sweep(at(end), 100).await.unwrap();
    assert!(!store.grants.exists(t, &id("grant")).await.unwrap(), "with its last token");
    assert!(world.lives("of another", at(end)).await);
}

/// A client disabled or deleted, with everything of it; enabled or created again, what was issued since is live.
pub async fn of_clients(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, c) = (&world.tenant, &world.client);
    store.clients.create(t, client("other")).await.unwrap();
    assert!(store.clients.set_disabled(t, c, Some(at(5))).await.unwrap());
    assert_eq!(told(&world, 5).await, [of_client("client", None)].into());
    assert!(store.clients.set_disabled(t, c, None).await.unwrap());
    assert_eq!(told(&world, 6).await, [of_client("client", Some(5))].into());
    // By a node whose clock is behind.
    assert!(store.clients.set_disabled(t, c, Some(at(3))).await.unwrap());
    assert!(store.clients.set_disabled(t, c, None).await.unwrap());
    assert_eq!(told(&world, 6).await, [of_client("client", Some(5))].into());
    assert!(store.clients.delete(t, c, at(7)).await.unwrap());
    assert_eq!(told(&world, 7).await, [of_client("client", None)].into());
    assert!(store.clients.create(t, client("client")).await.unwrap());
    assert_eq!(told(&world, 8).await, [of_client("client", Some(7))].into());
    let end = 7 + 600 + LEEWAY.0;
    assert_eq!(told(&world, end - 1).await, [of_client("client", Some(7))].into());
    assert_eq!(told(&world, end).await, BTreeSet::new());
    assert_eq!(store.maintenance.sweep(at(end), 100).await.unwrap(), 1);
}

/// A single token: a JWT by its id, once and until it expires; an opaque one never.
pub async fn of_tokens(store: &Store) {
    let world = World::new(store, "acme").await;
    let t = &world.tenant;
    let opaque = revoked_token(hash("opaque"));
    store.access_tokens.revoke(t, opaque, at(1)).await.unwrap();
    let token = RevokedToken { jti: Some("jti".to_owned()), ..revoked_token(hash("jti")) };
    for _ in 0..2 {
        store.access_tokens.revoke(t, token.clone(), at(1)).await.unwrap();
    }
    assert!(!store.access_tokens.is_live(t, jwt("jti", &world.client, None), at(1)).await.unwrap());
    let name = Revocation::Token("jti".to_owned());
    assert_eq!(told(&world, 99 + LEEWAY.0).await, [name].into());
    assert_eq!(told(&world, 100 + LEEWAY.0).await, BTreeSet::new());
    assert_eq!(store.maintenance.sweep(at(100) + LEEWAY, 100).await.unwrap(), 3);
}

/// For as long as a token could be accepted: since the grant was given, redeemed or refreshed, with the lifetime of
/// then.
pub async fn until_the_last_token_is_dead(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, c) = (&world.tenant, &world.client);
    let tokens_live = 600 + LEEWAY.0;
    for name in ["stale", "refreshed"] {
        world.grant(given(name, |_| ())).await;
    }
    let next = refresh_token("refreshed", "second", 5000);
    let grant_id = id("refreshed");
    let rotated = store.refresh_tokens.rotate(t, &grant_id, hash("refreshed token"), next, at(400));
    assert_eq!(rotated.await.unwrap(), Rotate::Rotated);
    for name in ["stale", "refreshed"] {
        assert!(store.grants.revoke(t, c, &id(name), at(500)).await.unwrap());
    }
    assert_eq!(told(&world, tokens_live - 1).await, grants(&["stale", "refreshed"]));
    assert_eq!(told(&world, tokens_live).await, grants(&["refreshed"]));
    assert_eq!(told(&world, 400 + tokens_live).await, BTreeSet::new());
    // When it is lowered, nothing changes for what was issued before.
    let mut settings = tenant("acme").settings;
    settings.access_token_lifetime = Seconds(60);
    let update = async |version: Version, settings: &TenantSettings, now: i64| {
        let updated = store.tenants.update(t, version, settings.clone(), at(now)).await.unwrap();
        assert_eq!(updated, Update::Updated);
    };
    update(Version::FIRST, &settings, 401).await;
    assert_eq!(told(&world, 399 + tokens_live).await, grants(&["refreshed"]));
    settings.access_token_lifetime = Seconds(30);
    update(Version::FIRST.next(), &settings, 402).await;
    assert_eq!(told(&world, 399 + tokens_live).await, grants(&["refreshed"]));
    assert!(store.grants.give(t, given("late", |_| ()).grant, at(403)).await.unwrap());
    let late = 403 + tokens_live;
    let mut new = given("later", |grant| grant.created_at = at(late));
    new.code.expires_at = at(late + 60);
    assert!(store.grants.give(t, new.grant, at(late)).await.unwrap());
    assert!(store.grants.revoke(t, c, &id("later"), at(late)).await.unwrap());
    assert_eq!(told(&world, late + 29 + LEEWAY.0).await, grants(&["later"]));
    assert_eq!(told(&world, late + 30 + LEEWAY.0).await, BTreeSet::new());
}

/// If there are too many, as a whole that covers them, and nothing that was issued since.
pub async fn of_many(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, c) = (&world.tenant, &world.client);
    for name in ["bob", "carol"] {
        let _ = store.users.create(t, user(name), None).await.unwrap();
    }
    for (name, user) in [("a", "user"), ("b", "user"), ("c", "bob"), ("d", "carol")] {
        world.grant(given(name, |grant| grant.user_id = UserId::new(user))).await;
    }
    for (name, now) in [("a", 1), ("b", 2), ("c", 3)] {
        assert!(store.grants.revoke(t, c, &id(name), at(now)).await.unwrap());
    }
    assert!(store.users.set_disabled(t, &UserId::new("carol"), Some(at(4))).await.unwrap());
    let of = |user: &str, before| Revocation::Given {
        client_id: c.clone(),
        user_id: UserId::new(user),
        before: at(before),
    };
    assert_eq!(told_within(&world, 4, 5).await, grants(&["a", "b", "c", "d"]));
    assert_eq!(told_within(&world, 3, 5).await, [of("user", 2), of("bob", 3), of("carol", 4)].into());
    let clients = told_within(&world, 2, 5).await;
    assert_eq!(clients, [of_client("client", Some(3)), of_client("client", Some(4))].into());
    for jti in ["x", "y"] {
        let token = RevokedToken { jti: Some(jti.to_owned()), ..revoked_token(hash(jti)) };
        store.access_tokens.revoke(t, token, at(9)).await.unwrap();
    }
    let names = ["x", "y"].map(|jti| Revocation::Token(jti.to_owned()));
    assert!(told_within(&world, 2, 9).await.is_superset(&names.into()));
    assert!(told_within(&world, 1, 9).await.contains(&of_client("client", Some(9))));
}

/// Whatever is given or refreshed as the epoch of a user ends: what is dead is reported, and what is live is not.
pub async fn none_is_missed(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    for round in 0..4 {
        let user_id = UserId::new(format!("user {round}"));
        let _ = store.users.create(&world.tenant, user(user_id.as_str()), None).await.unwrap();
        let old = |n: usize| format!("old {round} {n}");
        for n in 0..CALLERS {
            world.grant(given(&old(n), |grant| grant.user_id = user_id.clone())).await;
        }
        // Their first tokens are dead by now.
        let now = 2000 * (round + 1);
        let refreshed = race(&world, |world, n| {
            let (user_id, name) = (user_id.clone(), old(n));
            async move {
                let t = &world.tenant;
                match n % 8 {
                    0 => world.store.users.set_disabled(t, &user_id, Some(at(now))).await.map(|_| None),
                    1 => {
                        let id = GrantId::new(format!("new {round} {n}"));
                        let (created_at, expires_at) = (at(now), at(now + 10_000));
                        let new = Grant { user_id, created_at, expires_at, ..grant(id.as_str()) };
                        let given = world.store.grants.give(t, new, at(now)).await;
                        given.map(|given| given.then_some(id))
                    }
                    _ => {
                        let next = refresh_token(&name, "second", now + 500);
                        let presented = hash(&format!("{name} token"));
                        let rotated = &world.store.refresh_tokens;
                        let rotated = rotated.rotate(t, &id(&name), presented, next, at(now)).await;
                        rotated.map(|rotated| (rotated == Rotate::Rotated).then(|| id(&name)))
                    }
                }
            }
        })
        .await;
        let told = told(&world, now).await;
        for grant_id in refreshed.into_iter().flatten() {
            assert!(told.contains(&Revocation::Grant(grant_id.clone())), "{grant_id} in round {round}");
        }
    }
}

/// Nothing is reported to another tenant, though everything has the same names there.
pub async fn of_one_tenant(store: &Store) {
    let (owner, stranger) = (World::new(store, "owner").await, World::new(store, "stranger").await);
    let t = &owner.tenant;
    for world in [&owner, &stranger] {
        world.grant(given("grant", |_| ())).await;
    }
    let token = RevokedToken { jti: Some("jti".to_owned()), ..revoked_token(hash("jti")) };
    store.access_tokens.revoke(t, token, at(1)).await.unwrap();
    store.clients.set_disabled(t, &owner.client, Some(at(1))).await.unwrap();
    store.users.set_disabled(t, &owner.user, Some(at(1))).await.unwrap();
    assert_eq!(told(&owner, 1).await.len(), 3);
    assert_eq!(told(&stranger, 1).await, BTreeSet::new());
    let own = Jwt { issued_at: at(0), ..jwt("jti", &stranger.client, None) };
    assert!(store.access_tokens.is_live(&stranger.tenant, own, at(1)).await.unwrap());
    let grant_id = GrantId::new("grant");
    assert!(store.grants.revoke(&stranger.tenant, &stranger.client, &grant_id, at(1)).await.unwrap());
    assert_eq!(told(&stranger, 1).await, grants(&["grant"]));
    assert!(store.tenants.delete(t).await.unwrap());
    assert_eq!(told(&owner, 1).await, BTreeSet::new());
}
