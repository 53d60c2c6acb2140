//! Authenticators and recovery codes.

use std::sync::Arc;

use credenza_protocol::authenticator::AuthenticatorKind;
use credenza_protocol::ids::{AuthenticatorId, SessionId, UserId};

use super::fixtures::{World, at, code, hash, mail, passkey, session, totp, trusted_browser, user_at};
use super::races::race;
use crate::{AuthenticatorMade, AuthenticatorRecord, Created, Store};

async fn add(world: &World, record: AuthenticatorRecord) -> AuthenticatorMade {
    world.store.authenticators.add(&world.tenant, record, 9, None, at(0)).await.unwrap()
}

async fn ids(world: &World) -> Vec<String> {
    let found = world.store.authenticators.of_user(&world.tenant, &world.user).await.unwrap();
    found.into_iter().map(|record| record.authenticator.authenticator_id.as_str().to_owned()).collect()
}

async fn mails(store: &Store) -> usize {
    store.mails.due(99, at(9)).await.unwrap().len()
}

/// What was added is found as it was, and tells the person by mail.
pub async fn added(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, u, authenticators) = (&world.tenant, &world.user, &store.authenticators);
    assert!(authenticators.of_user(t, u).await.unwrap().is_empty());
    let before = mails(store).await;
    let made = authenticators.add(t, totp("app"), 9, Some(mail("added")), at(0)).await.unwrap();
    assert_eq!((made, mails(store).await), (AuthenticatorMade::Yes, before + 1));
    assert_eq!(add(&world, passkey("key")).await, AuthenticatorMade::Yes);
    assert_eq!(authenticators.of_user(t, u).await.unwrap(), [totp("app"), passkey("key")]);
    assert_eq!(authenticators.by_credential(t, hash("key")).await.unwrap(), Some(passkey("key")));
    assert_eq!(authenticators.by_credential(t, hash("other")).await.unwrap(), None);
    let mut nobodys = totp("nobody's");
    nobodys.authenticator.user_id = UserId::new("nobody");
    assert_eq!(add(&world, nobodys).await, AuthenticatorMade::Absent);
    assert!(store.users.set_disabled_at(t, u, crate::Expected::Any, Some(at(1))).await.is_ok());
    assert_eq!(add(&world, totp("late")).await, AuthenticatorMade::Absent, "a disabled person adds nothing");
}

/// Of each kind a person has so many at most, also where they add many at once.
pub async fn bounded(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    let made = race(&world, |world, number| async move {
        let record = totp(&format!("app {number}"));
        world.store.authenticators.add(&world.tenant, record, 3, None, at(0)).await
    })
    .await;
    assert_eq!(made.iter().filter(|made| **made == AuthenticatorMade::Yes).count(), 3);
    assert!(made.iter().all(|made| matches!(made, AuthenticatorMade::Yes | AuthenticatorMade::TooMany)));
    assert_eq!(ids(&world).await.len(), 3);
    assert_eq!(
        add(&world, passkey("key")).await,
        AuthenticatorMade::Yes,
        "those of another kind do not count"
    );
}

/// A passkey is one person's, in each tenant.
pub async fn of_one_credential(store: &Store) {
    let world = World::new(store, "acme").await;
    assert_eq!(add(&world, passkey("key")).await, AuthenticatorMade::Yes);
    let bob = user_at("bob", "bob@example.com");
    assert_eq!(store.users.create(&world.tenant, bob.clone(), None).await.unwrap(), Created::Yes);
    let mut stolen = passkey("stolen");
    stolen.credential = passkey("key").credential;
    stolen.authenticator.user_id = bob.user_id;
    assert_eq!(add(&world, stolen.clone()).await, AuthenticatorMade::Taken);
    let other = World::new(store, "other").await;
    stolen.authenticator.user_id = other.user.clone();
    assert_eq!(add(&other, stolen).await, AuthenticatorMade::Yes);
}

