//! People change their address of mail, and have it back.

use std::sync::Arc;

use credenza_protocol::ids::TenantId;
use credenza_protocol::user::User;

use super::fixtures::{
    World, at, email_challenge, email_change, email_undo, hash, mail, reset, session, user, user_at,
};
use super::races::race;
use crate::email_changes::MOST_UNDOS;
use crate::{
    Created, EmailChange, EmailChanged, EmailPurpose, EmailRestored, Login, NewEmailChange, Store, Update,
};

const NEW: &str = "new@else.test";

/// A tenant with a user who has proven their address.
async fn world(store: &Store, tenant: &str) -> World {
    let world = World::new(store, tenant).await;
    let before = found(&world).await;
    let version = before.version;
    let proven = User { version, ..user_at("user", "user@example.com") };
    assert_eq!(store.users.update(&world.tenant, version, proven).await.unwrap(), Update::Updated);
    world
}

async fn found(world: &World) -> User {
    world.store.users.find(&world.tenant, &world.user).await.unwrap().unwrap()
}

async fn address(world: &World) -> Option<String> {
    found(world).await.claims.email
}

async fn begin(world: &World, address: &str, secret: &str, now: i64) -> bool {
    let new = email_change("user", address, secret);
    world.store.email_changes.begin(&world.tenant, new, mail("wanted"), at(now)).await.unwrap()
}

async fn find(world: &World, secret: &str, now: i64) -> Option<EmailChange> {
    world.store.email_changes.find(&world.tenant, hash(secret), at(now)).await.unwrap()
}

async fn complete(world: &World, secret: &str, undo: &str, now: i64) -> EmailChanged {
    let (changes, undo) = (&world.store.email_changes, Some(email_undo(undo)));
    changes.complete(&world.tenant, hash(secret), None, undo, at(now)).await.unwrap()
}

async fn change(world: &World, to: &str, undo: &str, now: i64) {
    assert!(begin(world, to, to, now).await);
    assert_eq!(complete(world, to, undo, now).await, EmailChanged::Done, "{to}");
}

async fn undo(world: &World, secret: &str, now: i64) -> EmailRestored {
    world.store.email_changes.undo(&world.tenant, hash(secret), reset("reset"), at(now)).await.unwrap()
}

async fn can_be_undone(world: &World, secret: &str, now: i64) -> bool {
    world.store.email_changes.find_undo(&world.tenant, hash(secret), at(now)).await.unwrap().is_some()
}

async fn mails(store: &Store) -> Vec<String> {
    store.mails.due(99, at(49)).await.unwrap().into_iter().map(|mail| mail.kind).collect()
}

/// It is found while it is good, by its secret alone, and spent once; until then the address is as it was.
pub async fn stands(store: &Store) {
    let world = world(store, "acme").await;
    assert!(begin(&world, NEW, "secret", 0).await);
    assert_eq!(mails(store).await, ["wanted"]);
    for _ in 0..2 {
        let standing = find(&world, "secret", 49).await.unwrap();
        assert_eq!((&*standing.address, standing.expires_at), (NEW, at(50)));
        assert_eq!(standing.user.claims.email.as_deref(), Some("user@example.com"));
        let pending = store.email_changes.pending(&world.tenant, &world.user, at(49)).await.unwrap();
        assert_eq!(pending.as_ref(), Some(&standing));
    }
    for (secret, now) in [("secret", 50), ("other", 1), ("", 1)] {
        assert_eq!(find(&world, secret, now).await, None, "{secret} at {now}");
        assert_eq!(complete(&world, secret, "undo", now).await, EmailChanged::Dead, "{secret} at {now}");
    }
    assert_eq!(store.email_changes.pending(&world.tenant, &world.user, at(50)).await.unwrap(), None);
    assert_eq!(address(&world).await.as_deref(), Some("user@example.com"));
    let before = found(&world).await.version;
    assert_eq!(complete(&world, "secret", "undo", 49).await, EmailChanged::Done);
    let user = found(&world).await;
    assert_eq!((user.claims.email.as_deref(), user.claims.email_verified), (Some(NEW), Some(true)));
    assert_eq!((user.username.as_str(), user.updated_at, user.version), ("user", at(49), before.next()));
    let login = Login { typed: NEW.to_owned(), by_email: true };
    assert_eq!(store.users.find_by_login(&world.tenant, login).await.unwrap(), Some(user));
    assert_eq!(mails(store).await, ["wanted", "changed"]);
    assert_eq!(find(&world, "secret", 49).await, None);
    assert_eq!(complete(&world, "secret", "again", 49).await, EmailChanged::Dead, "once");
}

