//! Maintenance of the store as a whole.

use credenza_protocol::ids::KeyId;
use credenza_protocol::time::Seconds;
use credenza_protocol::version::Version;

use super::fixtures::{
    World, access_token, at, client, code, hash, id, jwt, key, lately, request, revoked_token, scope,
    session, tenant,
};
use super::raw::Statement;
use crate::{RevokedToken, Spend, Store, Update};

/// It can be read and written.
pub async fn check(store: &Store) {
    store.maintenance.check().await.unwrap();
}

/// Whether a change took place.
trait Done {
    fn done(self) -> bool;
}

impl Done for bool {
    fn done(self) -> bool {
        self
    }
}

impl Done for Update {
    fn done(self) -> bool {
        self == Self::Updated
    }
}

fn done(change: impl Done) -> bool {
    change.done()
}

/// Changes with each change of the tenant, its clients or its keys, and with nothing else. When a tenant is deleted,
/// whose name another may take, it may have changed for all.
pub async fn revision(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, c, kid) = (&world.tenant, &world.client, &KeyId::new("kid"));
    let mut last = store.maintenance.revision("acme").await.unwrap();
    macro_rules! changes {
        ($change:expr, $expected:expr) => {
            assert!(done($change.await.unwrap()), stringify!($change));
            let now = store.maintenance.revision("acme").await.unwrap();
            assert_eq!(now != last, $expected, stringify!($change));
            last = now;
        };
    }
    changes!(store.tenants.create(tenant("new")), false);
    changes!(store.tenants.update(t, Version::FIRST, tenant("acme").settings, at(1)), true);
    changes!(store.tenants.set_disabled(t, Some(at(1))), true);
    changes!(store.tenants.set_disabled(t, None), true);
    changes!(store.clients.create(t, client("new")), true);
    changes!(store.clients.update(t, Version::FIRST, client("new")), true);
    changes!(store.clients.set_disabled(t, c, Some(at(1))), true);
    changes!(store.clients.set_disabled(t, c, None), true);
    changes!(store.clients.delete(t, &client("new").client.client_id, at(1)), true);
    changes!(store.keys.create_first(t, vec![key("first")]), true);
    changes!(store.keys.create(t, key("kid")), true);
    changes!(store.keys.set_active_at(t, kid, at(1)), true);
    changes!(store.keys.set_disabled(t, kid, Some(at(1))), true);
    changes!(store.keys.set_retire_at(t, kid, Some(at(1))), true);
    changes!(store.secrets.create("root", vec![1], at(1)), false);
    changes!(store.keys.delete(t, kid), true);
    changes!(store.tenants.delete(&tenant("new").tenant_id), true);
    changes!(store.users.set_disabled(t, &world.user, None), false);
    changes!(store.replays.claim(t, "jwt", hash("jti"), lately(), at(1), at(0)), false);
    assert!(!store.clients.create(t, client("client")).await.unwrap());
    assert!(!store.keys.delete(t, kid).await.unwrap());
    assert_eq!(store.maintenance.revision("acme").await.unwrap(), last, "what changed nothing");
}

/// A change of one tenant is none of another's, whoever of two nodes makes it.
pub async fn revision_of_each_tenant(store: &Store) {
    let (acme, other) = (World::new(store, "acme").await, World::new(store, "other").await);
    let revision = async |name: &str| store.maintenance.revision(name).await.unwrap();
    let before = (revision("acme").await, revision("other").await);
    assert!(store.clients.create(&acme.tenant, client("new")).await.unwrap());
    assert!(store.keys.create(&acme.tenant, key("kid")).await.unwrap());
    let after = (revision("acme").await, revision("other").await);
    assert!(after.0 > before.0 && after.1 == before.1, "{before:?} {after:?}");
    assert!(store.clients.set_disabled(&other.tenant, &other.client, Some(at(1))).await.unwrap());
    assert_eq!(revision("acme").await, after.0);
    assert!(revision("other").await > after.1);
}

/// A change by a node of an older version, which counts it and does not say whose it is, may be anybody's.
pub async fn revision_by_an_older_node(store: &Store) {
    let acme = World::new(store, "acme").await;
    let _ = World::new(store, "other").await;
    let revision = async |name: &str| store.maintenance.revision(name).await.unwrap();
    let before = (revision("acme").await, revision("other").await);
    let counted = Statement::new().sql("UPDATE revision SET value = value + 1");
    assert_eq!(store.raw.execute(counted).await.unwrap(), 1);
    assert!(store.clients.create(&acme.tenant, client("new")).await.unwrap());
    let after = (revision("acme").await, revision("other").await);
    assert!(after.0 > before.0 && after.1 > before.1, "{before:?} {after:?}");
    // And again each for itself.
    assert!(store.clients.create(&acme.tenant, client("newer")).await.unwrap());
    assert!(revision("acme").await > after.0);
    assert_eq!(revision("other").await, after.1);
}

