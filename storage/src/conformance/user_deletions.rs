//! Accounts that are to be deleted.

use std::sync::Arc;

use credenza_protocol::ids::UserId;

use super::fixtures::{World, at, code, hash, mail, session};
use super::races::{CALLERS, race, winners};
use crate::{Expected, NewUserDeletion, Store, Update, UserDeletion};

/// The deletion of the fixtures: asked for at the beginning, due after 100 seconds, with a reminder after 60.
fn deletion(secret: &str) -> NewUserDeletion {
    NewUserDeletion {
        user_id: UserId::new("user"),
        deletes_at: at(100),
        own: true,
        secret: Some(hash(secret)),
        reminds_at: Some(at(60)),
        lang: "de".to_owned(),
    }
}

async fn schedule(world: &World, new: NewUserDeletion) -> Update {
    let deletions = &world.store.user_deletions;
    deletions.schedule(&world.tenant, new, Expected::Any, Some(mail("deletion")), at(0)).await.unwrap()
}

async fn find(world: &World) -> Option<UserDeletion> {
    world.store.user_deletions.find(&world.tenant, &world.user).await.unwrap()
}

async fn cancel(world: &World) -> bool {
    world.store.user_deletions.cancel(&world.tenant, &world.user, at(1)).await.unwrap()
}

async fn is_enabled(world: &World) -> bool {
    let user = world.store.users.find(&world.tenant, &world.user).await.unwrap();
    user.unwrap().disabled_at.is_none()
}

/// It ends what was signed in and granted; the account can do nothing, and is back when it is kept, but for that.
pub async fn scheduled_and_kept(store: &Store) {
    let world = World::new(store, "acme").await;
    let other = World::new(store, "other").await;
    for one in [&world, &other] {
        one.grant(code("grant")).await;
        store.sessions.begin(&one.tenant, hash("handle"), session("sid"), at(0)).await.unwrap();
    }
    let handle = |world: &World| {
        let (store, tenant) = (store.clone(), world.tenant.clone());
        async move { store.sessions.find(&tenant, hash("handle"), at(-1), at(1)).await.unwrap() }
    };
    assert!(handle(&world).await.is_some());
    assert_eq!((find(&world).await, cancel(&world).await), (None, false));
    let nobody = NewUserDeletion { user_id: UserId::new("nobody"), ..deletion("x") };
    assert_eq!(schedule(&world, nobody).await, Update::Absent);
    assert_eq!(schedule(&world, deletion("secret")).await, Update::Updated);
    assert_eq!(handle(&world).await, None);
    assert!(!world.lives("grant", at(1)).await && !is_enabled(&world).await);
    assert!(handle(&other).await.is_some() && other.lives("grant", at(1)).await && is_enabled(&other).await);
    let found = find(&world).await.unwrap();
    assert_eq!((&*found.username, found.requested_at, found.deletes_at), ("user", at(0), at(100)));
    assert_eq!((&*found.lang, found.reminds_at, found.is_up_to_them()), ("de", Some(at(60)), true));
    let by_secret = |world: &World, secret: &str| {
        let (store, tenant, secret) = (store.clone(), world.tenant.clone(), hash(secret));
        async move { store.user_deletions.find_by_secret(&tenant, secret).await.unwrap() }
    };
    assert_eq!(by_secret(&world, "secret").await, Some(found.clone()));
    assert_eq!((by_secret(&world, "other").await, by_secret(&other, "secret").await), (None, None));
    let list = |after: Option<UserId>| {
        let (store, tenant) = (store.clone(), world.tenant.clone());
        async move { store.user_deletions.list(&tenant, after.as_ref(), 9).await.unwrap() }
    };
    assert_eq!((list(None).await, list(Some(world.user.clone())).await), (vec![found], vec![]));
    assert_eq!(store.mails.due(9, at(1)).await.unwrap().len(), 1);
    assert!(!store.user_deletions.cancel(&other.tenant, &other.user, at(1)).await.unwrap());

    assert!(cancel(&world).await && !cancel(&world).await);
    assert!(is_enabled(&world).await && find(&world).await.is_none());
    assert_eq!((handle(&world).await, world.lives("grant", at(1)).await), (None, false), "that has ended");
    assert_eq!(by_secret(&world, "secret").await, None);
    assert!(!store.user_deletions.erase(&world.tenant, &world.user, at(100)).await.unwrap());
    assert!(is_enabled(&world).await);
}

