//! What was mailed to people for them to prove that they read it.

use std::sync::Arc;

use credenza_protocol::ids::{TenantId, UserId};

use super::fixtures::{World, at, email_challenge, hash, mail, session, user};
use super::races::race;
use crate::{EmailChallenge, EmailPurpose, Store, Update};

const PURPOSE: EmailPurpose = EmailPurpose::ResetPassword;

async fn begin(world: &World, secret: &str, now: i64) -> bool {
    let challenges = &world.store.email_challenges;
    challenges.begin(&world.tenant, email_challenge("user", secret), mail("reset"), at(now)).await.unwrap()
}

async fn find(world: &World, secret: &str, now: i64) -> Option<EmailChallenge> {
    world.store.email_challenges.find(&world.tenant, PURPOSE, hash(secret), at(now)).await.unwrap()
}

async fn reset(world: &World, secret: &str, now: i64) -> Option<UserId> {
    let challenges = &world.store.email_challenges;
    let (password, notice) = (format!("hash of {secret}"), mail("notice"));
    challenges.reset_password(&world.tenant, hash(secret), password, notice, at(now)).await.unwrap()
}

async fn password(world: &World) -> Option<String> {
    world.store.credentials.password(&world.tenant, &world.user).await.unwrap()
}

async fn mails(store: &Store) -> Vec<String> {
    store.mails.due(99, at(99)).await.unwrap().into_iter().map(|mail| mail.kind).collect()
}

/// It is found while it is good, by its secret alone, and spent once; sessions and grants end with it.
pub async fn stands(store: &Store) {
    let world = World::new(store, "acme").await;
    store.sessions.begin(&world.tenant, hash("handle"), session("sid"), at(0)).await.unwrap();
    // Read before, so that nothing that was kept of it outlives the reset.
    let handle = || store.sessions.find(&world.tenant, hash("handle"), at(-1), at(1));
    assert!(handle().await.unwrap().is_some());
    assert!(begin(&world, "secret", 0).await);
    assert_eq!(mails(store).await, ["reset"]);
    let of_user = |now| store.email_challenges.of_user(&world.tenant, &world.user, at(now));
    let (pending, late) = (of_user(49).await.unwrap(), of_user(50).await.unwrap());
    assert_eq!((pending.len(), &*pending[0].purpose, late.len()), (1, "reset_password", 0));
    for _ in 0..2 {
        let found = find(&world, "secret", 49).await.unwrap();
        assert_eq!((found.user, &*found.address), (user("user"), "user@example.com"));
        assert_eq!(found.request.as_deref(), Some("request"));
    }
    for (secret, now) in [("secret", 50), ("other", 1), ("", 1)] {
        assert_eq!(find(&world, secret, now).await, None, "{secret} at {now}");
        assert_eq!(reset(&world, secret, now).await, None, "{secret} at {now}");
    }
    assert_eq!(password(&world).await.as_deref(), Some("phc"), "as before");
    assert_eq!(reset(&world, "secret", 49).await, Some(world.user.clone()));
    assert_eq!(password(&world).await.as_deref(), Some("hash of secret"));
    assert!(store.sessions.list(&world.tenant, &world.user, at(1)).await.unwrap().is_empty());
    assert_eq!(handle().await.unwrap(), None);
    assert_eq!(mails(store).await, ["reset", "notice"]);
    assert_eq!((find(&world, "secret", 49).await, reset(&world, "secret", 49).await), (None, None), "once");
}

/// A newer one takes the place of the one before.
pub async fn replaced(store: &Store) {
    let world = World::new(store, "acme").await;
    assert!(begin(&world, "first", 0).await && begin(&world, "second", 1).await);
    assert_eq!((find(&world, "first", 2).await, reset(&world, "first", 2).await), (None, None));
    assert_eq!(reset(&world, "second", 2).await, Some(world.user.clone()));
    assert_eq!(mails(store).await.len(), 3);
}

