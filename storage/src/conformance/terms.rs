//! Terms that users accept.

use std::sync::Arc;

use credenza_protocol::ids::UserId;
use credenza_protocol::terms::TermsAcceptance;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;

use super::fixtures::{World, at, user};
use super::races::race;
use crate::{Created, Store, Update};

fn accepted(version: &str, accepted_at: Time) -> TermsAcceptance {
    TermsAcceptance { version: version.to_owned(), accepted_at }
}

async fn read(world: &World, user_id: &UserId) -> User {
    world.store.users.find(&world.tenant, user_id).await.unwrap().unwrap()
}

/// The last version that was accepted is there, with its time; a new user may have accepted one.
pub async fn stands(store: &Store) {
    let world = World::new(store, "acme").await;
    let other = World::new(store, "other").await;
    let accept = |user_id: UserId, terms| {
        let (store, tenant) = (store.clone(), world.tenant.clone());
        async move { store.users.accept_terms(&tenant, &user_id, terms).await.unwrap() }
    };
    let before = read(&world, &world.user).await;
    assert_eq!(before.terms, None);
    assert!(!accept(UserId::new("nobody"), accepted("1", at(1))).await);
    assert!(accept(world.user.clone(), accepted("1", at(1))).await);
    assert!(!accept(world.user.clone(), accepted("1", at(2))).await, "they have already");
    let now = read(&world, &world.user).await;
    assert_eq!((now.terms.clone(), now.version), (Some(accepted("1", at(1))), before.version.next()));
    assert!(accept(world.user.clone(), accepted("2", at(3))).await);
    // Whoever writes the user has nothing to say about it.
    let renamed = User { username: "renamed".to_owned(), terms: None, ..now.clone() };
    let version = now.version.next();
    let written = store.users.update(&world.tenant, version, User { version, ..renamed }).await.unwrap();
    assert_eq!(written, Update::Updated);
    assert_eq!(read(&world, &world.user).await.terms, Some(accepted("2", at(3))));
    store.users.set_disabled(&world.tenant, &world.user, Some(at(4))).await.unwrap();
    assert!(!accept(world.user.clone(), accepted("3", at(5))).await, "they can do nothing");
    assert_eq!(read(&other, &other.user).await.terms, None);
    let new = User { terms: Some(accepted("3", at(6))), ..user("new") };
    assert_eq!(store.users.create(&world.tenant, new.clone(), None).await.unwrap(), Created::Yes);
    assert_eq!(read(&world, &new.user_id).await.terms, new.terms);
}

/// Of many who accept at once for the same user, one does.
pub async fn accepted_once(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    let accepted = race(&world, |world, _| async move {
        world.store.users.accept_terms(&world.tenant, &world.user, accepted("1", at(1))).await
    });
    assert_eq!(accepted.await.into_iter().filter(|accepted| *accepted).count(), 1);
}
