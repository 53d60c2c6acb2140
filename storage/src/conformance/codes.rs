//! Authorization codes.

use credenza_protocol::ids::ClientId;

use super::fixtures::{World, at, client, code, grant, hash};
use crate::{NewCode, Spend, Store};

async fn spend(world: &World, code: &str, now: i64) -> Spend {
    world.store.codes.spend(&world.tenant, &world.client, hash(code), at(now)).await.unwrap()
}

/// RFC 6749 4.1.2: good once; then it names its grant and when it was spent.
pub async fn spent_once(store: &Store) {
    let world = World::new(store, "acme").await;
    let new = code("code");
    store.codes.issue(&world.tenant, new.clone(), at(0)).await.unwrap();
    assert_eq!(spend(&world, "no code", 1).await, Spend::Unknown);
    assert_eq!(spend(&world, "code", 7).await, Spend::First(Box::new(new.code), Box::new(new.grant)));
    let again = Spend::Again { grant_id: grant("code").grant_id, first_at: at(7) };
    for now in [7, 8, 59, 60, 900, 5000] {
        assert_eq!(spend(&world, "code", now).await, again, "{now}");
    }
}

/// Every field of code and grant comes back, also those that are mostly empty.
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
    for NewCode { hash, code, grant, refresh_token } in [full, bare] {
        let new = NewCode { hash, code: code.clone(), grant: grant.clone(), refresh_token };
        store.codes.issue(&world.tenant, new, at(0)).await.unwrap();
        let spent = store.codes.spend(&world.tenant, &world.client, hash, at(1)).await.unwrap();
        assert_eq!(spent, Spend::First(Box::new(code), Box::new(grant)));
    }
}

/// A035: to the second; and a clock that steps back revives nothing.
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

/// Another client's code is unknown, and stays good for its own.
pub async fn bound_to_its_client(store: &Store) {
    let world = World::new(store, "acme").await;
    store.clients.create(&world.tenant, client("thief")).await.unwrap();
    store.codes.issue(&world.tenant, code("code"), at(0)).await.unwrap();
    let thief = ClientId::new("thief");
    for now in [1, 61] {
        let stolen = store.codes.spend(&world.tenant, &thief, hash("code"), at(now)).await.unwrap();
        assert_eq!(stolen, Spend::Unknown);
    }
    assert!(matches!(spend(&world, "code", 1).await, Spend::First(..)));
    let stolen = store.codes.spend(&world.tenant, &thief, hash("code"), at(1)).await.unwrap();
    assert_eq!(stolen, Spend::Unknown, "spent, it tells a stranger nothing either");
}

/// A040: the grant was revoked or has expired, or user, client or tenant was disabled meanwhile.
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

/// Code, grant and refresh token are stored together or not at all.
pub async fn issued_whole(store: &Store) {
    let world = World::new(store, "acme").await;
    store.codes.issue(&world.tenant, code("first"), at(0)).await.unwrap();
    let mut clash = code("second");
    clash.hash = hash("first");
    assert!(store.codes.issue(&world.tenant, clash, at(0)).await.is_err());
    assert!(!world.lives("second", at(1)).await);
    assert_eq!(store.refresh_tokens.grant_of(&world.tenant, hash("second family")).await.unwrap(), None);
    assert!(matches!(spend(&world, "first", 1).await, Spend::First(..)));
}
