//! Groups.

use credenza_protocol::ids::{GroupId, UserId};
use credenza_protocol::version::Version;

use super::fixtures::{World, at, group, user};
use crate::{Created, Linked, Store, Update};

/// A name is unique in a tenant, whatever its case, and every field is read back.
pub async fn created_once(store: &Store) {
    let world = World::new(store, "acme").await;
    let mut full = group("id");
    full.name = "Ärzte & Pflege".to_owned();
    full.description = "Who may see\u{1f600}".to_owned();
    full.updated_at = at(2);
    assert!(store.groups.create(&world.tenant, full.clone()).await.unwrap());
    for name in ["ärzte & pflege", "ÄRZTE & PFLEGE", " Ärzte & Pflege "] {
        let mut twin = group("twin");
        twin.name = name.to_owned();
        assert!(!store.groups.create(&world.tenant, twin).await.unwrap(), "{name:?}");
        let found = store.groups.find_by_name(&world.tenant, name).await.unwrap();
        assert_eq!(found.as_ref(), Some(&full), "{name:?}");
    }
    let mut twin = group("id");
    twin.name = "another name".to_owned();
    assert!(!store.groups.create(&world.tenant, twin).await.unwrap(), "the id is taken");
    assert_eq!(store.groups.find(&world.tenant, &full.group_id).await.unwrap(), Some(full.clone()));
    assert_eq!(store.groups.find(&world.tenant, &GroupId::new("twin")).await.unwrap(), None);
    let other = World::new(store, "other").await;
    assert!(store.groups.create(&other.tenant, full).await.unwrap());
    let mut long = group("long");
    long.name = "\u{1f600}".repeat(255);
    assert!(store.groups.create(&other.tenant, long.clone()).await.unwrap());
    assert_eq!(store.groups.find(&other.tenant, &long.group_id).await.unwrap(), Some(long));
}

/// Listed by id, in pages.
pub async fn listed_in_pages(store: &Store) {
    let world = World::new(store, "acme").await;
    for id in ["c", "a", "b"] {
        assert!(store.groups.create(&world.tenant, group(id)).await.unwrap());
    }
    assert_eq!(store.groups.list(&world.tenant, None, 2).await.unwrap(), [group("a"), group("b")]);
    let after = GroupId::new("b");
    assert_eq!(store.groups.list(&world.tenant, Some(&after), 2).await.unwrap(), [group("c")]);
}

/// Name, description and `updated_at` are replaced; not by who saw an older version.
pub async fn updated(store: &Store) {
    let world = World::new(store, "acme").await;
    for id in ["one", "other"] {
        assert!(store.groups.create(&world.tenant, group(id)).await.unwrap());
    }
    let mut new = group("one");
    new.name = "ONE".to_owned();
    new.description = "first".to_owned();
    new.created_at = at(5);
    new.updated_at = at(6);
    let update = async |version, group: &credenza_protocol::group::Group| {
        store.groups.update(&world.tenant, version, group.clone()).await.unwrap()
    };
    assert_eq!(update(Version::FIRST, &new).await, Update::Updated);
    new.created_at = at(0);
    new.version = Version::FIRST.next();
    assert_eq!(update(Version::FIRST, &group("one")).await, Update::Stale);
    assert_eq!(store.groups.find(&world.tenant, &new.group_id).await.unwrap(), Some(new.clone()));
    let mut taken = new.clone();
    taken.name = "Other".to_owned();
    assert_eq!(update(new.version, &taken).await, Update::NameTaken);
    assert_eq!(store.groups.find_by_name(&world.tenant, "one").await.unwrap(), Some(new));
    assert_eq!(update(Version::FIRST, &group("nobody")).await, Update::Absent);
}

/// People come and go; who is not there, or no group, is said.
pub async fn members(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, staff) = (&world.tenant, &group("staff").group_id);
    for id in ["a", "b"] {
        assert_eq!(store.users.create(t, user(id), None).await.unwrap(), Created::Yes);
    }
    for id in ["staff", "admins"] {
        assert!(store.groups.create(t, group(id)).await.unwrap());
    }
    let (a, b, nobody) = (UserId::new("a"), UserId::new("b"), UserId::new("nobody"));
    assert_eq!(store.groups.add(t, staff, &b).await.unwrap(), Linked::Now);
    assert_eq!(store.groups.add(t, staff, &b).await.unwrap(), Linked::Before);
    assert_eq!(store.groups.add(t, staff, &a).await.unwrap(), Linked::Now);
    assert_eq!(store.groups.add(t, staff, &nobody).await.unwrap(), Linked::Absent);
    assert_eq!(store.groups.add(t, &GroupId::new("none"), &a).await.unwrap(), Linked::Absent);
    assert_eq!(store.groups.add(t, &GroupId::new("admins"), &a).await.unwrap(), Linked::Now);
    assert_eq!(store.groups.members(t, staff, None, 1).await.unwrap(), [user("a")]);
    assert_eq!(store.groups.members(t, staff, Some(&a), 9).await.unwrap(), [user("b")]);
    assert_eq!(store.groups.of_user(t, &a).await.unwrap(), [group("admins"), group("staff")]);
    assert!(store.groups.remove(t, staff, &a).await.unwrap());
    assert!(!store.groups.remove(t, staff, &a).await.unwrap());
    assert_eq!(store.groups.of_user(t, &a).await.unwrap(), [group("admins")]);
    assert_eq!(store.groups.members(t, staff, None, 9).await.unwrap(), [user("b")]);
}

/// Nobody is in a group that was deleted, nor is one who was deleted in any, even if they are made again with the same id.
pub async fn deleted(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, staff) = (&world.tenant, &group("staff").group_id);
    for id in ["staff", "admins"] {
        assert!(store.groups.create(t, group(id)).await.unwrap());
        assert_eq!(store.groups.add(t, &GroupId::new(id), &world.user).await.unwrap(), Linked::Now);
    }
    assert!(store.groups.delete(t, staff).await.unwrap());
    assert!(!store.groups.delete(t, staff).await.unwrap());
    assert_eq!(store.groups.find(t, staff).await.unwrap(), None);
    assert_eq!(store.groups.of_user(t, &world.user).await.unwrap(), [group("admins")]);
    assert!(store.groups.create(t, group("staff")).await.unwrap());
    assert!(store.groups.members(t, staff, None, 9).await.unwrap().is_empty());
    assert!(store.users.delete(t, &world.user, at(1)).await.unwrap());
    assert_eq!(store.users.create(t, user("user"), None).await.unwrap(), Created::Yes);
    assert!(store.groups.of_user(t, &world.user).await.unwrap().is_empty());
}