/// A newer one takes the place of the one before.
pub async fn replaced(store: &Store) {
    let world = world(store, "acme").await;
    assert!(begin(&world, "first@else.test", "first", 0).await && begin(&world, NEW, "second", 1).await);
    assert_eq!(find(&world, "first", 2).await, None);
    assert_eq!(complete(&world, "first", "undo", 2).await, EmailChanged::Dead);
    assert_eq!(complete(&world, "second", "undo", 2).await, EmailChanged::Done);
    assert_eq!(address(&world).await.as_deref(), Some(NEW));
}

/// The person does not want it any more.
pub async fn cancelled(store: &Store) {
    let world = world(store, "acme").await;
    assert!(begin(&world, NEW, "secret", 0).await);
    for there in [true, false] {
        assert_eq!(store.email_changes.cancel(&world.tenant, &world.user).await.unwrap(), there);
        assert_eq!(complete(&world, "secret", "undo", 1).await, EmailChanged::Dead);
    }
}

/// A new password, another address, a user who is disabled, or deleted and made anew: each ends it.
pub async fn dies(store: &Store) {
    for what in ["nothing", "password", "address", "disabled", "enabled again", "deleted"] {
        let world = world(store, what).await;
        let (t, u) = (&world.tenant, &world.user);
        assert!(begin(&world, NEW, "secret", 0).await);
        match what {
            "nothing" => {}
            "password" => {
                assert!(store.credentials.set_password(t, u, "new".to_owned(), at(1)).await.unwrap())
            }
            "address" => {
                let before = found(&world).await;
                let version = before.version;
                let other = User { version, ..user_at("user", "other@example.com") };
                assert_eq!(store.users.update(t, version, other).await.unwrap(), Update::Updated);
            }
            "deleted" => {
                assert!(store.users.delete(t, u, at(1)).await.unwrap());
                assert_eq!(store.raw.count("email_changes", t.as_str()).await.unwrap(), 0);
                let made = store.users.create(t, user_at("user", "user@example.com"), None).await.unwrap();
                assert_eq!(made, Created::Yes);
            }
            _ => {
                assert!(store.users.set_disabled(t, u, Some(at(1))).await.unwrap());
                assert!(!begin(&world, NEW, "other", 1).await, "nobody who is disabled begins one");
                if what != "disabled" {
                    assert!(store.users.set_disabled(t, u, None).await.unwrap());
                }
            }
        }
        let stands = what == "nothing";
        assert_eq!(find(&world, "secret", 2).await.is_some(), stands, "{what}");
        let expected = if stands { EmailChanged::Done } else { EmailChanged::Dead };
        assert_eq!(complete(&world, "secret", "undo", 2).await, expected, "{what}");
    }
    let world = world(store, "nobody").await;
    for (tenant, user_id) in [(&world.tenant, "nobody"), (&TenantId::new("else"), "user")] {
        let new = NewEmailChange { ..email_change(user_id, NEW, "secret") };
        assert!(!store.email_changes.begin(tenant, new, mail("wanted"), at(0)).await.unwrap());
    }
}

