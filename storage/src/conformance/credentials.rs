//! Credentials.

use std::sync::Arc;

use credenza_protocol::ids::UserId;
use credenza_protocol::user::User;

use super::fixtures::{World, at, code, hash, mail, session, user};
use super::races::race;
use crate::{Created, PasswordChange, Store, Update};

/// The hash is read back; one who has none, or does not exist, has none.
pub async fn password(store: &Store) {
    let world = World::new(store, "acme").await;
    assert_eq!(store.users.create(&world.tenant, user("bare"), None).await.unwrap(), Created::Yes);
    assert_eq!(store.credentials.password(&world.tenant, &world.user).await.unwrap().as_deref(), Some("phc"));
    for nobody in ["bare", "nobody"] {
        assert_eq!(store.credentials.password(&world.tenant, &UserId::new(nobody)).await.unwrap(), None);
    }
}

/// ASVS 7.4.3: a new password ends the sessions and revokes the grants of that user alone.
pub async fn set_password(store: &Store) {
    let world = World::new(store, "acme").await;
    let other = World::new(store, "other").await;
    for one in [&world, &other] {
        let mut offline = code("offline");
        offline.grant.offline = true;
        one.grant(code("grant")).await;
        one.grant(offline).await;
        store.sessions.begin(&one.tenant, hash("handle"), session("sid"), at(0)).await.unwrap();
    }
    let set = |user: UserId| {
        let (store, tenant) = (store.clone(), world.tenant.clone());
        async move { store.credentials.set_password(&tenant, &user, "new".to_owned(), at(1)).await.unwrap() }
    };
    assert!(!set(UserId::new("nobody")).await);
    assert!(set(world.user.clone()).await);
    assert_eq!(store.credentials.password(&world.tenant, &world.user).await.unwrap().as_deref(), Some("new"));
    for name in ["grant", "offline"] {
        assert!(!world.lives(name, at(1)).await, "{name}");
        assert!(other.lives(name, at(1)).await, "{name}");
    }
    let found = |world: &World| {
        let (store, tenant) = (store.clone(), world.tenant.clone());
        async move { store.sessions.find(&tenant, hash("handle"), at(-1), at(1)).await.unwrap() }
    };
    assert_eq!(found(&world).await, None);
    assert!(found(&other).await.is_some());
}

/// A password that the person changes ends what they want it to end, while it is still the one that they know.
pub async fn change_password(store: &Store) {
    for everywhere in [true, false] {
        let world = World::new(store, &format!("everywhere {everywhere}")).await;
        world.grant(code("grant")).await;
        store.sessions.begin(&world.tenant, hash("handle"), session("sid"), at(0)).await.unwrap();
        // Read before, so that nothing that was kept of it outlives the change.
        let handle = || store.sessions.find(&world.tenant, hash("handle"), at(-1), at(1));
        assert!(handle().await.unwrap().is_some());
        let change = |old: &str, user: UserId| {
            let (old, new, notice) = (old.to_owned(), "new".to_owned(), Some(mail("notice")));
            let change = PasswordChange { old, new, everywhere, notice };
            let (store, tenant) = (store.clone(), world.tenant.clone());
            async move { store.credentials.change_password(&tenant, &user, change, at(1)).await.unwrap() }
        };
        assert!(!change("other", world.user.clone()).await && !change("phc", UserId::new("nobody")).await);
        let mails = async || {
            store
                .mails
                .due(99, at(2))
                .await
                .unwrap()
                .iter()
                .filter(|mail| mail.tenant_id == world.tenant)
                .count()
        };
        assert!(handle().await.unwrap().is_some() && mails().await == 0);
        assert!(change("phc", world.user.clone()).await);
        assert!(!change("phc", world.user.clone()).await, "it is another one");
        let password = store.credentials.password(&world.tenant, &world.user).await.unwrap();
        assert_eq!((password.as_deref(), mails().await), (Some("new"), 1));
        assert_eq!(handle().await.unwrap().is_none(), everywhere);
        assert_eq!(world.lives("grant", at(1)).await, !everywhere);
        assert!(store.users.set_disabled(&world.tenant, &world.user, Some(at(1))).await.unwrap());
        assert!(!change("new", world.user.clone()).await, "nobody who is disabled");
    }
}

/// Of many callers one changes the password.
pub async fn changed_once(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    let changed = race(&world, |world, n| async move {
        let (old, new) = ("phc".to_owned(), format!("{n}"));
        let change = PasswordChange { old, new, everywhere: n % 2 == 0, notice: None };
        let changed =
            world.store.credentials.change_password(&world.tenant, &world.user, change, at(1)).await?;
        Ok(changed.then(|| n.to_string()))
    });
    let changed: Vec<_> = changed.await.into_iter().flatten().collect();
    assert_eq!(changed.len(), 1);
    let password = store.credentials.password(&world.tenant, &world.user).await.unwrap();
    assert_eq!(password, changed.first().cloned(), "and it is theirs");
}

/// A stronger hash of the same password ends nothing, and does not undo a change made meanwhile.
pub async fn upgrade_hash(store: &Store) {
    let world = World::new(store, "acme").await;
    world.grant(code("grant")).await;
    let upgrade = |old: &'static str, new: &'static str| {
        let world = &world;
        async move {
            let credentials = &world.store.credentials;
            credentials.upgrade_hash(&world.tenant, &world.user, old, new.to_owned(), at(1)).await.unwrap()
        }
    };
    assert!(!upgrade("other", "wrong").await);
    assert!(upgrade("phc", "stronger").await);
    assert!(!upgrade("phc", "wrong").await);
    let now = store.credentials.password(&world.tenant, &world.user).await.unwrap();
    assert_eq!(now.as_deref(), Some("stronger"));
    assert!(world.lives("grant", at(1)).await);
}

/// A change of the password is required until the person has made one; an operator's new password is none.
pub async fn change_required(store: &Store) {
    let world = World::new(store, "acme").await;
    let required = async || {
        store.users.find(&world.tenant, &world.user).await.unwrap().unwrap().password_change_required
    };
    let require = |user: UserId| {
        let (store, tenant) = (store.clone(), world.tenant.clone());
        async move { store.credentials.require_password_change(&tenant, &user).await.unwrap() }
    };
    store.sessions.begin(&world.tenant, hash("handle"), session("sid"), at(0)).await.unwrap();
    assert!(!required().await && !require(UserId::new("nobody")).await);
    assert!(require(world.user.clone()).await && !require(world.user.clone()).await, "it is already");
    assert!(required().await);
    let handle = store.sessions.find(&world.tenant, hash("handle"), at(-1), at(1)).await.unwrap();
    assert!(handle.unwrap().user.password_change_required, "who is signed in stays so");
    let stale = store.users.find(&world.tenant, &world.user).await.unwrap().unwrap();
    assert!(
        store.credentials.set_password(&world.tenant, &world.user, "given".to_owned(), at(1)).await.unwrap()
    );
    assert!(required().await);
    let change =
        PasswordChange { old: "given".to_owned(), new: "own".to_owned(), everywhere: true, notice: None };
    assert!(store.credentials.change_password(&world.tenant, &world.user, change, at(2)).await.unwrap());
    assert!(!required().await);
    let update = store.users.update(&world.tenant, stale.version, stale.clone()).await.unwrap();
    assert_eq!(update, Update::Stale, "who has read it before does not ask for it again");
    let user = store.users.find(&world.tenant, &world.user).await.unwrap().unwrap();
    let asked = User { password_change_required: true, ..user };
    let update = store.users.update(&world.tenant, asked.version, asked.clone()).await.unwrap();
    assert!(update == Update::Updated && required().await);
}
