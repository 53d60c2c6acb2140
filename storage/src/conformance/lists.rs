//! Lists that are read page by page: each row once, in order, and none of another tenant.

use std::fmt::Debug;

use credenza_protocol::admin_roles::{Assignment as AdminRole, Role};
use credenza_protocol::group::{Group, name_key};
use credenza_protocol::ids::{ClientId, UserId};
use credenza_protocol::role::{Assignment, Holder};
use credenza_protocol::session::Session;
use credenza_protocol::tenant::Tenant;

use super::fixtures::{World, at, client, group, hash, session, tenant, user};
use crate::{Created, Granted, InitialAccessTokenRecord, Linked, Result, Store};

/// Everything, two at a time; `page` gets the last one of the page before.
async fn all<T, F>(page: impl Fn(Option<T>) -> F) -> Vec<T>
where
    T: Clone + Debug,
    F: Future<Output = Result<Vec<T>>>,
{
    let mut found: Vec<T> = vec![];
    loop {
        let more = page(found.last().cloned()).await.unwrap();
        assert!(more.len() <= 2, "{more:?}");
        let is_last = more.len() < 2;
        found.extend(more);
        if is_last {
            return found;
        }
    }
}

/// Tenants, by name.
pub async fn tenants(store: &Store) {
    let names = ["acme", "b", "b-1", "c", "d0"];
    for name in names.iter().rev() {
        assert!(store.tenants.create(tenant(name)).await.unwrap());
    }
    let found = all(|after: Option<Tenant>| async move {
        store.tenants.page(after.as_ref().map(|last| last.name.as_str()), 2).await
    });
    assert_eq!(found.await, names.map(tenant));
}

/// Groups by name: those that begin with something, whatever its case and whatever characters are in it.
pub async fn groups_by_name(store: &Store) {
    let (world, other) = (World::new(store, "acme").await, World::new(store, "other").await);
    let t = &world.tenant;
    let names = ["All", "staff", "Staff 1", "STAFF 2", "staff%", "staff_", "Stagg", "ärzte", "\u{1f600}"];
    for name in names {
        assert!(store.groups.create(t, group(name)).await.unwrap());
        assert!(store.groups.create(&other.tenant, group(&format!("{name} of others"))).await.unwrap());
    }
    for (prefix, expected) in [
        ("", &names[..]),
        ("sta", &["staff", "Staff 1", "STAFF 2", "staff%", "staff_", "Stagg"]),
        ("STAFF", &["staff", "Staff 1", "STAFF 2", "staff%", "staff_"]),
        ("Staff ", &["Staff 1", "STAFF 2"]),
        ("staff_", &["staff_"]),
        ("staff%", &["staff%"]),
        ("Ä", &["ärzte"]),
        ("\u{1f600}", &["\u{1f600}"]),
        ("nobody", &[]),
    ] {
        let found = all(|after| async move {
            let after = after.as_ref().map(|last: &Group| last.name.as_str());
            store.groups.list_by_name(t, prefix, after, 2).await
        });
        let found: Vec<String> = found.await.into_iter().map(|group| group.name).collect();
        let mut expected = expected.to_vec();
        expected.sort_by_key(|name| name_key(name));
        assert_eq!(found, expected, "{prefix:?}");
    }
}

/// The groups of a user, by id.
pub async fn groups_of_a_user(store: &Store) {
    let (world, other) = (World::new(store, "acme").await, World::new(store, "other").await);
    let t = &world.tenant;
    let groups = ["a", "b", "c", "d"].map(group);
    for one in &groups {
        assert!(store.groups.create(t, one.clone()).await.unwrap());
        assert!(store.groups.create(&other.tenant, one.clone()).await.unwrap());
        assert_eq!(store.groups.add(t, &one.group_id, &world.user).await.unwrap(), Linked::Now);
    }
    assert!(store.groups.create(t, group("without them")).await.unwrap());
    let found = all(|after| async move {
        let after = after.map(|last: Group| last.group_id);
        store.groups.of_user_page(t, &UserId::new("user"), after.as_ref(), 2).await
    });
    assert_eq!(found.await, groups);
    assert_eq!(store.groups.of_user_page(&other.tenant, &other.user, None, 9).await.unwrap(), []);
}