/// An address that another account has proven meanwhile, or that is the name of another, is nobody else's.
pub async fn taken(store: &Store) {
    let world = world(store, "acme").await;
    assert!(begin(&world, NEW, "secret", 0).await);
    let other = store.users.create(&world.tenant, user_at("other", NEW), None).await.unwrap();
    assert_eq!(other, Created::Yes);
    assert_eq!(complete(&world, "secret", "undo", 1).await, EmailChanged::AddressTaken);
    let named = User { username: "third@else.test".to_owned(), ..user("third") };
    assert_eq!(store.users.create(&world.tenant, named, None).await.unwrap(), Created::Yes);
    assert!(begin(&world, "third@else.test", "secret", 1).await);
    assert_eq!(complete(&world, "secret", "undo", 2).await, EmailChanged::AddressTaken);
    assert_eq!(address(&world).await.as_deref(), Some("user@example.com"));
    assert!(!can_be_undone(&world, "undo", 2).await && !mails(store).await.contains(&"changed".to_owned()));
}

/// Whoever reads the old address has it back, and the name with it; everything ends, and a new password is the way in.
pub async fn undone(store: &Store) {
    let world = world(store, "acme").await;
    let (t, u) = (&world.tenant, &world.user);
    assert!(begin(&world, NEW, "secret", 0).await);
    let (name, old) = (Some("renamed".to_owned()), Some(email_undo("undo")));
    let done = store.email_changes.complete(t, hash("secret"), name, old, at(1)).await.unwrap();
    assert_eq!((done, found(&world).await.username.as_str()), (EmailChanged::Done, "renamed"));
    // Neither a new password nor another change under way keeps it from being undone.
    assert!(store.credentials.set_password(t, u, "the intruder's".to_owned(), at(2)).await.unwrap());
    assert!(begin(&world, "next@else.test", "next", 2).await);
    store.sessions.begin(t, hash("handle"), session("sid"), at(2)).await.unwrap();
    assert!(store.sessions.find(t, hash("handle"), at(-1), at(3)).await.unwrap().is_some());
    let standing = store.email_changes.find_undo(t, hash("undo"), at(99)).await.unwrap().unwrap();
    assert_eq!((&*standing.address, &standing.user.user_id), ("user@example.com", u));
    assert_eq!(undo(&world, "undo", 100).await, EmailRestored::Dead, "a while, and no longer");
    assert_eq!(undo(&world, "other", 3).await, EmailRestored::Dead);
    assert_eq!(address(&world).await.as_deref(), Some(NEW));
    assert_eq!(undo(&world, "undo", 3).await, EmailRestored::Done(u.clone()));
    let user = found(&world).await;
    let is_back = (user.claims.email.as_deref(), user.claims.email_verified, user.username.as_str());
    assert_eq!(is_back, (Some("user@example.com"), Some(true), "user"));
    assert_eq!(store.credentials.password(t, u).await.unwrap(), None);
    assert_eq!(store.sessions.find(t, hash("handle"), at(-1), at(3)).await.unwrap(), None);
    assert_eq!(find(&world, "next", 3).await, None);
    assert!(mails(store).await.ends_with(&["restored".to_owned()]));
    let challenges = &store.email_challenges;
    let way = challenges.find(t, EmailPurpose::ResetPassword, hash("reset"), at(4)).await.unwrap();
    assert_eq!(way.map(|way| way.address).as_deref(), Some("user@example.com"));
    assert_eq!(undo(&world, "undo", 4).await, EmailRestored::Dead, "once");
}

/// However often the address was changed since: each of those before may be restored, and then none of the others.
pub async fn undone_after_others(store: &Store) {
    let world = world(store, "acme").await;
    change(&world, "b@else.test", "to the first", 0).await;
    change(&world, "c@else.test", "to b", 1).await;
    assert!(can_be_undone(&world, "to b", 2).await);
    assert_eq!(undo(&world, "to the first", 2).await, EmailRestored::Done(world.user.clone()));
    assert_eq!(undo(&world, "to b", 2).await, EmailRestored::Dead);
    assert_eq!(address(&world).await.as_deref(), Some("user@example.com"));

    change(&world, "b@else.test", "once more", 3).await;
    let other = store.users.create(&world.tenant, user_at("other", "user@example.com"), None).await.unwrap();
    assert_eq!(other, Created::Yes);
    assert_eq!(undo(&world, "once more", 4).await, EmailRestored::AddressTaken);
    // An operator has seen to it.
    let version = found(&world).await.version;
    let helped = User { version, ..user_at("user", "helped@example.com") };
    assert_eq!(store.users.update(&world.tenant, version, helped).await.unwrap(), Update::Updated);
    assert_eq!(undo(&world, "once more", 4).await, EmailRestored::Dead);
}

