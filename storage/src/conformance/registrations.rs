//! Clients that registered themselves, and the tokens that allow it.
//!
//! Chart 300

use std::sync::Arc;

use credenza_protocol::ids::ClientId;
use credenza_protocol::time::Time;
use credenza_protocol::version::Version;

use super::fixtures::{World, at, client, code, hash, scope, tenant};
use super::races::{CALLERS, winners};
use crate::{ClientRecord, InitialAccessTokenRecord, NewRegistration, Registered, Store, Update};

fn new(client_id: &str, token: Option<&str>, expires_at: Option<Time>) -> NewRegistration {
    NewRegistration {
        client: client(client_id),
        token: hash(&format!("{client_id} registration")),
        initial_access_token: token.map(hash),
        expires_at,
    }
}

fn token(name: &str, remaining: Option<i64>, expires_at: Option<Time>) -> InitialAccessTokenRecord {
    InitialAccessTokenRecord {
        token_id: format!("{name} id"),
        hash: hash(name),
        name: format!("{name} name"),
        remaining,
        created_at: at(0),
        expires_at,
    }
}

/// Client and registration are created together, found by the client's id, and the revision moves.
pub async fn created(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, c) = (&world.tenant, ClientId::new("self"));
    let before = store.maintenance.revision("acme").await.unwrap();
    assert!(store.registrations.create(t, new("self", None, Some(at(99))), at(1)).await.unwrap());
    assert_ne!(store.maintenance.revision("acme").await.unwrap(), before);
    let expected = ClientRecord { registered: Some(Registered { used_at: None }), ..client("self") };
    assert_eq!(store.clients.find(t, &c).await.unwrap(), Some(expected.clone()));
    assert_eq!(store.clients.list(t, None, 9).await.unwrap(), [client("client"), expected]);
    assert!(store.clients.has_origin(t, "https://rp.example").await.unwrap());
    assert_eq!(store.registrations.token(t, &c).await.unwrap(), Some(hash("self registration")));
    // Of a client that an operator created, and of none.
    for other in ["client", "nobody", "self ", "Self"] {
        assert_eq!(store.registrations.token(t, &ClientId::new(other)).await.unwrap(), None, "{other}");
    }
    // An id that is taken is a failure, and nothing is left of it: no use of the token is lost.
    store.initial_access_tokens.create(t, token("once", Some(1), None)).await.unwrap();
    assert!(store.registrations.create(t, new("client", Some("once"), None), at(1)).await.is_err());
    assert_eq!(store.registrations.token(t, &world.client).await.unwrap(), None);
    assert!(store.initial_access_tokens.is_live(t, hash("once"), at(1)).await.unwrap());
    let stranger = World::new(store, "stranger").await;
    assert_eq!(store.registrations.token(&stranger.tenant, &c).await.unwrap(), None);
    assert!(!store.registrations.note_use(&stranger.tenant, &c, at(2)).await.unwrap());
}

/// The first use is recorded once; then the client stays. A client that an operator created has none.
pub async fn used_once(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    let (t, c) = (&world.tenant, ClientId::new("self"));
    assert!(store.registrations.create(t, new("self", None, Some(at(99))), at(1)).await.unwrap());
    let before = store.maintenance.revision("acme").await.unwrap();
    let noted = winners(&world, |world, _| async move {
        world.store.registrations.note_use(&world.tenant, &ClientId::new("self"), at(5)).await
    });
    assert_eq!(noted.await, 1);
    assert_ne!(store.maintenance.revision("acme").await.unwrap(), before, "cached records learn of it");
    let found = store.clients.find(t, &c).await.unwrap().unwrap();
    assert_eq!(found.registered, Some(Registered { used_at: Some(at(5)) }));
    assert!(!store.registrations.note_use(t, &world.client, at(5)).await.unwrap());
    assert!(!store.registrations.note_use(t, &ClientId::new("nobody"), at(5)).await.unwrap());
    assert_eq!(store.maintenance.sweep(at(1000), 100).await.unwrap(), 0);
    assert!(store.clients.find(t, &c).await.unwrap().is_some());
    // The metadata change, what is known of the registration stays.
    let mut changed = client("self");
    changed.client.client_name = "Another".to_owned();
    assert_eq!(store.clients.update(t, Version::FIRST, changed).await.unwrap(), Update::Updated);
    let found = store.clients.find(t, &c).await.unwrap().unwrap();
    assert_eq!(found.registered, Some(Registered { used_at: Some(at(5)) }));
    assert_eq!(store.registrations.token(t, &c).await.unwrap(), Some(hash("self registration")));
}

