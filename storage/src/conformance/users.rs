//! Users.

use credenza_protocol::attribute::{AttributeValue, Attributes};
use credenza_protocol::claims::Address;
use credenza_protocol::ids::UserId;
use credenza_protocol::user::User;
use credenza_protocol::version::Version;

use super::fixtures::{World, access_token, at, code, hash, id, scope, session, user};
use crate::{Created, Spend, Store, Update};

/// A name is unique in a tenant, whatever its case, and every field is read back.
pub async fn created_once(store: &Store) {
    let world = World::new(store, "acme").await;
    let mut full = user("id");
    full.username = "Ärger@Example.COM".to_owned();
    full.claims.address =
        Some(Address { formatted: Some("1 Way\n\u{1f600}".to_owned()), ..Address::default() });
    full.claims.email_verified = Some(false);
    full.attributes = Attributes::from([
        ("dept".to_owned(), AttributeValue::String("R&D \u{1f600}".to_owned())),
        ("level".to_owned(), AttributeValue::Integer(-9_007_199_254_740_991)),
        ("external".to_owned(), AttributeValue::Boolean(false)),
        ("sites".to_owned(), AttributeValue::Strings(vec!["Graz".to_owned(), "Wien".to_owned()])),
    ]);
    full.disabled_at = Some(at(2));
    assert_eq!(store.users.create(&world.tenant, full.clone(), None).await.unwrap(), Created::Yes);
    for name in ["ärger@example.com", "ÄRGER@EXAMPLE.COM", " Ärger@Example.COM "] {
        let mut twin = user("twin");
        twin.username = name.to_owned();
        let made = store.users.create(&world.tenant, twin, None).await.unwrap();
        assert_eq!(made, Created::UsernameTaken, "{name:?}");
        let found = store.users.find_by_username(&world.tenant, name).await.unwrap();
        assert_eq!(found.as_ref(), Some(&full), "{name:?}");
    }
    assert_eq!(store.users.find(&world.tenant, &full.user_id).await.unwrap(), Some(full));
    assert_eq!(store.users.find(&world.tenant, &UserId::new("twin")).await.unwrap(), None);
    let other = World::new(store, "other").await;
    let mut twin = user("twin");
    twin.username = "ärger@example.com".to_owned();
    assert_eq!(store.users.create(&other.tenant, twin, None).await.unwrap(), Created::Yes);
}

/// Listed by id, in pages.
pub async fn listed_in_pages(store: &Store) {
    let world = World::new(store, "acme").await;
    for id in ["b", "a"] {
        assert_eq!(store.users.create(&world.tenant, user(id), None).await.unwrap(), Created::Yes);
    }
    let first = store.users.list(&world.tenant, None, 2).await.unwrap();
    assert_eq!(first, [user("a"), user("b")]);
    let rest = store.users.list(&world.tenant, Some(&UserId::new("b")), 2).await.unwrap();
    assert_eq!(rest, [user("user")]);
}

/// Name, claims, attributes and `updated_at` are replaced, and the password and the rest stay; not by who saw an older version.
pub async fn updated(store: &Store) {
    let world = World::new(store, "acme").await;
    assert_eq!(store.users.create(&world.tenant, user("other"), None).await.unwrap(), Created::Yes);
    let mut new = user("user");
    new.username = "USER".to_owned();
    new.claims.email = None;
    new.claims.nickname = Some("U".to_owned());
    new.attributes.insert("level".to_owned(), AttributeValue::Integer(3));
    new.created_at = at(5);
    new.updated_at = at(6);
    new.disabled_at = Some(at(7));
    let update = async |version: Version, user: &User| {
        store.users.update(&world.tenant, version, user.clone()).await.unwrap()
    };
    assert_eq!(update(Version::FIRST, &new).await, Update::Updated);
    new.created_at = at(0);
    new.disabled_at = None;
    new.version = Version::FIRST.next();
    assert_eq!(update(Version::FIRST, &user("user")).await, Update::Stale);
    assert_eq!(store.users.find(&world.tenant, &world.user).await.unwrap(), Some(new.clone()));
    assert_eq!(store.credentials.password(&world.tenant, &world.user).await.unwrap().as_deref(), Some("phc"));
    let mut taken = new.clone();
    taken.username = "Other".to_owned();
    assert_eq!(update(new.version, &taken).await, Update::UsernameTaken);
    assert_eq!(store.users.find(&world.tenant, &world.user).await.unwrap(), Some(new));
    assert_eq!(update(Version::FIRST, &user("nobody")).await, Update::Absent);
    assert_eq!(store.users.find(&world.tenant, &UserId::new("nobody")).await.unwrap(), None);
}

