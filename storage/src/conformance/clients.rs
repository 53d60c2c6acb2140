//! Clients.

use credenza_protocol::claim_mapping::ClaimMapping;
use credenza_protocol::client_secret::ClientSecret;
use credenza_protocol::ids::ClientId;
use credenza_protocol::role::ResourceServer;
use credenza_protocol::time::{Seconds, Time};
use credenza_protocol::version::Version;

use super::fixtures::{World, access_token, at, client, client_secret, code, hash, id, jwt, scope};
use crate::{ClientRecord, Jwt, Spend, Store, Update};

/// An id is unique in a tenant, and every field is read back.
pub async fn created_once(store: &Store) {
    let world = World::new(store, "acme").await;
    let mut record = client("full");
    record.client.jwks = Some(serde_json::json!({ "keys": [{ "kty": "EC", "x": "\u{0}\"'" }] }));
    record.client.default_max_age = Some(Seconds(i64::MAX));
    record.client.policy_uri = Some("https://rp.example/policy?a=1&b='".to_owned());
    record.client.roles = vec!["Ärztin".to_owned(), "admin".to_owned()];
    record.client.claims_in_id_token = true;
    let brand = r##"{"accent_color": "#b3261e", "corners": "sharp", "texts": [{"language": "de", "footer": "Fuß"}]}"##;
    record.client.brand = Some(serde_json::from_str(brand).unwrap());
    let spelled =
        ["d=attribute:dept in userinfo", "upn=claim:email", "g=groups", "r=roles", "t=constant:[1]"];
    record.client.claim_mappings = spelled.map(|text| ClaimMapping::parse(text).unwrap()).into();
    record.secrets = vec![
        ClientSecret { sealed: Some((0..=255).collect()), ..client_secret(&"é".repeat(40)) },
        ClientSecret {
            sealed: Some(vec![0, 1, 255]),
            created_at: at(i64::from(i32::MAX)),
            expires_at: Some(Time::from_seconds(i64::MAX)),
            ..client_secret("second")
        },
    ];
    record.disabled_at = Some(at(9));
    assert!(store.clients.create(&world.tenant, record.clone()).await.unwrap());
    assert!(!store.clients.create(&world.tenant, client("full")).await.unwrap(), "an id is given once");
    assert_eq!(store.clients.find(&world.tenant, &record.client.client_id).await.unwrap(), Some(record));
    let other = World::new(store, "other").await;
    assert_eq!(store.clients.find(&other.tenant, &ClientId::new("full")).await.unwrap(), None);
    assert!(store.clients.create(&other.tenant, client("full")).await.unwrap());
}

/// Ids are compared byte by byte.
pub async fn found_by_exact_id(store: &Store) {
    let world = World::new(store, "acme").await;
    for id in ["Client", "client ", " client", "clien", "cl_ent", "%"] {
        assert_eq!(store.clients.find(&world.tenant, &ClientId::new(id)).await.unwrap(), None, "{id:?}");
    }
    assert!(store.clients.find(&world.tenant, &ClientId::new("client")).await.unwrap().is_some());
}

/// Listed by id, in pages.
pub async fn listed_in_pages(store: &Store) {
    let world = World::new(store, "acme").await;
    for id in ["b", "c", "a"] {
        store.clients.create(&world.tenant, client(id)).await.unwrap();
    }
    let mut after = None;
    let mut seen = Vec::new();
    loop {
        let page = store.clients.list(&world.tenant, after.as_ref(), 3).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.client.client_id.clone());
        seen.extend(page.into_iter().map(|record| record.client.client_id.to_string()));
    }
    assert_eq!(seen, ["a", "b", "c", "client"]);
    assert!(store.clients.list(&world.tenant, None, 0).await.unwrap().is_empty());
}