/// One that is never used is deleted when it is due, with everything of it; the others stay.
pub async fn swept_unused(store: &Store) {
    let world = World::new(store, "acme").await;
    let t = &world.tenant;
    for (name, expires_at) in [("idle", Some(at(50))), ("used", Some(at(50))), ("stays", None)] {
        assert!(store.registrations.create(t, new(name, None, expires_at), at(0)).await.unwrap());
    }
    let mut idle = client("later");
    idle.client.redirect_uris = vec!["https://idle.example/cb".to_owned()];
    let later = NewRegistration { client: idle, ..new("later", None, Some(at(60))) };
    assert!(store.registrations.create(t, later, at(0)).await.unwrap());
    assert!(store.registrations.note_use(t, &ClientId::new("used"), at(49)).await.unwrap());
    store.consents.remember(t, &world.user, &ClientId::new("idle"), &scope("openid"), at(0)).await.unwrap();
    assert_eq!(store.maintenance.sweep(at(49), 100).await.unwrap(), 0);
    let before = store.maintenance.revision("acme").await.unwrap();
    assert_eq!(store.maintenance.sweep(at(50), 100).await.unwrap(), 1);
    assert_ne!(store.maintenance.revision("acme").await.unwrap(), before);
    let exists = async |name: &str| {
        let id = ClientId::new(name);
        let client = store.clients.find(t, &id).await.unwrap().is_some();
        assert_eq!(store.registrations.token(t, &id).await.unwrap().is_some(), client, "{name}");
        client
    };
    assert!(!exists("idle").await);
    assert!(exists("used").await && exists("stays").await && exists("later").await);
    assert!(store.clients.find(t, &world.client).await.unwrap().is_some());
    let consent = store.consents.find(t, &world.user, &ClientId::new("idle")).await.unwrap();
    assert!(consent.is_empty());
    assert!(store.clients.has_origin(t, "https://idle.example").await.unwrap());
    assert_eq!(store.maintenance.sweep(at(60), 100).await.unwrap(), 1);
    assert!(!exists("later").await);
    assert!(!store.clients.has_origin(t, "https://idle.example").await.unwrap());
    // A use that comes too late changes nothing.
    assert!(!store.registrations.note_use(t, &ClientId::new("later"), at(61)).await.unwrap());
}

/// A registration is deleted with its client and with its tenant; a new client of the same id has none.
pub async fn deleted(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, c) = (&world.tenant, ClientId::new("self"));
    assert!(store.registrations.create(t, new("self", None, Some(at(99))), at(1)).await.unwrap());
    let mut grant = code("grant");
    grant.grant.client_id = c.clone();
    grant.code.client_id = c.clone();
    store.codes.issue(t, grant, at(1)).await.unwrap();
    assert!(store.clients.delete(t, &c, at(1)).await.unwrap());
    assert_eq!(store.registrations.token(t, &c).await.unwrap(), None);
    let version = store.clients.create_at(t, client("self")).await.unwrap().unwrap();
    let made = ClientRecord { version, ..client("self") };
    assert_eq!(store.clients.find(t, &c).await.unwrap(), Some(made));
    assert_eq!(store.registrations.token(t, &c).await.unwrap(), None);
    store.maintenance.sweep(at(99), 100).await.unwrap();
    assert!(store.clients.find(t, &c).await.unwrap().is_some(), "it never registered itself");
    store.initial_access_tokens.create(t, token("many", None, None)).await.unwrap();
    assert!(store.registrations.create(t, new("another", None, None), at(1)).await.unwrap());
    assert!(store.tenants.delete(t).await.unwrap());
    assert!(store.tenants.create(tenant("acme")).await.unwrap());
    assert_eq!(store.registrations.token(t, &ClientId::new("another")).await.unwrap(), None);
    assert!(store.initial_access_tokens.list(t).await.unwrap().is_empty());
    assert!(!store.initial_access_tokens.is_live(t, hash("many"), at(1)).await.unwrap());
}