/// The roles of a user: their own, and told apart from them those of their groups.
pub async fn roles(store: &Store) {
    let (world, other) = (World::new(store, "acme").await, World::new(store, "other").await);
    let t = &world.tenant;
    assert!(store.clients.create(t, client("another")).await.unwrap());
    let (staff, strangers) = (group("staff"), group("strangers"));
    for one in [&staff, &strangers] {
        assert!(store.groups.create(t, one.clone()).await.unwrap());
    }
    assert_eq!(store.groups.add(t, &staff.group_id, &world.user).await.unwrap(), Linked::Now);
    let given = |client: &str, role: &str, holder: &Holder| Assignment {
        client_id: ClientId::new(client),
        role: role.to_owned(),
        holder: holder.clone(),
    };
    let (own, by_group) = (Holder::User(world.user.clone()), Holder::Group(staff.group_id.clone()));
    let of_group =
        [given("another", "a", &by_group), given("client", "a", &by_group), given("client", "b", &by_group)];
    let of_user = [given("another", "z", &own), given("client", "a", &own)];
    let of_others = given("client", "a", &Holder::Group(strangers.group_id.clone()));
    for one in of_group.iter().chain(&of_user).chain([&of_others]) {
        assert_eq!(store.roles.grant(t, one.clone()).await.unwrap(), Linked::Now);
    }
    let held = async |holder: &Holder, by_groups: bool| {
        all(|after: Option<Assignment>| async move {
            store.roles.held(t, holder, by_groups, after.as_ref(), 2).await
        })
        .await
    };
    assert_eq!(held(&own, true).await, [&of_group[..], &of_user[..]].concat());
    assert_eq!(held(&own, false).await, of_user);
    assert_eq!(held(&by_group, false).await, of_group);
    assert_eq!(store.roles.held(&other.tenant, &own, true, None, 9).await.unwrap(), []);
}

/// Admin roles, by user, role and reach.
pub async fn admin_roles(store: &Store) {
    let (world, other) = (World::new(store, "acme").await, World::new(store, "other").await);
    let t = &world.tenant;
    assert_eq!(store.users.create(t, user("ada"), None).await.unwrap(), Created::Yes);
    let given = |user_id: &str, role, installation| AdminRole {
        user_id: UserId::new(user_id),
        role,
        installation,
        created_at: at(1),
    };
    let expected = [
        given("ada", Role::Auditor, false),
        given("ada", Role::Auditor, true),
        given("ada", Role::Owner, false),
        given("user", Role::Auditor, false),
    ];
    for one in expected.iter().rev() {
        assert_eq!(store.admin_roles.grant(t, one.clone()).await.unwrap(), Granted::Yes);
    }
    let found =
        all(|after: Option<AdminRole>| async move { store.admin_roles.page(t, after.as_ref(), 2).await });
    assert_eq!(found.await, expected);
    assert_eq!(store.admin_roles.page(&other.tenant, None, 9).await.unwrap(), []);
}

/// The live sessions of a user, the newest first.
pub async fn sessions(store: &Store) {
    let world = World::new(store, "acme").await;
    let t = &world.tenant;
    let began = |sid: &str, seconds| Session { auth_time: at(seconds), ..session(sid) };
    let expected = [began("d", 3), began("a", 2), began("b", 2), began("c", 1), began("e", 0)];
    for one in &expected {
        store.sessions.begin(t, hash(one.sid.as_str()), one.clone(), at(3)).await.unwrap();
    }
    let over = Session { expires_at: at(2), ..began("over", 2) };
    store.sessions.begin(t, hash("over"), over, at(1)).await.unwrap();
    let found = all(|after: Option<Session>| async move {
        let after = after.map(|last| (last.auth_time, last.sid));
        store.sessions.page(t, &UserId::new("user"), after, 2, at(3)).await
    });
    assert_eq!(found.await, expected);
    assert_eq!(store.sessions.page(t, &UserId::new("nobody"), None, 9, at(3)).await.unwrap(), []);
}

/// Initial access tokens, the oldest first.
pub async fn tokens(store: &Store) {
    let (world, other) = (World::new(store, "acme").await, World::new(store, "other").await);
    let t = &world.tenant;
    let made = |name: &str, seconds| InitialAccessTokenRecord {
        token_id: name.to_owned(),
        hash: hash(name),
        name: String::new(),
        remaining: None,
        created_at: at(seconds),
        expires_at: None,
    };
    let expected = [made("z", 0), made("a", 1), made("b", 1), made("c", 1), made("d", 2)];
    for one in expected.iter().rev() {
        store.initial_access_tokens.create(t, one.clone()).await.unwrap();
    }
    let found = all(|after: Option<InitialAccessTokenRecord>| async move {
        let after = after.map(|last| (last.created_at, last.token_id));
        store.initial_access_tokens.page(t, after, 2).await
    });
    assert_eq!(found.await, expected);
    assert_eq!(store.initial_access_tokens.page(&other.tenant, None, 9).await.unwrap(), []);
}