/// Metadata and secret are replaced, and `created_at` and `disabled_at` stay; not by who saw an older version.
pub async fn updated(store: &Store) {
    let world = World::new(store, "acme").await;
    store.clients.set_disabled(&world.tenant, &world.client, Some(at(1))).await.unwrap();
    let mut new = client("client");
    new.client.client_name = "Another name".to_owned();
    new.secrets = vec![ClientSecret { sealed: Some(vec![7]), ..client_secret("new secret") }];
    new.created_at = at(50);
    new.updated_at = at(51);
    let update = async |version: Version, record: &ClientRecord| {
        store.clients.update(&world.tenant, version, record.clone()).await.unwrap()
    };
    assert_eq!(update(Version::FIRST, &new).await, Update::Stale, "it was disabled since");
    let seen = store.clients.find(&world.tenant, &world.client).await.unwrap().unwrap();
    assert_eq!(update(seen.version, &new).await, Update::Updated);
    new.created_at = at(0);
    new.disabled_at = Some(at(1));
    new.version = seen.version.next();
    assert_eq!(store.clients.find(&world.tenant, &world.client).await.unwrap(), Some(new));
    assert_eq!(update(seen.version, &seen).await, Update::Stale);
    assert_eq!(update(Version::FIRST, &client("nobody")).await, Update::Absent);
    assert_eq!(store.clients.find(&world.tenant, &ClientId::new("nobody")).await.unwrap(), None);
}

/// Disabled, its tokens are dead; enabled again, its grants stay revoked.
pub async fn disabled(store: &Store) {
    let world = World::new(store, "acme").await;
    world.grant(code("grant")).await;
    store.codes.issue(&world.tenant, code("waiting"), at(0)).await.unwrap();
    let made_at = |made| Jwt { issued_at: at(made), ..jwt("no jti", &world.client, None) };
    let is_live = |made| store.access_tokens.is_live(&world.tenant, made_at(made), at(2));
    assert!(world.lives("grant", at(1)).await && is_live(1).await.unwrap());
    assert!(store.clients.set_disabled(&world.tenant, &world.client, Some(at(1))).await.unwrap());
    assert!(!world.lives("grant", at(1)).await && !is_live(2).await.unwrap());
    // Between the authorization and the token request.
    store.codes.issue(&world.tenant, code("late"), at(1)).await.unwrap();
    assert!(store.clients.set_disabled(&world.tenant, &world.client, None).await.unwrap());
    assert!(!world.lives("grant", at(1)).await, "what was revoked stays so");
    assert!(is_live(2).await.unwrap(), "made since");
    assert!(!is_live(1).await.unwrap() && !is_live(0).await.unwrap(), "what the client had before");
    for (name, expected) in [("waiting", Spend::Dead), ("late", Spend::Unknown)] {
        let spent =
            store.codes.spend(&world.tenant, &world.client, &id(name), hash(name), at(1)).await.unwrap();
        assert_eq!(spent, expected, "{name}");
    }
    let nobody = ClientId::new("nobody");
    assert!(!store.clients.set_disabled(&world.tenant, &nobody, Some(at(1))).await.unwrap());
}

/// The origins of its redirect URIs, and those that it names, are its own for as long as it has them and is enabled.
pub async fn origins(store: &Store) {
    let world = World::new(store, "acme").await;
    let has = async |origin: &str| store.clients.has_origin(&world.tenant, origin).await.unwrap();
    let mut record = client("script");
    record.client.redirect_uris =
        ["https://a.test/cb", "https://a.test/other", "http://127.0.0.1:3000/cb", "com.example.app:/cb"]
            .map(str::to_owned)
            .into();
    assert!(!has("https://a.test").await);
    assert!(store.clients.create(&world.tenant, record.clone()).await.unwrap());
    assert!(has("https://a.test").await && has("http://127.0.0.1:3000").await);
    for other in ["https://a.test:444", "http://a.test", "https://A.test", "https://a.test/cb", "null", ""] {
        assert!(!has(other).await, "{other}");
    }
    record.client.redirect_uris = vec!["https://b.test/cb".to_owned()];
    record.client.allowed_origins = ["capacitor://localhost", "https://b.test"].map(str::to_owned).into();
    let updated = store.clients.update(&world.tenant, Version::FIRST, record.clone()).await.unwrap();
    assert_eq!(updated, Update::Updated);
    assert!(!has("https://a.test").await && has("https://b.test").await);
    assert!(has("capacitor://localhost").await && !has("CAPACITOR://localhost").await);
    let id = &record.client.client_id;
    assert!(store.clients.set_disabled(&world.tenant, id, Some(at(1))).await.unwrap());
    assert!(!has("https://b.test").await);
    assert!(store.clients.set_disabled(&world.tenant, id, None).await.unwrap());
    assert!(has("https://b.test").await);
    let second = World::new(store, "second").await;
    assert!(!store.clients.has_origin(&second.tenant, "https://b.test").await.unwrap());
    assert!(store.clients.delete(&world.tenant, id, at(1)).await.unwrap());
    assert!(!has("https://b.test").await);
}

