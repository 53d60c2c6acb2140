//! Accounts that people made themselves and on which operators decide.

use std::sync::Arc;

use credenza_protocol::approval::{ApprovalState, REFUSED_FOR, WAITS};
use credenza_protocol::ids::UserId;
use credenza_protocol::user::User;

use super::fixtures::{World, at, hash, mail, sign_up, user_at};
use super::races::race;
use crate::{Decided, SignedUp, Store};

/// The address of whoever a sign-up of the fixtures is for.
fn person(id: &str) -> User {
    User { disabled_at: Some(at(0)), ..user_at(id, "new@example.com") }
}

/// Somebody makes an account, which waits.
async fn waiting(world: &World, id: &str) -> UserId {
    let (sign_ups, user) = (&world.store.sign_ups, person(id));
    assert!(sign_ups.begin(&world.tenant, sign_up("new", id), mail("sign up"), at(0)).await.unwrap());
    let user_id = user.user_id.clone();
    let done = sign_ups.complete(&world.tenant, hash(id), user, "hash".to_owned(), at(0)).await.unwrap();
    assert_eq!(done, SignedUp::Done);
    user_id
}

async fn is_disabled(world: &World, user_id: &UserId) -> bool {
    world.store.users.find(&world.tenant, user_id).await.unwrap().unwrap().disabled_at.is_some()
}

/// Whoever waits is disabled until they are approved, once.
pub async fn approved(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, approvals) = (&world.tenant, &store.approvals);
    let new = waiting(&world, "new").await;
    assert!(is_disabled(&world, &new).await);
    let found = approvals.find(t, &new).await.unwrap().unwrap();
    assert_eq!((found.state, found.asked_at), (ApprovalState::Pending, at(0)));
    assert_eq!(approvals.find(t, &world.user).await.unwrap(), None, "whoever needs no decision");
    let page = approvals.page(t, ApprovalState::Pending, None, 9).await.unwrap();
    assert_eq!(
        page.iter().map(|(one, user)| (&one.user_id, &user.user_id)).collect::<Vec<_>>(),
        [(&new, &new)]
    );
    assert!(approvals.page(t, ApprovalState::Rejected, None, 9).await.unwrap().is_empty());
    let after = Some((at(0), new.clone()));
    assert!(approvals.page(t, ApprovalState::Pending, after, 9).await.unwrap().is_empty());
    let before = store.mails.due(9, at(1)).await.unwrap().len();
    assert_eq!(approvals.approve(t, &new, Some(mail("approved")), at(1)).await.unwrap(), Decided::Done);
    assert!(!is_disabled(&world, &new).await);
    assert_eq!(store.mails.due(9, at(1)).await.unwrap().len(), before + 1);
    for _ in 0..2 {
        let again = approvals.approve(t, &new, Some(mail("approved")), at(2)).await.unwrap();
        assert_eq!(again, Decided::Absent);
        assert_eq!(approvals.reject(t, &new, None, at(2)).await.unwrap(), Decided::Absent);
    }
    assert_eq!(approvals.approve(t, &world.user, None, at(2)).await.unwrap(), Decided::Absent);
    assert_eq!(store.mails.due(9, at(2)).await.unwrap().len(), before + 1, "nobody is told twice");
}

/// Whoever was refused stays disabled, can be approved after all, and is deleted after a while.
pub async fn rejected_and_swept(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, approvals) = (&world.tenant, &store.approvals);
    let new = waiting(&world, "new").await;
    assert_eq!(approvals.reject(t, &new, Some(mail("rejected")), at(1)).await.unwrap(), Decided::Done);
    assert!(is_disabled(&world, &new).await);
    assert_eq!(approvals.reject(t, &new, None, at(2)).await.unwrap(), Decided::Absent);
    let page = approvals.page(t, ApprovalState::Rejected, None, 9).await.unwrap();
    assert_eq!(page[0].0.decided_at, Some(at(1)));
    store.maintenance.sweep(at(REFUSED_FOR.0), 99).await.unwrap();
    assert!(is_disabled(&world, &new).await);
    store.maintenance.sweep(at(1 + REFUSED_FOR.0), 99).await.unwrap();
    assert_eq!(store.users.find(t, &new).await.unwrap(), None);
    assert!(store.users.find(t, &world.user).await.unwrap().is_some(), "nobody else");
    let second = waiting(&world, "second").await;
    assert_eq!(approvals.reject(t, &second, None, at(1)).await.unwrap(), Decided::Done);
    assert_eq!(approvals.approve(t, &second, None, at(2)).await.unwrap(), Decided::Done);
    store.maintenance.sweep(at(10 * WAITS.0), 99).await.unwrap();
    assert!(!is_disabled(&world, &second).await, "approved after all");
    assert!(store.users.delete(t, &second, at(3)).await.unwrap());
    let third = waiting(&world, "third").await;
    assert!(store.users.delete(t, &third, at(3)).await.unwrap());
    assert_eq!(store.raw.count("approvals", t.as_str()).await.unwrap(), 0, "it goes with the user");
}

/// Of many who decide at once, one does.
pub async fn decided_once(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    let new = waiting(&world, "new").await;
    let before = store.mails.due(99, at(1)).await.unwrap().len();
    let done = race(&world, |world, n| {
        let new = new.clone();
        async move {
            let decided =
                world.store.approvals.approve(&world.tenant, &new, Some(mail("approved")), at(1)).await?;
            Ok((decided == Decided::Done).then_some(n))
        }
    });
    assert_eq!(done.await.into_iter().flatten().count(), 1);
    assert_eq!(store.mails.due(99, at(1)).await.unwrap().len(), before + 1);
    assert!(!is_disabled(&world, &new).await);
}
