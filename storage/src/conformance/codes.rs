//! Authorization codes.

use credenza_protocol::ids::{ClientId, UserId};

use super::fixtures::{World, at, client, code, grant, hash, id, refresh_token};
use crate::{NewCode, Spend, Store};

async fn spend(world: &World, code: &str, now: i64) -> Spend {
    world.store.codes.spend(&world.tenant, &world.client, &id(code), hash(code), at(now)).await.unwrap()
}

/// RFC 6749 4.1.2: valid once; then it names its grant and when it was spent.
pub async fn spent_once(store: &Store) {
    let world = World::new(store, "acme").await;
    let new = code("code");
    store.codes.issue(&world.tenant, new.clone(), at(0)).await.unwrap();
    assert_eq!(spend(&world, "no code", 1).await, Spend::Unknown);
    assert_eq!(spend(&world, "code", 7).await, Spend::First(Box::new(new.code), Box::new(new.grant)));
    let again = Spend::Again { first_at: at(7) };
    for now in [7, 8, 59, 60, 900, 5000] {
        assert_eq!(spend(&world, "code", now).await, again, "{now}");
    }
}

/// Every field of code and grant is read back, including those that are usually empty.
pub async fn every_field(store: &Store) {
    let world = World::new(store, "acme").await;
    let mut full = code("full");
    full.code.code_challenge = Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".to_owned());
    full.grant.offline = true;
    full.grant.resource = vec!["https://a.example".to_owned(), "https://b.example/?'\"".to_owned()];
    full.grant.claims.userinfo.insert("email".to_owned(), None);
    full.grant.wants_auth_time = true;
    full.grant.acr = Some("urn:acr".to_owned());
    full.grant.created_at = at(-1);
    full.grant.expires_at = credenza_protocol::time::Time::from_seconds(i64::MAX);
    let mut bare = code("bare");
    bare.code.redirect_uri = None;
    bare.code.nonce = None;
    bare.grant.amr = Vec::new();
    bare.refresh_token = None;
    for new in [full, bare] {
        let NewCode { hash, code, grant, .. } = new.clone();
        store.codes.issue(&world.tenant, new, at(0)).await.unwrap();
        let spent =
            store.codes.spend(&world.tenant, &world.client, &grant.grant_id, hash, at(1)).await.unwrap();
        assert_eq!(spent, Spend::First(Box::new(code), Box::new(grant)));
    }
}

/// RFC 6749 4.1.2: it expires to the second; and a clock that is set back revives nothing.
pub async fn expiry(store: &Store) {
    let world = World::new(store, "acme").await;
    for name in ["59", "60", "61"] {
        store.codes.issue(&world.tenant, code(name), at(0)).await.unwrap();
    }
    assert!(matches!(spend(&world, "59", 59).await, Spend::First(..)));
    assert_eq!(spend(&world, "60", 60).await, Spend::Expired);
    assert_eq!(spend(&world, "61", 61).await, Spend::Expired);
    for (name, now) in [("60", 59), ("61", -3600), ("60", -3600), ("60", i64::from(i32::MIN))] {
        assert_eq!(spend(&world, name, now).await, Spend::Expired, "{name} at {now}");
    }
    assert!(matches!(spend(&world, "59", -3600).await, Spend::Again { .. }), "what was spent stays so");
}

/// The code of another client is unknown, and stays valid for its own.
pub async fn bound_to_its_client(store: &Store) {
    let world = World::new(store, "acme").await;
    store.clients.create(&world.tenant, client("thief")).await.unwrap();
    store.codes.issue(&world.tenant, code("code"), at(0)).await.unwrap();
    let thief = ClientId::new("thief");
    for now in [1, 61] {
        let stolen =
            store.codes.spend(&world.tenant, &thief, &id("code"), hash("code"), at(now)).await.unwrap();
        assert_eq!(stolen, Spend::Unknown);
    }
    assert!(matches!(spend(&world, "code", 1).await, Spend::First(..)));
    let stolen = store.codes.spend(&world.tenant, &thief, &id("code"), hash("code"), at(1)).await.unwrap();
    assert_eq!(stolen, Spend::Unknown, "spent, it tells a stranger nothing either");
}

