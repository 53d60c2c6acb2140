//! Changes of what somebody has read: they are made to that version, or not at all, and of many one is.

use std::sync::Arc;

use credenza_protocol::admin_roles::{Assignment, Role};
use credenza_protocol::ids::{KeyId, TenantId, UserId};
use credenza_protocol::version::Version;

use super::fixtures::{World, at, client, group, key, tenant, user};
use super::races::{CALLERS, race};
use crate::{ClientRecord, Created, Expected, Granted, Result, Rights, Store, StoreError, Update, acting_by};

const FIRST: Expected = Expected::Version(Version::FIRST);

fn next() -> Expected {
    Expected::Version(Version::FIRST.next())
}

/// A user.
pub async fn users(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, u) = (&world.tenant, &world.user);
    assert_eq!(store.users.set_disabled_at(t, u, next(), Some(at(1))).await.unwrap(), Update::Stale);
    assert_eq!(store.users.find(t, u).await.unwrap(), Some(user("user")));
    assert_eq!(store.users.set_disabled_at(t, u, FIRST, Some(at(1))).await.unwrap(), Update::Updated);
    assert_eq!(store.users.set_disabled_at(t, u, FIRST, None).await.unwrap(), Update::Stale);
    assert_eq!(store.users.set_disabled_at(t, u, Expected::Any, None).await.unwrap(), Update::Updated);
    assert_eq!(store.users.delete_at(t, u, next(), at(1)).await.unwrap(), Update::Stale);
    assert!(store.credentials.password(t, u).await.unwrap().is_some(), "nothing of theirs is gone");
    let third = Expected::Version(Version::FIRST.next().next());
    assert_eq!(store.users.delete_at(t, u, third, at(1)).await.unwrap(), Update::Updated);
    assert_eq!(store.users.delete_at(t, u, third, at(1)).await.unwrap(), Update::Absent);
    assert_eq!(store.users.set_disabled_at(t, u, third, None).await.unwrap(), Update::Absent);
}

/// A client.
pub async fn clients(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, c) = (&world.tenant, &world.client);
    let revision = store.maintenance.revision("acme").await.unwrap();
    assert_eq!(store.clients.set_disabled_at(t, c, next(), Some(at(1))).await.unwrap(), Update::Stale);
    assert_eq!(store.clients.delete_at(t, c, next(), at(1)).await.unwrap(), Update::Stale);
    assert_eq!(store.maintenance.revision("acme").await.unwrap(), revision);
    assert_eq!(store.clients.set_disabled_at(t, c, FIRST, Some(at(1))).await.unwrap(), Update::Updated);
    assert_eq!(store.clients.delete_at(t, c, FIRST, at(1)).await.unwrap(), Update::Stale);
    assert_eq!(store.clients.delete_at(t, c, next(), at(1)).await.unwrap(), Update::Updated);
    assert_eq!(store.clients.delete_at(t, c, Expected::Any, at(1)).await.unwrap(), Update::Absent);
    assert_eq!(store.clients.set_disabled_at(t, c, FIRST, None).await.unwrap(), Update::Absent);
}

/// One of the id of a client that was deleted is another client: whoever has read the old one changes nothing of it.
pub async fn a_client_made_anew(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, c) = (&world.tenant, &world.client);
    let mut seen = vec![];
    for round in 0..3 {
        let found = store.clients.find(t, c).await.unwrap().unwrap();
        let again = ClientRecord { updated_at: at(round), ..found.clone() };
        assert_eq!(store.clients.update(t, found.version, again).await.unwrap(), Update::Updated);
        seen.extend([found.version, found.version.next()]);
        assert!(store.clients.delete(t, c, at(1)).await.unwrap());
        let first = store.clients.create_at(t, client("client")).await.unwrap().unwrap();
        let found = store.clients.find(t, c).await.unwrap().unwrap();
        assert_eq!(found, ClientRecord { version: first, ..client("client") });
        for version in &seen {
            let old = Expected::Version(*version);
            assert_eq!(store.clients.update(t, *version, client("client")).await.unwrap(), Update::Stale);
            assert_eq!(store.clients.set_disabled_at(t, c, old, Some(at(1))).await.unwrap(), Update::Stale);
            assert_eq!(store.clients.delete_at(t, c, old, at(1)).await.unwrap(), Update::Stale);
        }
    }
    assert_eq!(store.clients.create_at(t, client("client")).await.unwrap(), None);
    // What is deleted in one tenant is nothing to another.
    let other = World::new(store, "other").await;
    let found = store.clients.find(&other.tenant, &other.client).await.unwrap().unwrap();
    assert_eq!(found.version, Version::FIRST);
}