/// Deletes what has expired, of every kind, as many as asked, and nothing that lives.
pub async fn sweep(store: &Store) {
    let world = World::new(store, "acme").await;
    let t = &world.tenant;
    for (name, more) in [("old", 0), ("new", 10_000)] {
        let later = Seconds(more);
        let mut one = session(name);
        one.expires_at = one.expires_at + later;
        store.sessions.begin(t, hash(name), one, at(0)).await.unwrap();
        let mut one = request(name);
        one.expires_at = one.expires_at + later;
        store.requests.begin(t, one, at(0)).await.unwrap();
        let mut one = access_token(name, None);
        one.expires_at = one.expires_at + later;
        store.access_tokens.insert(t, one, at(0)).await.unwrap();
        let jti = hash(&format!("{name} jti"));
        let token = RevokedToken { expires_at: at(100) + later, ..revoked_token(jti) };
        store.access_tokens.revoke(t, token, at(0)).await.unwrap();
        assert!(store.replays.claim(t, "jwt", hash(name), lately(), at(100) + later, at(0)).await.unwrap());
        let mut one = code(name);
        one.grant.expires_at = one.grant.expires_at + later;
        world.grant(one).await;
    }
    store.consents.remember(t, &world.user, &world.client, &scope("openid"), at(0)).await.unwrap();
    assert_eq!(store.maintenance.sweep(at(99), 100).await.unwrap(), 0);
    // Redis expires its replays itself.
    let in_sql = store.redis.is_none();
    assert_eq!(store.maintenance.sweep(at(1000), 100).await.unwrap(), if in_sql { 6 } else { 5 });
    assert_eq!(store.maintenance.sweep(at(1000), 100).await.unwrap(), 0);
    // With a clock before all of it: what was deleted is gone, the rest is there.
    let is_live = |jti: &'static str| store.access_tokens.is_live(t, jwt(jti, &world.client, None), at(0));
    for (name, stays) in [("old", false), ("new", true)] {
        let found = store.sessions.find(t, hash(name), at(-1), at(0)).await.unwrap().is_some();
        assert_eq!(found, stays, "session {name}");
        let found = store.requests.find(t, hash(name), at(0)).await.unwrap().is_some();
        assert_eq!(found, stays, "{name}");
        assert_eq!(store.access_tokens.find(t, hash(name), at(0)).await.unwrap().is_some(), stays, "{name}");
        assert_eq!(world.lives(name, at(0)).await, stays, "{name}");
        assert_eq!(store.refresh_tokens.find(t, &id(name), at(0)).await.unwrap().is_some(), stays, "{name}");
        let claimed = store.replays.claim(t, "jwt", hash(name), lately(), at(100), at(0)).await.unwrap();
        assert_eq!(claimed, !stays && in_sql, "{name}");
    }
    assert!(is_live("old jti").await.unwrap() && !is_live("new jti").await.unwrap());
    assert!(!store.consents.find(t, &world.user, &world.client).await.unwrap().is_empty());
}

/// A spent code is kept as long as its grant; one that nobody redeemed is deleted with its grant.
pub async fn sweep_keeps_spent_codes(store: &Store) {
    let world = World::new(store, "acme").await;
    let mut spent = code("spent");
    spent.code.expires_at = at(59);
    world.grant(spent).await;
    store.codes.issue(&world.tenant, code("abandoned"), at(0)).await.unwrap();
    store.codes.issue(&world.tenant, code("late"), at(0)).await.unwrap();
    let spend = |name: &'static str, now: i64| {
        let world = &world;
        async move {
            store.codes.spend(&world.tenant, &world.client, &id(name), hash(name), at(now)).await.unwrap()
        }
    };
    assert_eq!(spend("late", 60).await, Spend::Expired);
    if store.redis.is_some() {
        return; // which expires codes itself
    }
    for expected in [1, 1, 0] {
        let swept = store.maintenance.sweep(at(60), 1).await.unwrap();
        assert_eq!(swept, expected, "spent codes do not stand in the way of a small sweep");
    }
    for name in ["abandoned", "late"] {
        assert_eq!(spend(name, 1).await, Spend::Unknown, "{name}");
        assert!(!world.lives(name, at(1)).await, "{name}: its grant went with it");
    }
    assert!(matches!(spend("spent", 61).await, Spend::Again { .. }));
    assert!(world.lives("spent", at(61)).await);
    assert_eq!(store.maintenance.sweep(at(999), 100).await.unwrap(), 0);
    assert!(matches!(spend("spent", 999).await, Spend::Again { .. }));
    assert_eq!(store.maintenance.sweep(at(1000), 100).await.unwrap(), 1);
    assert_eq!(spend("spent", 1).await, Spend::Unknown);
}

/// Not more than asked at once.
pub async fn sweep_is_limited(store: &Store) {
    let world = World::new(store, "acme").await;
    for n in 0..150 {
        store.access_tokens.insert(&world.tenant, access_token(&n.to_string(), None), at(0)).await.unwrap();
    }
    for expected in [100, 50, 0] {
        assert_eq!(store.maintenance.sweep(at(100), 100).await.unwrap(), expected);
    }
    assert_eq!(store.maintenance.sweep(at(100), 0).await.unwrap(), 0);
}

/// Closed, it returns errors, and closing again does nothing.
pub async fn closed(store: &Store) {
    let world = World::new(store, "acme").await;
    store.maintenance.close().await;
    store.maintenance.close().await;
    assert!(store.maintenance.revision("acme").await.is_err());
    assert!(store.maintenance.check().await.is_err());
    assert!(store.clients.create(&world.tenant, client("new")).await.is_err());
}

/// A restored backup is noted, and every cache is told, with a revision that nobody has seen.
pub async fn restored(store: &Store) {
    World::new(store, "acme").await;
    World::new(store, "other").await;
    assert_eq!(store.maintenance.restored_at().await.unwrap(), None);
    let before = [
        store.maintenance.revision("acme").await.unwrap(),
        store.maintenance.revision("other").await.unwrap(),
    ];
    for time in [at(7), at(9)] {
        store.maintenance.note_restore(time).await.unwrap();
        assert_eq!(store.maintenance.restored_at().await.unwrap(), Some(time));
    }
    for (name, before) in ["acme", "other"].into_iter().zip(before) {
        let after = store.maintenance.revision(name).await.unwrap();
        assert!(after > before + 1_000_000_000, "{name}: {before} and {after}");
    }
}