/// Nobody who is not there, is disabled, or has another address.
pub async fn of_who_may_not_have_one(store: &Store) {
    let world = World::new(store, "acme").await;
    let challenges = &store.email_challenges;
    let elsewhere = crate::NewEmailChallenge {
        address: "other@example.com".to_owned(),
        ..email_challenge("user", "secret")
    };
    for (tenant, challenge) in [
        (world.tenant.clone(), email_challenge("nobody", "secret")),
        (TenantId::new("else"), email_challenge("user", "secret")),
        (world.tenant.clone(), elsewhere),
    ] {
        assert!(!challenges.begin(&tenant, challenge, mail("reset"), at(0)).await.unwrap());
    }
    assert!(store.users.set_disabled(&world.tenant, &world.user, Some(at(0))).await.unwrap());
    assert!(!begin(&world, "secret", 0).await);
    assert!(mails(store).await.is_empty(), "nothing is stored");
    assert!(store.users.set_disabled(&world.tenant, &world.user, None).await.unwrap());
    assert!(begin(&world, "secret", 0).await);
}

/// A new password, another address, a user who is disabled, or deleted and made anew: each ends it.
pub async fn dies(store: &Store) {
    for change in ["nothing", "password", "address", "disabled", "enabled again", "deleted"] {
        let world = World::new(store, change).await;
        assert!(begin(&world, "secret", 0).await);
        let (t, u) = (&world.tenant, &world.user);
        match change {
            "nothing" => {}
            "password" => {
                assert!(store.credentials.set_password(t, u, "new".to_owned(), at(1)).await.unwrap())
            }
            "address" => {
                let mut changed = user("user");
                changed.claims.email = Some("other@example.com".to_owned());
                let version = changed.version;
                assert_eq!(store.users.update(t, version, changed).await.unwrap(), Update::Updated);
            }
            "deleted" => {
                assert!(store.users.delete(t, u, at(1)).await.unwrap());
                assert_eq!(store.raw.count("email_challenges", t.as_str()).await.unwrap(), 0);
                let made = store.users.create(t, user("user"), None).await.unwrap();
                assert_eq!(made, crate::Created::Yes);
            }
            _ => {
                assert!(store.users.set_disabled(t, u, Some(at(1))).await.unwrap());
                if change != "disabled" {
                    assert!(store.users.set_disabled(t, u, None).await.unwrap());
                }
            }
        }
        let stands = change == "nothing";
        assert_eq!(find(&world, "secret", 2).await.is_some(), stands, "{change}");
        assert_eq!(reset(&world, "secret", 2).await.is_some(), stands, "{change}");
    }
}

/// Of many callers one resets the password.
pub async fn spent_once(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    for round in 0..4 {
        let secret = format!("secret {round}");
        assert!(begin(&world, &secret, 0).await);
        let done = race(&world, |world, n| {
            let secret = secret.clone();
            async move {
                let challenges = &world.store.email_challenges;
                let (password, notice) = (format!("{n}"), mail("notice"));
                let done = challenges.reset_password(&world.tenant, hash(&secret), password, notice, at(1));
                Ok(done.await?.map(|_| n.to_string()))
            }
        });
        let done: Vec<_> = done.await.into_iter().flatten().collect();
        assert_eq!(done.len(), 1);
        assert_eq!(password(&world).await, done.first().cloned(), "and it is theirs");
    }
    assert_eq!(mails(store).await.iter().filter(|kind| *kind == "notice").count(), 4);
}

/// What has expired is swept, and what goes with a tenant.
pub async fn swept(store: &Store) {
    let world = World::new(store, "acme").await;
    assert!(begin(&world, "secret", 0).await);
    store.maintenance.sweep(at(49), 99).await.unwrap();
    assert!(find(&world, "secret", 49).await.is_some());
    store.maintenance.sweep(at(50), 99).await.unwrap();
    assert_eq!(store.raw.count("email_challenges", world.tenant.as_str()).await.unwrap(), 0);
}