/// Some delete the client and make it anew, others change what they have read: no change is made to another one than that.
pub async fn clients_made_anew_at_once(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    // Its name says what it was made as, and so does `created_at`, which no update changes.
    let made = |n: i64| {
        let mut record = client("client");
        record.client.client_name = n.to_string();
        record.created_at = at(n);
        record
    };
    let is_whole =
        |record: &ClientRecord| record.created_at == at(record.client.client_name.parse().unwrap());
    assert!(store.clients.delete(&world.tenant, &world.client, at(1)).await.unwrap());
    assert!(store.clients.create(&world.tenant, made(1000)).await.unwrap());
    let answers = race(&world, |world, n| async move {
        let (clients, t, c) = (&world.store.clients, &world.tenant, &world.client);
        let mut changes = 0;
        for round in 0..4_i64 {
            if n % 4 == 0 {
                let _there = done(clients.delete(t, c, at(1)).await)?;
                let _made = done(clients.create(t, made(i64::try_from(n).unwrap() * 10 + round)).await)?;
                continue;
            }
            let Some(read) = clients.find(t, c).await? else { continue };
            assert!(is_whole(&read), "{read:?}");
            tokio::task::yield_now().await;
            let updated = done(clients.update(t, read.version, read).await)?;
            changes += usize::from(updated == Some(Update::Updated));
        }
        Ok(changes)
    });
    let changes: usize = answers.await.into_iter().sum();
    let _made = store.clients.create(&world.tenant, made(2000)).await.unwrap();
    let left = store.clients.find(&world.tenant, &world.client).await.unwrap();
    let left = left.unwrap();
    assert!(is_whole(&left), "after {changes} changes: {left:?}");
    let again = ClientRecord { updated_at: at(9), ..left.clone() };
    let updated = store.clients.update(&world.tenant, left.version, again).await.unwrap();
    assert_eq!(updated, Update::Updated, "positive control");
}

/// What a call did; `None` if MariaDB ended its transaction, which then has done nothing, because it and another waited for
/// each other: they do where many make what others delete.
fn done<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Err(StoreError::Failed(why)) if why.contains("Deadlock found") => Ok(None),
        result => result.map(Some),
    }
}

/// A group, with who is in it.
pub async fn groups(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, staff) = (&world.tenant, group("staff"));
    assert!(store.groups.create(t, staff.clone()).await.unwrap());
    let _ = store.groups.add(t, &staff.group_id, &world.user).await.unwrap();
    assert_eq!(store.groups.delete_at(t, &staff.group_id, next()).await.unwrap(), Update::Stale);
    assert_eq!(store.groups.members(t, &staff.group_id, None, 9).await.unwrap().len(), 1);
    assert_eq!(store.groups.delete_at(t, &staff.group_id, FIRST).await.unwrap(), Update::Updated);
    assert_eq!(store.groups.delete_at(t, &staff.group_id, FIRST).await.unwrap(), Update::Absent);
}

/// A tenant.
pub async fn tenants(store: &Store) {
    let world = World::new(store, "acme").await;
    let t = &world.tenant;
    assert_eq!(store.tenants.set_disabled_at(t, next(), Some(at(1))).await.unwrap(), Update::Stale);
    assert_eq!(store.tenants.delete_at(t, next()).await.unwrap(), Update::Stale);
    assert_eq!(store.tenants.find("acme").await.unwrap(), Some(tenant("acme")));
    assert!(store.users.find(t, &world.user).await.unwrap().is_some());
    assert_eq!(store.tenants.set_disabled_at(t, FIRST, Some(at(1))).await.unwrap(), Update::Updated);
    assert_eq!(store.tenants.delete_at(t, FIRST).await.unwrap(), Update::Stale);
    assert_eq!(store.tenants.delete_at(t, next()).await.unwrap(), Update::Updated);
    assert_eq!(store.tenants.delete_at(t, next()).await.unwrap(), Update::Absent);
    assert_eq!(store.tenants.set_disabled_at(t, FIRST, None).await.unwrap(), Update::Absent);
}