/// A code counts once, and none before it any more (RFC 6238 5.2).
pub async fn a_code_counts_once(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, u, authenticators) = (&world.tenant, &world.user, &store.authenticators);
    assert_eq!(add(&world, totp("app")).await, AuthenticatorMade::Yes);
    assert_eq!(add(&world, passkey("key")).await, AuthenticatorMade::Yes);
    let app = AuthenticatorId::new("app");
    for (step, counts) in [(99, false), (100, false), (102, true), (102, false), (101, false), (103, true)] {
        assert_eq!(authenticators.use_code(t, u, &app, step, at(7)).await.unwrap(), counts, "{step}");
    }
    let found = authenticators.of_user(t, u).await.unwrap();
    assert_eq!((found[0].time_step, found[0].authenticator.last_used_at), (103, Some(at(7))));
    let key = AuthenticatorId::new("key");
    assert!(!authenticators.use_code(t, u, &key, 999, at(7)).await.unwrap(), "a passkey has no codes");
    assert!(!authenticators.use_code(t, &UserId::new("bob"), &app, 999, at(7)).await.unwrap());
}

/// Of many callers with one code one signs in.
pub async fn one_uses_the_code(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    assert_eq!(add(&world, totp("app")).await, AuthenticatorMade::Yes);
    let used = race(&world, |world, _| async move {
        let app = AuthenticatorId::new("app");
        world.store.authenticators.use_code(&world.tenant, &world.user, &app, 200, at(1)).await
    })
    .await;
    assert_eq!(used.into_iter().filter(|used| *used).count(), 1);
}

/// The state of a passkey, with its counter, moves on from what it was, and of many callers for one.
pub async fn a_passkey_moves_on(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    let (t, u, authenticators) = (&world.tenant, &world.user, &store.authenticators);
    assert_eq!(add(&world, passkey("key")).await, AuthenticatorMade::Yes);
    let key = AuthenticatorId::new("key");
    let stale =
        authenticators.use_passkey(t, u, &key, ("other", "key key 1".to_owned()), at(1)).await.unwrap();
    assert!(!stale);
    let moved = race(&world, |world, number| async move {
        let (key, new) = (AuthenticatorId::new("key"), format!("key key {}", number + 1));
        let states = ("key key 0", new);
        world.store.authenticators.use_passkey(&world.tenant, &world.user, &key, states, at(1)).await
    })
    .await;
    assert_eq!(moved.into_iter().filter(|moved| *moved).count(), 1);
    let found = authenticators.by_credential(t, hash("key")).await.unwrap().unwrap();
    assert_ne!(found.state, "key key 0");
    assert_eq!(found.authenticator.last_used_at, Some(at(1)));
    // A key that does not count stays as it is, and was used all the same.
    let same = (found.state.as_str(), found.state.clone());
    assert!(authenticators.use_passkey(t, u, &key, same, at(2)).await.unwrap());
}

/// A person names what they have and removes it; with the last one the recovery codes go.
pub async fn renamed_and_removed(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, u, authenticators) = (&world.tenant, &world.user, &store.authenticators);
    let (app, key) = (AuthenticatorId::new("app"), AuthenticatorId::new("key"));
    assert_eq!(add(&world, totp("app")).await, AuthenticatorMade::Yes);
    assert_eq!(add(&world, passkey("key")).await, AuthenticatorMade::Yes);
    assert!(authenticators.rename(t, u, &app, "Phone".to_owned()).await.unwrap());
    assert!(!authenticators.rename(t, &UserId::new("bob"), &app, "Mine".to_owned()).await.unwrap());
    assert_eq!(authenticators.of_user(t, u).await.unwrap()[0].authenticator.name, "Phone");
    assert!(authenticators.renew_recovery_codes(t, u, vec![hash("a")], None, at(1)).await.unwrap());
    let before = mails(store).await;
    assert!(!authenticators.remove(t, &UserId::new("bob"), &app, Some(mail("m")), at(1)).await.unwrap());
    assert!(authenticators.remove(t, u, &app, Some(mail("m")), at(1)).await.unwrap());
    assert!(!authenticators.remove(t, u, &app, Some(mail("m")), at(1)).await.unwrap());
    assert_eq!(mails(store).await, before + 1);
    assert_eq!(authenticators.recovery_codes_left(t, u).await.unwrap(), 1);
    assert!(authenticators.remove(t, u, &key, None, at(1)).await.unwrap());
    assert_eq!(authenticators.recovery_codes_left(t, u).await.unwrap(), 0);
    assert_eq!(add(&world, passkey("key")).await, AuthenticatorMade::Yes, "it can be added again");
}

