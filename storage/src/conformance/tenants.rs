//! Tenants, and that nothing of one shows in another.

use credenza_protocol::tenant::{Tenant, TenantSettings};
use credenza_protocol::time::Seconds;
use credenza_protocol::version::Version;

use super::fixtures::{World, at, code, hash, id, key, session, tenant};
use crate::{Spend, Store, Update};

/// A name is unique.
pub async fn created_once(store: &Store) {
    assert!(store.tenants.create(tenant("acme")).await.unwrap());
    let mut twin = tenant("twin");
    twin.name = "acme".to_owned();
    assert!(!store.tenants.create(twin.clone()).await.unwrap(), "a name is given once");
    twin.name = "twin".to_owned();
    assert!(store.tenants.create(twin).await.unwrap());
    assert_eq!(store.tenants.find("acme").await.unwrap(), Some(tenant("acme")));
    assert_eq!(store.tenants.find("nobody").await.unwrap(), None);
    assert_eq!(store.tenants.name(&tenant("acme").tenant_id).await.unwrap().as_deref(), Some("acme"));
    assert_eq!(store.tenants.name(&tenant("nobody").tenant_id).await.unwrap(), None);
}

/// Listed by name, with every field.
pub async fn listed_by_name(store: &Store) {
    let mut odd = tenant("b");
    odd.settings.display_name = "Ünï \u{1f600}".to_owned();
    odd.settings.code_lifetime = Seconds(i64::MAX);
    odd.settings.refresh_grace = Seconds(0);
    odd.disabled_at = Some(at(3));
    for one in [tenant("c"), odd.clone(), tenant("a")] {
        assert!(store.tenants.create(one).await.unwrap());
    }
    assert_eq!(store.tenants.list().await.unwrap(), [tenant("a"), odd, tenant("c")]);
}

/// Settings are replaced, the rest stays; not by who saw an older version.
pub async fn updated(store: &Store) {
    let acme = tenant("acme");
    let update = async |version: Version, settings: &TenantSettings| {
        store.tenants.update(&acme.tenant_id, version, settings.clone(), at(1)).await.unwrap()
    };
    assert_eq!(update(Version::FIRST, &acme.settings).await, Update::Absent);
    store.tenants.create(acme.clone()).await.unwrap();
    let settings = TenantSettings { display_name: "Acme".to_owned(), ..TenantSettings::default() };
    assert_eq!(update(Version::FIRST, &settings).await, Update::Updated);
    let expected = Tenant { settings, version: Version::FIRST.next(), ..acme.clone() };
    assert_eq!(update(Version::FIRST, &acme.settings).await, Update::Stale);
    assert_eq!(update(Version::FIRST.next().next(), &acme.settings).await, Update::Stale);
    assert_eq!(store.tenants.find("acme").await.unwrap(), Some(expected.clone()));
    // Disabling is a change like others.
    assert!(store.tenants.set_disabled(&acme.tenant_id, Some(at(2))).await.unwrap());
    assert_eq!(update(expected.version, &acme.settings).await, Update::Stale);
    let now = store.tenants.find("acme").await.unwrap().unwrap();
    assert_eq!(update(now.version, &acme.settings).await, Update::Updated);
}

/// Disabled, nothing of it is live; enabled again, what was not revoked is.
pub async fn disabled(store: &Store) {
    let world = World::new(store, "acme").await;
    let other = World::new(store, "other").await;
    world.grant(code("grant")).await;
    other.grant(code("grant")).await;
    assert!(world.lives("grant", at(1)).await);
    assert!(store.tenants.set_disabled(&world.tenant, Some(at(1))).await.unwrap());
    assert_eq!(store.tenants.find("acme").await.unwrap().unwrap().disabled_at, Some(at(1)));
    assert!(!world.lives("grant", at(1)).await);
    assert!(other.lives("grant", at(1)).await, "another tenant goes on");
    assert!(store.tenants.set_disabled(&world.tenant, None).await.unwrap());
    assert!(world.lives("grant", at(1)).await);
    let nobody = tenant("nobody").tenant_id;
    assert!(!store.tenants.set_disabled(&nobody, Some(at(1))).await.unwrap());
}

/// Deleted with everything; created again under the same id, it is empty.
pub async fn deleted(store: &Store) {
    let world = World::new(store, "acme").await;
    let other = World::new(store, "other").await;
    for one in [&world, &other] {
        one.grant(code("grant")).await;
        store.keys.create(&one.tenant, key("kid")).await.unwrap();
        store.sessions.begin(&one.tenant, hash("handle"), session("sid"), at(0)).await.unwrap();
    }
    assert!(store.tenants.delete(&world.tenant).await.unwrap());
    assert!(!store.tenants.delete(&world.tenant).await.unwrap());
    assert_eq!(store.tenants.find("acme").await.unwrap(), None);
    let world = World::new(store, "acme").await;
    assert!(!world.lives("grant", at(1)).await);
    assert!(store.keys.list(&world.tenant).await.unwrap().is_empty());
    assert_eq!(store.sessions.find(&world.tenant, hash("handle"), at(-1), at(0)).await.unwrap(), None);
    let spent =
        store.codes.spend(&world.tenant, &world.client, &id("grant"), hash("grant"), at(1)).await.unwrap();
    assert_eq!(spent, Spend::Unknown);
    assert_eq!(store.refresh_tokens.find(&world.tenant, &id("grant"), at(1)).await.unwrap(), None);
    assert!(other.lives("grant", at(1)).await, "another tenant goes on");
    assert_eq!(store.keys.list(&other.tenant).await.unwrap(), [key("kid")]);
}