/// Disabled, sessions have ended and grants are revoked; enabled again, they stay so.
pub async fn disabled(store: &Store) {
    let world = World::new(store, "acme").await;
    let mut offline = code("offline");
    offline.grant.offline = true;
    world.grant(code("grant")).await;
    world.grant(offline).await;
    store.codes.issue(&world.tenant, code("waiting"), at(0)).await.unwrap();
    store.sessions.begin(&world.tenant, hash("handle"), session("sid"), at(0)).await.unwrap();
    assert!(store.sessions.find(&world.tenant, hash("handle"), at(-1), at(1)).await.unwrap().is_some());
    assert!(store.users.set_disabled(&world.tenant, &world.user, Some(at(1))).await.unwrap());
    assert_eq!(store.users.find(&world.tenant, &world.user).await.unwrap().unwrap().disabled_at, Some(at(1)));
    // It is too late for who was about to sign in, or to redeem a code.
    store.sessions.begin(&world.tenant, hash("late"), session("late"), at(1)).await.unwrap();
    store.codes.issue(&world.tenant, code("late"), at(1)).await.unwrap();
    for enabled in [false, true] {
        if enabled {
            assert!(store.users.set_disabled(&world.tenant, &world.user, None).await.unwrap());
        }
        for name in ["grant", "offline", "late"] {
            assert!(!world.lives(name, at(1)).await, "{name}, enabled again: {enabled}");
        }
        for handle in ["handle", "late"] {
            let found = store.sessions.find(&world.tenant, hash(handle), at(-1), at(1)).await.unwrap();
            assert_eq!(found, None, "{handle}, enabled again: {enabled}");
        }
        assert!(store.sessions.list(&world.tenant, &world.user, at(1)).await.unwrap().is_empty());
    }
    let spent = store
        .codes
        .spend(&world.tenant, &world.client, &id("waiting"), hash("waiting"), at(1))
        .await
        .unwrap();
    assert_eq!(spent, Spend::Dead);
    world.grant(code("anew")).await;
    assert!(world.lives("anew", at(1)).await);
    let nobody = UserId::new("nobody");
    assert!(!store.users.set_disabled(&world.tenant, &nobody, Some(at(1))).await.unwrap());
}

/// Deleted with everything of theirs, and nothing of others.
pub async fn deleted(store: &Store) {
    let world = World::new(store, "acme").await;
    assert_eq!(store.users.create(&world.tenant, user("other"), None).await.unwrap(), Created::Yes);
    let other = UserId::new("other");
    let mut theirs = code("theirs");
    theirs.grant.user_id = other.clone();
    world.grant(theirs).await;
    world.grant(code("grant")).await;
    store.access_tokens.insert(&world.tenant, access_token("opaque", Some("grant")), at(0)).await.unwrap();
    store.sessions.begin(&world.tenant, hash("handle"), session("sid"), at(0)).await.unwrap();
    store
        .consents
        .remember(&world.tenant, &world.user, &world.client, &scope("openid"), at(0))
        .await
        .unwrap();
    assert!(store.users.delete(&world.tenant, &world.user, at(1)).await.unwrap());
    assert!(!store.users.delete(&world.tenant, &world.user, at(1)).await.unwrap());
    assert_eq!(store.users.find(&world.tenant, &world.user).await.unwrap(), None);
    assert_eq!(store.users.find_by_username(&world.tenant, "user").await.unwrap(), None);
    assert_eq!(store.credentials.password(&world.tenant, &world.user).await.unwrap(), None);
    // Even a user created again with the same id has none of it.
    assert_eq!(store.users.create(&world.tenant, user("user"), None).await.unwrap(), Created::Yes);
    assert!(!world.lives("grant", at(1)).await);
    let spent =
        store.codes.spend(&world.tenant, &world.client, &id("grant"), hash("grant"), at(1)).await.unwrap();
    assert_eq!(spent, Spend::Unknown);
    assert_eq!(store.refresh_tokens.find(&world.tenant, &id("grant"), at(1)).await.unwrap(), None);
    assert_eq!(store.access_tokens.find(&world.tenant, hash("opaque"), at(1)).await.unwrap(), None);
    assert_eq!(store.sessions.find(&world.tenant, hash("handle"), at(-1), at(1)).await.unwrap(), None);
    assert!(store.consents.find(&world.tenant, &world.user, &world.client).await.unwrap().is_empty());
    assert_eq!(store.grants.list(&world.tenant, &other, at(1)).await.unwrap().len(), 1);
}