/// Deleted with everything of it; created again under the same id, it has nothing.
pub async fn deleted(store: &Store) {
    let world = World::new(store, "acme").await;
    store.clients.create(&world.tenant, client("other")).await.unwrap();
    world.grant(code("grant")).await;
    store.codes.issue(&world.tenant, code("waiting"), at(0)).await.unwrap();
    for token in [access_token("with grant", Some("grant")), access_token("alone", None)] {
        store.access_tokens.insert(&world.tenant, token, at(0)).await.unwrap();
    }
    let other = ClientId::new("other");
    for id in [&world.client, &other] {
        store.consents.remember(&world.tenant, &world.user, id, &scope("openid"), at(0)).await.unwrap();
    }
    assert!(store.clients.delete(&world.tenant, &world.client, at(1)).await.unwrap());
    assert!(!store.clients.delete(&world.tenant, &world.client, at(1)).await.unwrap());
    assert_eq!(store.clients.find(&world.tenant, &world.client).await.unwrap(), None);
    assert!(store.clients.create(&world.tenant, client("client")).await.unwrap());
    assert!(!world.lives("grant", at(1)).await);
    let is_live = |made| {
        let jwt = Jwt { issued_at: at(made), ..jwt("no jti", &world.client, None) };
        store.access_tokens.is_live(&world.tenant, jwt, at(2))
    };
    assert!(!is_live(1).await.unwrap() && is_live(2).await.unwrap());
    let waiting = id("waiting");
    let spent = store.codes.spend(&world.tenant, &world.client, &waiting, hash("waiting"), at(1));
    assert_eq!(spent.await.unwrap(), Spend::Dead);
    let family = store.refresh_tokens.find(&world.tenant, &id("grant"), at(1)).await.unwrap();
    assert!(family.is_none_or(|family| !family.live));
    for name in ["with grant", "alone"] {
        assert_eq!(store.access_tokens.find(&world.tenant, hash(name), at(1)).await.unwrap(), None, "{name}");
    }
    assert!(store.consents.find(&world.tenant, &world.user, &world.client).await.unwrap().is_empty());
    assert!(!store.consents.find(&world.tenant, &world.user, &other).await.unwrap().is_empty());
}

/// A client that serves these resources, and one that may request tokens for them.
fn serving(id: &str, serves: &[&str], resources: &[&str]) -> ClientRecord {
    let texts = |all: &[&str]| all.iter().map(|resource| (*resource).to_owned()).collect();
    let mut record = client(id);
    record.client.serves = texts(serves);
    record.client.resources = texts(resources);
    record
}