/// A trusted browser is no factor: it has no recovery codes, and goes with the last factor.
pub async fn trusted_browsers(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, u, authenticators) = (&world.tenant, &world.user, &store.authenticators);
    let browser = AuthenticatorId::new("browser");
    for record in [totp("app"), passkey("key"), trusted_browser("browser"), trusted_browser("other")] {
        assert_eq!(add(&world, record).await, AuthenticatorMade::Yes);
    }
    assert!(authenticators.renew_recovery_codes(t, u, vec![hash("a")], None, at(1)).await.unwrap());
    assert!(authenticators.use_trusted_browser(t, u, &browser, at(5)).await.unwrap());
    let found = authenticators.of_user(t, u).await.unwrap();
    let used = found.into_iter().find(|record| record.authenticator.authenticator_id == browser).unwrap();
    assert_eq!(used.authenticator.last_used_at, Some(at(5)));
    for (user, id) in [(u, "app"), (u, "none"), (&UserId::new("bob"), "browser")] {
        let id = AuthenticatorId::new(id);
        assert!(!authenticators.use_trusted_browser(t, user, &id, at(6)).await.unwrap());
    }
    assert!(authenticators.remove(t, u, &AuthenticatorId::new("other"), None, at(6)).await.unwrap());
    assert!(authenticators.remove(t, u, &AuthenticatorId::new("app"), None, at(6)).await.unwrap());
    assert_eq!(ids(&world).await, ["browser", "key"], "the other factor is left");
    assert_eq!(authenticators.recovery_codes_left(t, u).await.unwrap(), 1);
    assert!(authenticators.remove(t, u, &AuthenticatorId::new("key"), None, at(6)).await.unwrap());
    assert!(ids(&world).await.is_empty());
    assert_eq!(authenticators.recovery_codes_left(t, u).await.unwrap(), 0);
    assert!(!authenticators.use_trusted_browser(t, u, &browser, at(7)).await.unwrap());
    // Alone it has nothing to recover.
    assert_eq!(add(&world, trusted_browser("alone")).await, AuthenticatorMade::Yes);
    assert!(!authenticators.renew_recovery_codes(t, u, vec![hash("b")], None, at(8)).await.unwrap());
    assert_eq!(authenticators.reset(t, u, None, None, at(9)).await.unwrap(), Some(1));
}

