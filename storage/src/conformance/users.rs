//! Users.

use credenza_protocol::attribute::{AttributeValue, Attributes};
use credenza_protocol::claims::Address;
use credenza_protocol::ids::UserId;
use credenza_protocol::user::User;
use credenza_protocol::version::Version;

use super::fixtures::{World, access_token, at, code, hash, id, login, scope, session, user, user_at};
use super::raw::Statement;
use crate::{Clash, Created, Spend, Store, Update};

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

/// RFC 8265 3.3: forms of one name are one name.
pub async fn one_name_in_many_forms(store: &Store) {
    let world = World::new(store, "acme").await;
    let mut first = user("first");
    first.username = "J\u{f6}rg".to_owned();
    assert_eq!(store.users.create(&world.tenant, first.clone(), None).await.unwrap(), Created::Yes);
    for form in ["j\u{f6}rg", "Jo\u{308}rg", "JO\u{308}RG", "\u{ff2a}\u{f6}rg", " J\u{f6}rg "] {
        let found = store.users.find_by_username(&world.tenant, form).await.unwrap();
        assert_eq!(found.as_ref(), Some(&first), "{}", form.escape_unicode());
        let mut twin = user("twin");
        twin.username = form.to_owned();
        assert_eq!(
            store.users.would_create(&world.tenant, twin.clone()).await.unwrap(),
            Created::UsernameTaken
        );
        assert_eq!(store.users.create(&world.tenant, twin, None).await.unwrap(), Created::UsernameTaken);
    }
    assert_eq!(store.users.find_by_username(&world.tenant, "jorg").await.unwrap(), None);
}

/// UTS 39 4: of names that look alike one is given, and is free again with its user.
pub async fn look_alikes(store: &Store) {
    let world = World::new(store, "acme").await;
    let named = |id: &str, username: &str| User { username: username.to_owned(), ..user(id) };
    let create = async |user: User| store.users.create(&world.tenant, user, None).await.unwrap();
    assert_eq!(create(named("paypal", "paypal")).await, Created::Yes);
    let looks_like = Created::Clash(Clash::LooksLike("paypal".to_owned()));
    for alike in ["p\u{430}ypal", "paypaI", "paypa1", "\u{440}\u{430}\u{443}\u{440}\u{430}l"] {
        assert_eq!(store.users.would_create(&world.tenant, named("x", alike)).await.unwrap(), looks_like);
        assert_eq!(create(named("x", alike)).await, looks_like, "{}", alike.escape_unicode());
        assert_eq!(store.users.find_by_username(&world.tenant, alike).await.unwrap(), None);
    }
    assert_eq!(create(named("pal", "pal")).await, Created::Yes);
    let renamed = User { version: Version::FIRST, ..named("pal", "p\u{430}ypal") };
    let update = store.users.update(&world.tenant, Version::FIRST, renamed.clone()).await.unwrap();
    assert_eq!(update, Update::Clash(Clash::LooksLike("paypal".to_owned())));
    // Whoever has a name may write it otherwise.
    let mut version = Version::FIRST;
    for own in ["PAYPAL", "paypal"] {
        let update = store.users.update(&world.tenant, version, named("paypal", own)).await.unwrap();
        assert_eq!(update, Update::Updated, "{own}");
        version = version.next();
    }
    assert!(store.users.delete(&world.tenant, &UserId::new("paypal"), at(1)).await.unwrap());
    assert_eq!(store.users.update(&world.tenant, Version::FIRST, renamed).await.unwrap(), Update::Updated);
    assert_eq!(create(named("pal2", "pal")).await, Created::Yes, "a name that was given up is free");
}

/// By name or by the only verified address; a name before an address.
pub async fn found_by_login(store: &Store) {
    let world = World::new(store, "acme").await;
    let (ada, bob) = (user_at("ada", "Ada@Example.com"), user_at("bob", "both@example.com"));
    for user in [&ada, &bob, &user_at("eve", "BOTH@example.com"), &user("unverified")] {
        assert_eq!(store.users.create(&world.tenant, user.clone(), None).await.unwrap(), Created::Yes);
    }
    let find = async |typed: &str| store.users.find_by_login(&world.tenant, login(typed)).await.unwrap();
    for typed in ["ada", "ADA", "ada@example.com", " ADA@EXAMPLE.COM "] {
        assert_eq!(find(typed).await.as_ref(), Some(&ada), "{typed}");
    }
    assert_eq!(find("bob").await.as_ref(), Some(&bob));
    for nobody in [
        "both@example.com",
        "unverified@example.com",
        "example.com",
        "@example.com",
        "nobody@example.com",
        "",
    ] {
        assert_eq!(find(nobody).await, None, "{nobody}");
    }
    let by_name = crate::Login { by_email: false, ..login("ada@example.com") };
    assert_eq!(store.users.find_by_login(&world.tenant, by_name).await.unwrap(), None);
    assert_eq!(store.users.find_by_username(&world.tenant, "ada@example.com").await.unwrap(), None);
    // One of the two gives the address up, and the other has it alone.
    let mut given_up = user("eve");
    given_up.claims.email = None;
    let updated = store.users.update(&world.tenant, Version::FIRST, given_up).await.unwrap();
    assert_eq!(updated, Update::Updated);
    assert_eq!(find("both@example.com").await, Some(bob));
    assert!(store.users.delete(&world.tenant, &ada.user_id, at(1)).await.unwrap());
    assert_eq!(find("ada@example.com").await, None);
}

