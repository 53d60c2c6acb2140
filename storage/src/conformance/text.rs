//! Values at their limits, and text with a special meaning elsewhere, such as SQL (CWE-89).

use credenza_protocol::claims::StandardClaims;
use credenza_protocol::ids::{ClientId, GrantId, KeyId, SessionId, UserId};
use credenza_protocol::time::Time;

use super::fixtures::{World, access_token, at, client, code, hash, id, key, lately, session, tenant, user};
use crate::{Created, Spend, Store, StoreError};

/// Quotes, wildcards, comments, controls, characters of four bytes, right to left, combining.
const TEXTS: [&str; 14] = [
    "' OR '1'='1",
    "'; DROP TABLE users; --",
    "\" OR \"\"=\"",
    "%",
    "_",
    "\\",
    "\\' or 1=1 #",
    "/* comment */",
    "${jndi:ldap://x}{{7*7}}",
    "a\tb\r\nc",
    "\u{1f600}\u{1d54f}\u{10ffff}",
    "\u{202e}txet\u{200d}",
    "e\u{301} \u{fdfa} \u{df}",
    " leading and trailing ",
];

/// Found verbatim, each by its own key and by no other.
pub async fn meta_characters(store: &Store) {
    let world = World::new(store, "acme").await;
    let t = &world.tenant;
    for (n, text) in TEXTS.into_iter().enumerate() {
        let mut record = client(text);
        record.client.client_name = text.to_owned();
        record.client.redirect_uris = vec![text.to_owned()];
        assert!(store.clients.create(t, record.clone()).await.unwrap(), "{text:?}");
        let mut person = user(&format!("{text}{n}"));
        person.username = format!("{n}{text}{n}");
        person.claims = StandardClaims { name: Some(format!("{text}\0")), ..StandardClaims::default() };
        let made = store.users.create(t, person.clone(), Some(text.to_owned())).await.unwrap();
        assert_eq!(made, Created::Yes, "{text:?}");
        let mut named = tenant(text);
        named.settings.display_name = text.to_owned();
        assert!(store.tenants.create(named.clone()).await.unwrap(), "{text:?}");
        let mut signing = key(text);
        signing.sealed = text.as_bytes().to_vec();
        assert!(store.keys.create(t, signing.clone()).await.unwrap(), "{text:?}");

        assert_eq!(store.clients.find(t, &ClientId::new(text)).await.unwrap(), Some(record), "{text:?}");
        assert_eq!(store.users.find(t, &person.user_id).await.unwrap().as_ref(), Some(&person), "{text:?}");
        let found = store.users.find_by_username(t, &person.username).await.unwrap();
        assert_eq!(found.as_ref(), Some(&person), "{text:?}");
        let password = store.credentials.password(t, &person.user_id).await.unwrap();
        assert_eq!(password.as_deref(), Some(text));
        assert_eq!(store.tenants.find(text).await.unwrap(), Some(named), "{text:?}");
        assert!(store.keys.list(t).await.unwrap().contains(&signing), "{text:?}");
        assert!(store.keys.delete(t, &KeyId::new(text)).await.unwrap(), "{text:?}");
    }
    let (clients, users) = (TEXTS.len() + 1, TEXTS.len() + 1);
    assert_eq!(store.clients.list(t, None, 1000).await.unwrap().len(), clients);
    assert_eq!(store.users.list(t, None, 1000).await.unwrap().len(), users);
    assert!(store.keys.list(t).await.unwrap().is_empty());
}

