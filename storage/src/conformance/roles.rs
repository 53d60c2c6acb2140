//! Roles.

use credenza_protocol::ids::{ClientId, TenantId, UserId};
use credenza_protocol::role::{Assignment, Holder};

use super::fixtures::{World, at, client, group, user};
use crate::{Asked, Created, Linked, Standing, Store};

fn of_user(client: &str, role: &str, user: &str) -> Assignment {
    let holder = Holder::User(UserId::new(user));
    Assignment { client_id: ClientId::new(client), role: role.to_owned(), holder }
}

fn of_group(client: &str, role: &str, group_id: &str) -> Assignment {
    Assignment { holder: Holder::Group(group(group_id).group_id), ..of_user(client, role, "") }
}

/// What is known of the user of a world, sorted.
async fn standing(store: &Store, tenant: &TenantId, roles_at: &[&str]) -> Standing {
    let roles_at = roles_at.iter().map(|id| ClientId::new(*id)).collect();
    let asked = Asked { user: false, groups: true, roles_at };
    let mut standing = store.roles.standing(tenant, &UserId::new("user"), asked).await.unwrap();
    standing.roles.sort();
    standing
}

/// Given once and taken once, by exactly that name; not to or at what is not there.
pub async fn granted_and_revoked(store: &Store) {
    let world = World::new(store, "acme").await;
    let t = &world.tenant;
    assert!(store.groups.create(t, group("user")).await.unwrap());
    let longest = "\u{1f600}".repeat(128);
    for one in [
        of_user("client", "admin", "user"),
        of_user("client", "Admin", "user"),
        of_user("client", &longest, "user"),
        of_group("client", "admin", "user"),
    ] {
        assert_eq!(store.roles.grant(t, one.clone()).await.unwrap(), Linked::Now, "{one:?}");
        assert_eq!(store.roles.grant(t, one.clone()).await.unwrap(), Linked::Before, "{one:?}");
    }
    for absent in [
        of_user("client", "admin", "nobody"),
        of_user("none", "admin", "user"),
        of_group("client", "admin", "none"),
    ] {
        assert_eq!(store.roles.grant(t, absent.clone()).await.unwrap(), Linked::Absent, "{absent:?}");
        assert!(!store.roles.revoke(t, absent).await.unwrap());
    }
    let admin = of_user("client", "admin", "user");
    assert!(store.roles.revoke(t, admin.clone()).await.unwrap());
    assert!(!store.roles.revoke(t, admin.clone()).await.unwrap());
    let left = store.roles.of_holder(t, &admin.holder).await.unwrap();
    assert_eq!(left, [of_user("client", "Admin", "user"), of_user("client", &longest, "user")]);
    let of_group = of_group("client", "admin", "user");
    assert_eq!(store.roles.of_holder(t, &of_group.holder).await.unwrap(), [of_group]);
}

/// Listed by holder and role, in pages.
pub async fn listed_in_pages(store: &Store) {
    let world = World::new(store, "acme").await;
    let t = &world.tenant;
    assert!(store.groups.create(t, group("staff")).await.unwrap());
    assert!(store.clients.create(t, client("other")).await.unwrap());
    assert_eq!(store.users.create(t, user("a"), None).await.unwrap(), Created::Yes);
    let expected = [
        of_group("client", "reader", "staff"),
        of_user("client", "reader", "a"),
        of_user("client", "admin", "user"),
        of_user("client", "reader", "user"),
    ];
    for one in expected.iter().rev().cloned().chain([of_user("other", "admin", "user")]) {
        assert_eq!(store.roles.grant(t, one).await.unwrap(), Linked::Now);
    }
    for size in 1..=5 {
        let mut all: Vec<Assignment> = vec![];
        loop {
            let page = store.roles.at_client(t, &world.client, all.last(), size).await.unwrap();
            if page.is_empty() {
                break;
            }
            all.extend(page);
        }
        assert_eq!(all, expected, "in pages of {size}");
    }
}

/// A world whose user is in two of three groups and has roles in every way.
async fn people(store: &Store) -> World {
    let world = World::new(store, "acme").await;
    let t = &world.tenant;
    assert!(store.clients.create(t, client("other")).await.unwrap());
    for id in ["staff", "admins", "strangers"] {
        assert!(store.groups.create(t, group(id)).await.unwrap());
    }
    for id in ["staff", "admins"] {
        assert_eq!(store.groups.add(t, &group(id).group_id, &world.user).await.unwrap(), Linked::Now);
    }
    for one in [
        of_user("client", "reader", "user"),
        of_group("client", "writer", "staff"),
        of_group("client", "owner", "strangers"),
        of_group("other", "admin", "admins"),
    ] {
        assert_eq!(store.roles.grant(t, one).await.unwrap(), Linked::Now);
    }
    world
}

/// What a token tells of a person is read at once, and nothing that was not asked for.
pub async fn asked_for(store: &Store) {
    let world = people(store).await;
    let t = &world.tenant;
    let role = |client: &str, role: &str| (ClientId::new(client), role.to_owned());
    let known = standing(store, t, &["client"]).await;
    assert_eq!(known.groups, ["admins", "staff"]);
    assert_eq!(known.roles, [role("client", "reader"), role("client", "writer")]);
    let known = standing(store, t, &["client", "other"]).await;
    assert_eq!(known.roles, [role("client", "reader"), role("client", "writer"), role("other", "admin")]);
    let asked = Asked { user: true, ..Asked::default() };
    let known = store.roles.standing(t, &world.user, asked).await.unwrap();
    assert_eq!(known, Standing { user: Some(user("user")), ..Standing::default() });
    // Who leaves a group loses its roles at once.
    assert!(store.groups.remove(t, &group("staff").group_id, &world.user).await.unwrap());
    let known = standing(store, t, &["client"]).await;
    assert_eq!((known.groups, known.roles), (vec!["admins".to_owned()], vec![role("client", "reader")]));
    let nobody = Asked { user: true, groups: true, roles_at: vec![world.client.clone()] };
    let nobody = store.roles.standing(t, &UserId::new("nobody"), nobody).await.unwrap();
    assert_eq!(nobody, Standing::default());
}

/// A role goes with its client, its user and its group, and does not come back with another of the same id.
pub async fn gone_with_what_they_link(store: &Store) {
    let world = people(store).await;
    let t = &world.tenant;
    let staff = group("staff");
    assert!(store.groups.delete(t, &staff.group_id).await.unwrap());
    assert!(store.groups.create(t, staff.clone()).await.unwrap());
    assert_eq!(store.groups.add(t, &staff.group_id, &world.user).await.unwrap(), Linked::Now);
    assert_eq!(standing(store, t, &["client"]).await.roles, [(world.client.clone(), "reader".to_owned())]);
    let other = ClientId::new("other");
    assert!(store.clients.delete(t, &other, at(1)).await.unwrap());
    assert!(store.clients.create(t, client("other")).await.unwrap());
    assert!(standing(store, t, &["other"]).await.roles.is_empty());
    assert!(store.users.delete(t, &world.user, at(1)).await.unwrap());
    assert_eq!(store.users.create(t, user("user"), None).await.unwrap(), Created::Yes);
    assert!(standing(store, t, &["client"]).await.roles.is_empty());
    let left = store.roles.at_client(t, &world.client, None, 9).await.unwrap();
    assert_eq!(left, [of_group("client", "owner", "strangers")]);
}