/// A newer schedule takes the place of the one before, and what is expected of the version holds.
pub async fn replaced(store: &Store) {
    let world = World::new(store, "acme").await;
    let version = store.users.find(&world.tenant, &world.user).await.unwrap().unwrap().version;
    let deletions = &store.user_deletions;
    let expecting =
        |version, new| deletions.schedule(&world.tenant, new, Expected::Version(version), None, at(0));
    assert_eq!(expecting(version.next(), deletion("first")).await.unwrap(), Update::Stale);
    assert!(find(&world).await.is_none() && is_enabled(&world).await);
    assert_eq!(expecting(version, deletion("first")).await.unwrap(), Update::Updated);
    let later = NewUserDeletion { deletes_at: at(500), reminds_at: None, own: false, ..deletion("second") };
    assert_eq!(schedule(&world, later).await, Update::Updated);
    let found = find(&world).await.unwrap();
    assert_eq!((found.deletes_at, found.disabled_before, found.is_up_to_them()), (at(500), None, false));
    assert_eq!(deletions.find_by_secret(&world.tenant, hash("first")).await.unwrap(), None);
    assert!(deletions.due(9, at(100)).await.unwrap().is_empty());
    assert!(cancel(&world).await && is_enabled(&world).await);
}

/// Whoever was disabled otherwise, before or meanwhile, stays so; enabling an account keeps it.
pub async fn of_disabled(store: &Store) {
    let (before, meanwhile) = (World::new(store, "before").await, World::new(store, "meanwhile").await);
    assert!(store.users.set_disabled(&before.tenant, &before.user, Some(at(0))).await.unwrap());
    for world in [&before, &meanwhile] {
        assert_eq!(schedule(world, deletion("secret")).await, Update::Updated);
    }
    assert!(find(&meanwhile).await.unwrap().is_up_to_them());
    assert!(store.users.set_disabled(&meanwhile.tenant, &meanwhile.user, Some(at(1))).await.unwrap());
    for world in [&before, &meanwhile] {
        assert!(!find(world).await.unwrap().is_up_to_them());
        assert!(cancel(world).await && !is_enabled(world).await);
        assert!(store.users.set_disabled(&world.tenant, &world.user, None).await.unwrap());
        assert_eq!(schedule(world, deletion("again")).await, Update::Updated);
        assert!(store.users.set_disabled(&world.tenant, &world.user, None).await.unwrap());
        assert!(is_enabled(world).await && find(world).await.is_none());
    }
}

/// Each person is reminded once, of what is due; the reminder has a secret of its own beside the first.
pub async fn reminded(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    assert_eq!(schedule(&world, deletion("secret")).await, Update::Updated);
    let deletions = &store.user_deletions;
    assert!(deletions.to_remind(9, at(59)).await.unwrap().is_empty());
    let due = deletions.to_remind(9, at(60)).await.unwrap();
    let due: Vec<_> = due.into_iter().map(|(tenant, due)| (tenant, due.user_id)).collect();
    assert_eq!(due, [(world.tenant.clone(), world.user.clone())]);
    let told = winners(&world, |world, _| async move {
        let reminder = Some((hash("reminder"), mail("reminder")));
        world.store.user_deletions.remind(&world.tenant, &world.user, reminder, at(60)).await
    });
    assert_eq!(told.await, 1);
    assert!(deletions.to_remind(9, at(99)).await.unwrap().is_empty());
    let mails: Vec<_> = store.mails.due(9, at(61)).await.unwrap().into_iter().map(|mail| mail.kind).collect();
    assert_eq!(mails, ["deletion", "reminder"]);
    for secret in ["secret", "reminder"] {
        let found = deletions.find_by_secret(&world.tenant, hash(secret)).await.unwrap();
        assert_eq!(found.map(|found| found.user_id), Some(world.user.clone()), "{secret}");
    }
}

/// It is erased when it is due, and not before.
pub async fn erased(store: &Store) {
    let world = World::new(store, "acme").await;
    assert_eq!(schedule(&world, deletion("secret")).await, Update::Updated);
    let deletions = &store.user_deletions;
    let erase = |now| deletions.erase(&world.tenant, &world.user, at(now));
    assert!(deletions.due(9, at(99)).await.unwrap().is_empty() && !erase(99).await.unwrap());
    assert_eq!(deletions.due(9, at(100)).await.unwrap(), [(world.tenant.clone(), world.user.clone())]);
    assert!(store.users.find(&world.tenant, &world.user).await.unwrap().is_some());
    assert!(erase(100).await.unwrap() && !erase(100).await.unwrap());
    assert_eq!(store.users.find(&world.tenant, &world.user).await.unwrap(), None);
    assert!(deletions.due(9, at(100)).await.unwrap().is_empty() && !cancel(&world).await);
}

/// Of many who keep an account and many who erase it at the same moment, one does, and the account is what that one made it.
pub async fn one_keeps_or_erases(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    assert_eq!(schedule(&world, deletion("secret")).await, Update::Updated);
    let done = race(&world, |world, n| async move {
        let deletions = &world.store.user_deletions;
        let (t, u) = (&world.tenant, &world.user);
        let done = match n % 2 {
            0 => deletions.cancel(t, u, at(100)).await?,
            _ => deletions.erase(t, u, at(100)).await?,
        };
        Ok(done.then_some(n % 2))
    });
    let done: Vec<_> = done.await.into_iter().flatten().collect();
    assert_eq!(done.len(), 1, "of {CALLERS}");
    let user = store.users.find(&world.tenant, &world.user).await.unwrap();
    assert_eq!(user.map(|user| user.disabled_at), (done == [0]).then_some(None));
}