/// The same for what requests contain: nonce, redirect URI, `jti`, `sid`, purpose, user agent.
pub async fn meta_characters_in_requests(store: &Store) {
    let world = World::new(store, "acme").await;
    let t = &world.tenant;
    for text in TEXTS {
        let mut new = code(text);
        new.grant.grant_id = GrantId::new(text);
        new.grant.sid = SessionId::new(text);
        new.grant.amr = vec![text.to_owned()];
        new.code.nonce = Some(text.to_owned());
        new.code.redirect_uri = Some(text.to_owned());
        let expected = Spend::First(Box::new(new.code.clone()), Box::new(new.grant.clone()));
        store.codes.issue(t, new, at(0)).await.unwrap();
        assert_eq!(
            store.codes.spend(t, &world.client, &id(text), hash(text), at(1)).await.unwrap(),
            expected
        );
        let mut token = access_token(text, None);
        token.jti = text.to_owned();
        token.audience = vec![text.to_owned()];
        store.access_tokens.insert(t, token.clone(), at(0)).await.unwrap();
        assert_eq!(store.access_tokens.find(t, hash(text), at(1)).await.unwrap(), Some(token));
        let mut one = session(text);
        one.user_agent = text.to_owned();
        store.sessions.begin(t, hash(text), one.clone(), at(0)).await.unwrap();
        let found = store.sessions.find(t, hash(text), at(-1), at(1)).await.unwrap().unwrap();
        assert_eq!(found.session, one);
        assert!(store.replays.claim(t, text, hash("jti"), lately(), at(9), at(0)).await.unwrap(), "{text:?}");
        assert!(
            !store.replays.claim(t, text, hash("jti"), lately(), at(9), at(0)).await.unwrap(),
            "{text:?}"
        );
    }
    for text in TEXTS {
        assert!(world.lives(text, at(1)).await, "{text:?}");
        assert!(store.sessions.end(t, &world.user, &SessionId::new(text), at(1)).await.unwrap(), "{text:?}");
        assert!(!world.lives(text, at(1)).await, "{text:?}");
    }
}

/// Times at the ends of their type, long names, long texts.
pub async fn limits(store: &Store) {
    let world = World::new(store, "acme").await;
    let (first, last) = (Time::from_seconds(i64::MIN), Time::from_seconds(i64::MAX));
    let mut person = user(&"i".repeat(190));
    person.username = "\u{1f600}".repeat(47);
    person.claims.name = Some("n".repeat(100_000));
    person.created_at = first;
    person.updated_at = last;
    assert_eq!(store.users.create(&world.tenant, person.clone(), None).await.unwrap(), Created::Yes);
    assert_eq!(store.users.find(&world.tenant, &person.user_id).await.unwrap(), Some(person));
    let mut eternal = code("eternal");
    eternal.code.expires_at = last;
    eternal.grant.expires_at = last;
    eternal.grant.auth_time = first;
    world.grant(eternal).await;
    assert!(world.lives("eternal", first).await);
    assert!(world.lives("eternal", Time::from_seconds(i64::MAX - 1)).await);
    assert!(!world.lives("eternal", last).await);
    assert!(store.replays.claim(&world.tenant, "jwt", hash("jti"), lately(), last, first).await.unwrap());
    assert!(!store.replays.claim(&world.tenant, "jwt", hash("jti"), lately(), last, at(0)).await.unwrap());
    assert_eq!(store.users.find(&world.tenant, &UserId::new("")).await.unwrap(), None);
}

/// Nothing has a name with U+0000 in it. Where a database takes no such text, that is told apart from a failure.
pub async fn nothing_is_called_nul(store: &Store) {
    let world = World::new(store, "acme").await;
    let t = &world.tenant;
    for name in ["\0", "client\0", "user\0x"] {
        let found = [
            store.clients.find(t, &ClientId::new(name)).await.map(|found| found.is_some()),
            store.users.find(t, &UserId::new(name)).await.map(|found| found.is_some()),
            store.tenants.find(name).await.map(|found| found.is_some()),
        ];
        for one in found {
            assert!(matches!(one, Ok(false) | Err(StoreError::Nul)), "{name:?}: {one:?}");
        }
    }
    // What is there is found on the same connections.
    assert!(store.clients.find(t, &world.client).await.unwrap().is_some());
}