/// Closed is what only disabled clients of the tenant serve.
pub async fn closed_resources(store: &Store) {
    let world = World::new(store, "acme").await;
    let other = World::new(store, "other").await;
    let closed = async || -> Vec<String> {
        store.clients.closed_resources(&world.tenant).await.unwrap().into_iter().collect()
    };
    assert!(closed().await.is_empty());
    for record in [
        serving("one", &["https://a.test/", "https://b.test/?x=%25_"], &[]),
        serving("two", &["https://a.test/"], &["https://c.test/"]),
    ] {
        assert!(store.clients.create(&world.tenant, record.clone()).await.unwrap());
        assert!(store.clients.create(&other.tenant, record).await.unwrap());
    }
    let set = async |tenant, id, disabled_at| {
        assert!(store.clients.set_disabled(tenant, &ClientId::new(id), disabled_at).await.unwrap());
    };
    set(&other.tenant, "one", Some(at(1))).await;
    set(&other.tenant, "two", Some(at(1))).await;
    assert!(closed().await.is_empty(), "those are the other tenant's");
    set(&world.tenant, "one", Some(at(1))).await;
    assert_eq!(closed().await, ["https://b.test/?x=%25_"]);
    set(&world.tenant, "two", Some(at(1))).await;
    assert_eq!(closed().await, ["https://a.test/", "https://b.test/?x=%25_"]);
    set(&world.tenant, "one", None).await;
    assert!(closed().await.is_empty());
}

/// Those are told that are enabled and have something to tell.
pub async fn resource_servers(store: &Store) {
    let world = World::new(store, "acme").await;
    let other = World::new(store, "other").await;
    let with_roles = |id: &str, serves: &[&str]| {
        let mut record = serving(id, serves, &[]);
        record.client.roles = vec!["admin".to_owned()];
        record
    };
    for record in [
        with_roles("api", &["https://a.test/"]),
        with_roles("off", &["https://a.test/"]),
        with_roles("serves none", &[]),
        serving("without roles", &["https://b.test/"], &[]),
    ] {
        assert!(store.clients.create(&world.tenant, record).await.unwrap());
    }
    let off = ClientId::new("off");
    assert!(store.clients.set_disabled(&world.tenant, &off, Some(at(1))).await.unwrap());
    let api = ResourceServer {
        client_id: ClientId::new("api"),
        serves: vec!["https://a.test/".to_owned()],
        roles: vec!["admin".to_owned()],
    };
    assert_eq!(store.clients.resource_servers(&world.tenant).await.unwrap(), [api]);
    assert!(store.clients.resource_servers(&other.tenant).await.unwrap().is_empty());
}

/// With the last client that serves a resource, the others lose the right to request tokens for it, and nothing else.
pub async fn resources_of_a_deleted_server(store: &Store) {
    let world = World::new(store, "acme").await;
    let other = World::new(store, "other").await;
    let (a, b, like_a) = ("https://a.test/", "https://b.test/", "https://a.test/x");
    for tenant in [&world.tenant, &other.tenant] {
        for record in [
            serving("one", &[a, b], &[]),
            serving("two", &[b], &[]),
            serving("asks", &[], &[a, b, like_a]),
            serving("speaks of it", &[], &[like_a]),
        ] {
            assert!(store.clients.create(tenant, record).await.unwrap());
        }
    }
    let find = async |tenant, id| store.clients.find(tenant, &ClientId::new(id)).await.unwrap().unwrap();
    let (asks, speaks) = (find(&world.tenant, "asks").await, find(&world.tenant, "speaks of it").await);
    let revision = async || store.maintenance.revision("acme").await.unwrap();
    let before = revision().await;
    assert!(store.clients.delete(&world.tenant, &ClientId::new("one"), at(7)).await.unwrap());
    assert_ne!(revision().await, before);
    let mut left = asks.clone();
    left.client.resources = vec![b.to_owned(), like_a.to_owned()];
    (left.version, left.updated_at) = (asks.version.next(), at(7));
    assert_eq!(find(&world.tenant, "asks").await, left);
    assert_eq!(find(&world.tenant, "speaks of it").await, speaks);
    assert_eq!(find(&other.tenant, "asks").await, asks, "another tenant's stays as it was");
    // A server that is disabled still serves it.
    let two = ClientId::new("two");
    assert!(store.clients.set_disabled(&world.tenant, &two, Some(at(8))).await.unwrap());
    assert_eq!(find(&world.tenant, "asks").await.client.resources, [b, like_a]);
    assert!(store.clients.delete(&world.tenant, &two, at(9)).await.unwrap());
    assert_eq!(find(&world.tenant, "asks").await.client.resources, [like_a]);
}