/// A name is not given that is another's verified address, nor is an address verified that is another's name.
pub async fn addresses_and_names(store: &Store) {
    let world = World::new(store, "acme").await;
    let create = async |user: User| store.users.create(&world.tenant, user, None).await.unwrap();
    assert_eq!(create(user_at("ada", "ada@example.com")).await, Created::Yes);
    let named = |id: &str, username: &str| User { username: username.to_owned(), ..user(id) };
    let clash = Clash::UsernameIsAddress("ada".to_owned());
    assert_eq!(create(named("thief", "ADA@example.com")).await, Created::Clash(clash.clone()));
    assert_eq!(create(named("bob", "bob@example.com")).await, Created::Yes);
    let clash_of_bob = Clash::AddressIsUsername("bob@example.com".to_owned());
    assert_eq!(create(user_at("eve", "Bob@Example.com")).await, Created::Clash(clash_of_bob.clone()));
    assert_eq!(create(user("eve")).await, Created::Yes);
    let update = async |user: User| store.users.update(&world.tenant, Version::FIRST, user).await.unwrap();
    assert_eq!(update(user_at("eve", "bob@example.com")).await, Update::Clash(clash_of_bob));
    assert_eq!(update(named("eve", "ada@example.com")).await, Update::Clash(clash));
    // One's own name may be one's own address.
    let own = User { username: "eve@example.com".to_owned(), ..user_at("eve", "eve@example.com") };
    assert_eq!(update(own).await, Update::Updated);
    let found = store.users.find_by_login(&world.tenant, login("eve@example.com")).await.unwrap();
    assert_eq!(found.map(|user| user.user_id), Some(UserId::new("eve")));
}

/// What a node of an earlier version has stored is filled in, and what it changed since misleads nobody.
pub async fn identified(store: &Store) {
    let world = World::new(store, "acme").await;
    let ada = user_at("ada", "ada@example.com");
    assert_eq!(store.users.create(&world.tenant, ada.clone(), None).await.unwrap(), Created::Yes);
    let forget = || {
        let statement = Statement::new().sql("UPDATE users SET email_key = NULL WHERE tenant_id = ");
        statement.text(world.tenant.as_str())
    };
    assert_eq!(store.raw.execute(forget()).await.unwrap(), 2);
    let looks = Statement::new().sql("DELETE FROM username_looks WHERE tenant_id = ");
    store.raw.execute(looks.text(world.tenant.as_str())).await.unwrap();
    let find = async |typed: &str| store.users.find_by_login(&world.tenant, login(typed)).await.unwrap();
    assert_eq!(find("ada@example.com").await, None);
    assert_eq!(find("ada").await.as_ref(), Some(&ada), "by the name as ever");
    assert_eq!(store.users.identify(&world.tenant, 1).await.unwrap(), 1);
    assert_eq!(store.users.identify(&world.tenant, 9).await.unwrap(), 1);
    assert_eq!(store.users.identify(&world.tenant, 9).await.unwrap(), 0);
    assert_eq!(find("ada@example.com").await.as_ref(), Some(&ada));
    let alike = User { username: "\u{430}da".to_owned(), ..user("alike") };
    let clash = Created::Clash(Clash::LooksLike("ada".to_owned()));
    assert_eq!(store.users.create(&world.tenant, alike.clone(), None).await.unwrap(), clash);

    // As an earlier version changes name and address, of which it knows no keys.
    let rename = Statement::new().sql("UPDATE users SET username = 'lady', username_key = 'lady', claims = ");
    let rename = rename.text(r#"{"email":"lady@example.com","email_verified":true}"#);
    let rename = rename.sql(" WHERE tenant_id = ").text(world.tenant.as_str()).sql(" AND user_id = 'ada'");
    assert_eq!(store.raw.execute(rename).await.unwrap(), 1);
    assert_eq!(find("ada@example.com").await, None, "it is no longer hers");
    assert_eq!(find("ada").await, None);
    assert_eq!(find("lady").await.map(|user| user.user_id), Some(UserId::new("ada")));
    assert_eq!(store.users.create(&world.tenant, alike, None).await.unwrap(), Created::Yes);
}