/// The grant was revoked or has expired, or user, client or tenant was disabled meanwhile.
pub async fn dead_grant(store: &Store) {
    let world = World::new(store, "acme").await;
    let mut short = code("expired");
    short.grant.expires_at = at(10);
    store.codes.issue(&world.tenant, short, at(0)).await.unwrap();
    for name in ["revoked", "tenant"] {
        store.codes.issue(&world.tenant, code(name), at(0)).await.unwrap();
    }
    let revoked = grant("revoked").grant_id;
    assert!(store.grants.revoke(&world.tenant, &world.client, &revoked, at(1)).await.unwrap());
    store.tenants.set_disabled(&world.tenant, Some(at(1))).await.unwrap();
    assert_eq!(spend(&world, "tenant", 2).await, Spend::Dead);
    store.tenants.set_disabled(&world.tenant, None).await.unwrap();
    for (name, now) in [("expired", 10), ("revoked", 2)] {
        assert_eq!(spend(&world, name, now).await, Spend::Dead, "{name}");
        assert!(matches!(spend(&world, name, now).await, Spend::Again { .. }), "{name} was spent");
    }
    assert!(matches!(spend(&world, "tenant", 2).await, Spend::Again { .. }), "it was spent though dead");
}

/// A code that was kept elsewhere: spent as its grant is stored, by one caller; not in another epoch than it was
/// admitted in.
pub async fn redeemed_once(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, c, u) = (&world.tenant, &world.client, &world.user);
    let admission = store.codes.admit(t, c, u).await.unwrap().unwrap();
    let first = store.codes.redeem(t, code("code"), admission, at(7)).await.unwrap();
    assert_eq!(first, Spend::First(Box::new(code("code").code), Box::new(code("code").grant)));
    assert!(world.lives("code", at(999)).await);
    assert_eq!(
        store.codes.redeem(t, code("code"), admission, at(8)).await.unwrap(),
        Spend::Again { first_at: at(7) }
    );
    assert_eq!(spend(&world, "code", 9).await, Spend::Again { first_at: at(7) });
    let mut other = code("code");
    other.hash = hash("other");
    assert_eq!(store.codes.redeem(t, other, admission, at(8)).await.unwrap(), Spend::Unknown);
    for disable_user in [true, false] {
        let admission = store.codes.admit(t, c, u).await.unwrap().unwrap();
        for disabled_at in [Some(at(1)), None] {
            if disable_user {
                assert!(store.users.set_disabled(t, u, disabled_at).await.unwrap());
            } else {
                assert!(store.clients.set_disabled(t, c, disabled_at).await.unwrap());
            }
            assert_eq!(store.codes.admit(t, c, u).await.unwrap().is_none(), disabled_at.is_some());
            assert_eq!(store.codes.redeem(t, code("late"), admission, at(2)).await.unwrap(), Spend::Dead);
        }
        assert!(!world.lives("late", at(2)).await);
    }
    let admission = store.codes.admit(t, c, u).await.unwrap().unwrap();
    let spent = store.codes.redeem(t, code("late"), admission, at(2)).await.unwrap();
    assert!(matches!(spent, Spend::First(..)));
    assert_eq!(store.codes.admit(t, c, &UserId::new("none")).await.unwrap(), None);
    assert_eq!(store.codes.admit(t, &ClientId::new("none"), u).await.unwrap(), None);
}

/// Code, grant and refresh token are stored together or not at all.
pub async fn issued_whole(store: &Store) {
    let world = World::new(store, "acme").await;
    store.codes.issue(&world.tenant, code("first"), at(0)).await.unwrap();
    let mut clash = code("first");
    clash.hash = hash("second");
    clash.refresh_token = Some(refresh_token("second", "token", 500));
    assert!(store.codes.issue(&world.tenant, clash, at(0)).await.is_err());
    let first = Spend::First(Box::new(code("first").code), Box::new(code("first").grant));
    assert_eq!(spend(&world, "first", 1).await, first);
    let record = store.refresh_tokens.find(&world.tenant, &id("first"), at(1)).await.unwrap().unwrap();
    assert_eq!(record.current, hash("first token"));
}

/// With a token that was issued beside its code, until that expires; and for its full lifetime once the code is
/// redeemed.
pub async fn lasts_beside_a_token(store: &Store) {
    let world = World::new(store, "acme").await;
    for name in ["left", "redeemed"] {
        let mut new = code(name);
        new.lasts_until = Some(at(600));
        store.codes.issue(&world.tenant, new, at(0)).await.unwrap();
        assert!(world.lives(name, at(0)).await, "at once");
    }
    assert!(matches!(spend(&world, "redeemed", 59).await, Spend::First(..)));
    assert!(world.lives("redeemed", at(999)).await);
    assert!(world.lives("left", at(599)).await, "its code has expired, its token has not");
    assert!(!world.lives("left", at(600)).await);
    assert_eq!(spend(&world, "left", 60).await, Spend::Expired);
    assert!(world.lives("left", at(599)).await);
}