/// A reset takes all of one kind or of all, and ends what was signed in.
pub async fn reset(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, u, authenticators) = (&world.tenant, &world.user, &store.authenticators);
    for record in [totp("app"), totp("second"), passkey("key")] {
        assert_eq!(add(&world, record).await, AuthenticatorMade::Yes);
    }
    assert!(authenticators.renew_recovery_codes(t, u, vec![hash("a")], None, at(1)).await.unwrap());
    store.sessions.begin(t, hash("handle"), session("sid"), at(1)).await.unwrap();
    assert!(store.sessions.find(t, hash("handle"), at(-1), at(1)).await.unwrap().is_some());
    world.grant(code("grant")).await;
    assert_eq!(store.grants.list(t, u, at(1)).await.unwrap().len(), 1);
    let totp = Some(AuthenticatorKind::Totp);
    assert_eq!(authenticators.reset(t, u, totp, Some(mail("m")), at(2)).await.unwrap(), Some(2));
    assert_eq!(ids(&world).await, ["key"]);
    assert_eq!(authenticators.recovery_codes_left(t, u).await.unwrap(), 1);
    assert!(store.sessions.find(t, hash("handle"), at(-1), at(2)).await.unwrap().is_none());
    assert!(store.grants.list(t, u, at(2)).await.unwrap().is_empty());
    let before = mails(store).await;
    store.sessions.begin(t, hash("next"), session("next"), at(3)).await.unwrap();
    assert_eq!(authenticators.reset(t, u, totp, Some(mail("m")), at(3)).await.unwrap(), Some(0));
    assert!(
        store.sessions.find(t, hash("next"), at(-1), at(3)).await.unwrap().is_some(),
        "nothing was reset"
    );
    assert_eq!(mails(store).await, before);
    assert_eq!(authenticators.reset(t, u, None, None, at(3)).await.unwrap(), Some(1));
    assert_eq!(authenticators.recovery_codes_left(t, u).await.unwrap(), 0);
    assert_eq!(authenticators.reset(t, &UserId::new("nobody"), None, None, at(3)).await.unwrap(), None);
    assert!(store.sessions.end(t, u, &SessionId::new("next"), at(4)).await.is_ok());
}

/// Recovery codes: a set replaces the one before, and each counts once.
pub async fn recovery_codes(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, u, authenticators) = (&world.tenant, &world.user, &store.authenticators);
    let set = |names: &[&str]| names.iter().map(|name| hash(name)).collect::<Vec<_>>();
    assert!(!authenticators.renew_recovery_codes(t, u, set(&["a"]), None, at(0)).await.unwrap());
    assert_eq!(authenticators.recovery_codes_left(t, u).await.unwrap(), 0, "there is nothing to recover");
    assert_eq!(add(&world, totp("app")).await, AuthenticatorMade::Yes);
    assert!(authenticators.renew_recovery_codes(t, u, set(&["a", "b", "c"]), None, at(0)).await.unwrap());
    assert_eq!(authenticators.recovery_codes_left(t, u).await.unwrap(), 3);
    let before = mails(store).await;
    let notice = || Some(mail("used"));
    assert!(authenticators.spend_recovery_code(t, u, hash("a"), notice(), at(1)).await.unwrap());
    assert!(!authenticators.spend_recovery_code(t, u, hash("a"), notice(), at(1)).await.unwrap());
    assert!(!authenticators.spend_recovery_code(t, u, hash("x"), notice(), at(1)).await.unwrap());
    let bob = UserId::new("bob");
    assert!(!authenticators.spend_recovery_code(t, &bob, hash("b"), notice(), at(1)).await.unwrap());
    assert_eq!(mails(store).await, before + 1);
    assert!(authenticators.renew_recovery_codes(t, u, set(&["d"]), None, at(2)).await.unwrap());
    assert!(
        !authenticators.spend_recovery_code(t, u, hash("b"), None, at(2)).await.unwrap(),
        "of the set before"
    );
    assert_eq!(authenticators.recovery_codes_left(t, u).await.unwrap(), 1);
}

/// Of many callers with one recovery code one gets in.
pub async fn one_spends_a_recovery_code(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    let (t, u) = (&world.tenant, &world.user);
    assert_eq!(add(&world, totp("app")).await, AuthenticatorMade::Yes);
    assert!(store.authenticators.renew_recovery_codes(t, u, vec![hash("a")], None, at(0)).await.unwrap());
    let spent = race(&world, |world, _| async move {
        let (t, u, authenticators) = (&world.tenant, &world.user, &world.store.authenticators);
        authenticators.spend_recovery_code(t, u, hash("a"), None, at(1)).await
    })
    .await;
    assert_eq!(spent.into_iter().filter(|spent| *spent).count(), 1);
}