/// Tokens are valid until they are used up, expired or deleted, at their own tenant alone.
pub async fn tokens(store: &Store) {
    let world = World::new(store, "acme").await;
    let other = World::new(store, "other").await;
    let t = &world.tenant;
    let records = [
        token("a twice", Some(2), None),
        token("b brief", None, Some(at(10))),
        token("c for ever", None, None),
    ];
    for record in &records {
        store.initial_access_tokens.create(t, record.clone()).await.unwrap();
    }
    assert_eq!(store.initial_access_tokens.list(t).await.unwrap(), records);
    assert!(store.initial_access_tokens.list(&other.tenant).await.unwrap().is_empty());
    let is_live =
        async |name: &str, now| store.initial_access_tokens.is_live(t, hash(name), now).await.unwrap();
    let register = async |client_id: &str, name: &str, now| {
        store.registrations.create(t, new(client_id, Some(name), None), now).await.unwrap()
    };
    for name in ["a twice", "b brief", "c for ever"] {
        assert!(is_live(name, at(9)).await, "{name}");
        assert!(!store.initial_access_tokens.is_live(&other.tenant, hash(name), at(9)).await.unwrap());
        let foreign = store.registrations.create(&other.tenant, new("x", Some(name), None), at(9)).await;
        assert!(!foreign.unwrap(), "{name}");
    }
    assert!(register("one", "a twice", at(1)).await && register("two", "a twice", at(1)).await);
    assert!(!is_live("a twice", at(1)).await && !register("three", "a twice", at(1)).await);
    assert_eq!(store.initial_access_tokens.list(t).await.unwrap()[0].remaining, Some(0));
    assert!(register("four", "b brief", at(9)).await);
    assert!(!is_live("b brief", at(10)).await && !register("five", "b brief", at(10)).await);
    assert!(register("six", "c for ever", at(1_000_000)).await);
    for refused in ["three", "five", "x"] {
        assert_eq!(store.clients.find(t, &ClientId::new(refused)).await.unwrap(), None, "{refused}");
    }
    assert!(!store.initial_access_tokens.delete(&other.tenant, "c for ever id").await.unwrap());
    assert!(store.initial_access_tokens.delete(t, "c for ever id").await.unwrap());
    assert!(!store.initial_access_tokens.delete(t, "c for ever id").await.unwrap());
    assert!(!is_live("c for ever", at(1)).await && !register("seven", "c for ever", at(1)).await);
    assert!(!is_live("unknown", at(1)).await && !register("eight", "unknown", at(1)).await);
    assert_eq!(store.maintenance.sweep(at(10), 100).await.unwrap(), 1, "the one that has expired");
    assert_eq!(store.initial_access_tokens.list(t).await.unwrap().len(), 1);
}

/// Of many who present the last use of a token, one registers.
pub async fn one_spends_the_last_use(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    for (round, uses) in [1, 3].into_iter().enumerate() {
        let name = format!("token {round}");
        store.initial_access_tokens.create(&world.tenant, token(&name, Some(uses), None)).await.unwrap();
        let registered = winners(&world, |world, n| {
            let new = new(&format!("client {round} {n}"), Some(&name), None);
            async move { world.store.registrations.create(&world.tenant, new, at(1)).await }
        });
        assert_eq!(registered.await, usize::try_from(uses).unwrap());
        let left = store.initial_access_tokens.list(&world.tenant).await.unwrap();
        assert_eq!(left[round].remaining, Some(0));
    }
    let clients = store.clients.list(&world.tenant, None, u32::try_from(CALLERS).unwrap()).await.unwrap();
    assert_eq!(clients.len(), 1 + 1 + 3, "who lost left nothing behind");
}
