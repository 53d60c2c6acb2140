//! Admin roles.

use credenza_protocol::admin_roles::{Assignment, Role};
use credenza_protocol::ids::UserId;

use super::fixtures::{World, at, user};
use crate::{Created, Granted, Store};

fn given(user_id: &UserId, role: Role, installation: bool) -> Assignment {
    Assignment { user_id: user_id.clone(), role, installation, created_at: at(0) }
}

/// Given once, listed, and taken away; another tenant sees nothing of it.
pub async fn granted_and_revoked(store: &Store) {
    let (world, other) = (World::new(store, "acme").await, World::new(store, "other").await);
    let (t, u) = (&world.tenant, &world.user);
    let auditor = given(u, Role::Auditor, false);
    let everywhere = given(u, Role::Auditor, true);
    assert_eq!(store.admin_roles.grant(t, auditor.clone()).await.unwrap(), Granted::Yes);
    assert_eq!(store.admin_roles.grant(t, auditor.clone()).await.unwrap(), Granted::Already);
    assert_eq!(store.admin_roles.grant(t, everywhere.clone()).await.unwrap(), Granted::Yes);
    let nobody = given(&UserId::new("nobody"), Role::Owner, false);
    assert_eq!(store.admin_roles.grant(t, nobody).await.unwrap(), Granted::NoUser);
    assert_eq!(store.admin_roles.of(t, u).await.unwrap(), [auditor.clone(), everywhere.clone()]);
    assert_eq!(store.admin_roles.list(t).await.unwrap(), [auditor, everywhere.clone()]);
    assert_eq!(store.admin_roles.of(&other.tenant, u).await.unwrap(), []);
    assert!(!store.admin_roles.revoke(&other.tenant, u, Role::Auditor, false).await.unwrap());
    assert!(!store.admin_roles.revoke(t, u, Role::Owner, false).await.unwrap());
    assert!(store.admin_roles.revoke(t, u, Role::Auditor, false).await.unwrap());
    assert!(!store.admin_roles.revoke(t, u, Role::Auditor, false).await.unwrap());
    assert_eq!(store.admin_roles.of(t, u).await.unwrap(), [everywhere]);
}

/// Whoever gets the id of a user who was deleted does not get their roles.
pub async fn deleted_with_the_user(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, u) = (&world.tenant, &world.user);
    assert_eq!(store.admin_roles.grant(t, given(u, Role::Owner, false)).await.unwrap(), Granted::Yes);
    assert!(store.users.delete(t, u, at(1)).await.unwrap());
    assert_eq!(store.users.create(t, user(u.as_str()), None).await.unwrap(), Created::Yes);
    assert_eq!(store.admin_roles.of(t, u).await.unwrap(), []);
}