/// A key goes while its ring is what was read: of many that are deleted at once by whoever counts on the others, one goes.
pub async fn keys(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    let t = &world.tenant;
    let ring: Vec<_> = (0..CALLERS).map(|n| key(&format!("key {n:02}"))).collect();
    for one in &ring {
        assert!(store.keys.create(t, one.clone()).await.unwrap());
    }
    assert_eq!(store.keys.list(t).await.unwrap(), ring);
    let answers = race(&world, |world, n| {
        let ring = ring.clone();
        async move { world.store.keys.delete_in(&world.tenant, &ring[n].kid, Some(&ring)).await }
    });
    let answers = answers.await;
    assert_eq!(answers.iter().filter(|answer| **answer == Update::Updated).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|answer| matches!(answer, Update::Updated | Update::Stale)), "{answers:?}");
    let left = store.keys.list(t).await.unwrap();
    assert_eq!(left.len(), CALLERS - 1);
    let last = &left[0].kid;
    let disabled = store.keys.set_disabled_in(t, last, Some(&ring), Some(at(1))).await.unwrap();
    assert_eq!(disabled, Update::Stale);
    let disabled = store.keys.set_disabled_in(t, last, Some(&left), Some(at(1))).await.unwrap();
    assert_eq!(disabled, Update::Updated);
    assert_eq!(store.keys.delete_in(t, &KeyId::new("none"), None).await.unwrap(), Update::Absent);
}

/// Many who delete the same version: one does.
pub async fn one_deletes(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    let answers = race(&world, |world, n| async move {
        let (users, tenant, user) = (&world.store.users, &world.tenant, &world.user);
        match n % 2 {
            0 => users.delete_at(tenant, user, FIRST, at(1)).await,
            _ => users.set_disabled_at(tenant, user, FIRST, Some(at(1))).await,
        }
    });
    let answers = answers.await;
    assert_eq!(answers.iter().filter(|answer| **answer == Update::Updated).count(), 1, "{answers:?}");
}

fn owner(user_id: &str) -> Assignment {
    Assignment { user_id: UserId::new(user_id), role: Role::Owner, installation: false, created_at: at(1) }
}

fn rights(tenant: &TenantId, user_id: &str) -> Rights {
    Rights { tenant_id: tenant.clone(), user_id: UserId::new(user_id), roles: vec![owner(user_id)] }
}

/// Two owners who take each other's role, or disable each other, at the same moment: one of them stays.
pub async fn one_owner_stays(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    let t = &world.tenant;
    for name in ["ada", "bob"] {
        assert_eq!(store.users.create(t, user(name), None).await.unwrap(), Created::Yes);
        assert_eq!(store.admin_roles.grant(t, owner(name)).await.unwrap(), Granted::Yes);
    }
    let answers = race(&world, |world, n| async move {
        let (by, whom) = if n % 2 == 0 { ("ada", "bob") } else { ("bob", "ada") };
        let (by, whom) = (rights(&world.tenant, by), UserId::new(whom));
        acting_by(by, world.store.admin_roles.take(&world.tenant, &whom, Role::Owner, false)).await
    });
    let answers = answers.await;
    assert_eq!(answers.iter().filter(|answer| **answer == Update::Updated).count(), 1, "{answers:?}");
    let left = store.admin_roles.list(t).await.unwrap();
    assert_eq!(left.len(), 1);
    let (stays, gone) = if left[0] == owner("ada") { ("ada", "bob") } else { ("bob", "ada") };
    // Who has lost it gives it to nobody any more, and disables and deletes nobody; who has it does.
    let by = rights(t, gone);
    let given = acting_by(by.clone(), store.admin_roles.grant(t, owner("user"))).await.unwrap();
    assert_eq!(given, Granted::Overtaken);
    let whom = UserId::new(stays);
    let disabled = store.users.set_disabled_at(t, &whom, Expected::Any, Some(at(2)));
    assert_eq!(acting_by(by.clone(), disabled).await.unwrap(), Update::Stale);
    assert_eq!(
        acting_by(by, store.users.delete_at(t, &whom, Expected::Any, at(2))).await.unwrap(),
        Update::Stale
    );
    let by = rights(t, stays);
    let given = acting_by(by.clone(), store.admin_roles.grant(t, owner(gone))).await.unwrap();
    assert_eq!(given, Granted::Yes);
    let answers = race(&world, |world, n| async move {
        let (by, whom) = if n % 2 == 0 { ("ada", "bob") } else { ("bob", "ada") };
        let (by, whom) = (rights(&world.tenant, by), UserId::new(whom));
        let disabled = world.store.users.set_disabled_at(&world.tenant, &whom, FIRST, Some(at(3)));
        acting_by(by, disabled).await
    });
    let answers = answers.await;
    assert_eq!(answers.iter().filter(|answer| **answer == Update::Updated).count(), 1, "{answers:?}");
}