/// The first address is never pushed out: there are no more changes until one has expired.
pub async fn not_without_end(store: &Store) {
    let world = world(store, "acme").await;
    for n in 0..MOST_UNDOS {
        change(&world, &format!("{n}@else.test"), &format!("undo {n}"), 0).await;
    }
    assert!(begin(&world, NEW, "secret", 1).await);
    assert_eq!(complete(&world, "secret", "one too many", 1).await, EmailChanged::TooMany);
    assert!(find(&world, "secret", 1).await.is_some(), "it stands");
    assert_eq!(undo(&world, "undo 0", 2).await, EmailRestored::Done(world.user.clone()));
    assert_eq!(address(&world).await.as_deref(), Some("user@example.com"));
}

/// Of many callers one changes it.
pub async fn spent_once(store: &Store) {
    let world = Arc::new(world(store, "acme").await);
    assert!(begin(&world, NEW, "secret", 0).await);
    let done = race(&world, |world, n| async move {
        let (changes, undo) = (&world.store.email_changes, Some(email_undo(&format!("undo {n}"))));
        changes.complete(&world.tenant, hash("secret"), None, undo, at(1)).await
    });
    let done = done.await;
    assert_eq!(done.iter().filter(|done| **done == EmailChanged::Done).count(), 1, "{done:?}");
    assert_eq!(done.iter().filter(|done| **done == EmailChanged::Dead).count(), done.len() - 1, "{done:?}");
    assert_eq!(store.raw.count("email_undos", world.tenant.as_str()).await.unwrap(), 1);
    assert_eq!(mails(store).await, ["wanted", "changed"]);
}

/// Of many callers one has it back.
pub async fn undone_once(store: &Store) {
    let world = Arc::new(world(store, "acme").await);
    change(&world, NEW, "undo", 0).await;
    let done = race(&world, |world, n| async move {
        let way = reset(&format!("reset {n}"));
        world.store.email_changes.undo(&world.tenant, hash("undo"), way, at(1)).await
    });
    let done = done.await;
    assert_eq!(done.iter().filter(|done| **done != EmailRestored::Dead).count(), 1, "{done:?}");
    assert_eq!(address(&world).await.as_deref(), Some("user@example.com"));
    assert_eq!(mails(store).await.iter().filter(|kind| *kind == "restored").count(), 1);
}

/// What has expired is swept, and what is of a user goes with them.
pub async fn swept(store: &Store) {
    let world = world(store, "acme").await;
    change(&world, "b@else.test", "undo", 0).await;
    assert!(begin(&world, NEW, "secret", 0).await);
    let count = |table| store.raw.count(table, world.tenant.as_str());
    for (now, left) in [(49, (1, 1)), (50, (0, 1)), (100, (0, 0))] {
        store.maintenance.sweep(at(now), 99).await.unwrap();
        let counted = (count("email_changes").await.unwrap(), count("email_undos").await.unwrap());
        assert_eq!(counted, left, "at {now}");
    }
    change(&world, "c@else.test", "undo", 0).await;
    let challenge =
        crate::NewEmailChallenge { address: "c@else.test".to_owned(), ..email_challenge("user", "reset") };
    assert!(store.email_challenges.begin(&world.tenant, challenge, mail("reset"), at(0)).await.unwrap());
    assert!(store.users.delete(&world.tenant, &world.user, at(1)).await.unwrap());
    for table in ["email_changes", "email_undos", "email_challenges"] {
        assert_eq!(count(table).await.unwrap(), 0, "{table}");
    }
}
