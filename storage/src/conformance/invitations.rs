//! Invitations: whom an operator has asked to make an account.

use std::sync::Arc;

use credenza_protocol::ids::{ClientId, GroupId, InvitationId, UserId};
use credenza_protocol::invitation::{ClientRole, Gives, Invitation, InvitationState};
use credenza_protocol::role::{Assignment, Holder};
use credenza_protocol::user::User;

use super::fixtures::{World, at, group, hash, invitation, mail, user, user_at};
use super::races::race;
use crate::{Created, InvitationChange, SignedUp, Store};

async fn create(world: &World, invitation: Invitation, secret: &str) -> bool {
    let invitations = &world.store.invitations;
    invitations.create(&world.tenant, invitation, hash(secret), mail("invitation"), at(0)).await.unwrap()
}

async fn standing(world: &World, secret: &str, now: i64) -> Option<Invitation> {
    world.store.invitations.find_standing(&world.tenant, hash(secret), at(now)).await.unwrap()
}

async fn found(world: &World, id: &str) -> Option<Invitation> {
    world.store.invitations.find(&world.tenant, &InvitationId::new(id)).await.unwrap()
}

/// The user that an invitation of the fixtures makes.
fn person(id: &str) -> User {
    user_at(id, "new@example.com")
}

async fn accept(world: &World, secret: &str, user: User, now: i64) -> SignedUp {
    let invitations = &world.store.invitations;
    invitations.accept(&world.tenant, hash(secret), user, format!("hash of {secret}"), at(now)).await.unwrap()
}

async fn resend(world: &World, id: &str, secret: &str, now: i64) -> InvitationChange {
    let (id, link) = (InvitationId::new(id), (hash(secret), at(now + 50)));
    world.store.invitations.resend(&world.tenant, &id, link, mail("again"), at(now)).await.unwrap()
}

async fn revoke(world: &World, id: &str, now: i64) -> InvitationChange {
    world.store.invitations.revoke(&world.tenant, &InvitationId::new(id), at(now)).await.unwrap()
}

/// It is found while it is good, by its secret alone, and spent once: then the user is there with all that was given.
pub async fn accepted(store: &Store) {
    let world = World::new(store, "acme").await;
    assert!(store.groups.create(&world.tenant, group("staff")).await.unwrap());
    let editor = |client: &str| ClientRole { client_id: ClientId::new(client), role: "editor".to_owned() };
    let gives = Gives {
        username: Some("new".to_owned()),
        groups: vec![GroupId::new("gone"), GroupId::new("staff")],
        roles: vec![editor("client"), editor("gone")],
        ..invitation("one", 50).gives
    };
    let given = Invitation { gives, ..invitation("one", 50) };
    assert!(create(&world, given.clone(), "secret").await);
    let waiting = store.mails.due(9, at(9)).await.unwrap();
    assert_eq!(waiting.iter().map(|mail| &*mail.kind).collect::<Vec<_>>(), ["invitation"]);
    for _ in 0..2 {
        assert_eq!(standing(&world, "secret", 49).await.as_ref(), Some(&given));
    }
    for (secret, now) in [("secret", 50), ("other", 1), ("", 1)] {
        assert_eq!(standing(&world, secret, now).await, None, "{secret} at {now}");
        assert_eq!(accept(&world, secret, person("new"), now).await, SignedUp::Dead, "{secret} at {now}");
    }
    assert_eq!(store.users.find(&world.tenant, &person("new").user_id).await.unwrap(), None);
    assert_eq!(accept(&world, "secret", person("new"), 49).await, SignedUp::Done);
    let user_id = person("new").user_id;
    assert_eq!(store.users.find(&world.tenant, &user_id).await.unwrap(), Some(person("new")));
    let password = store.credentials.password(&world.tenant, &user_id).await.unwrap();
    assert_eq!(password.as_deref(), Some("hash of secret"));
    let groups = store.groups.of_user(&world.tenant, &user_id).await.unwrap();
    assert_eq!(groups, [group("staff")]);
    let holder = Holder::User(user_id.clone());
    let roles = store.roles.of_holder(&world.tenant, &holder).await.unwrap();
    assert_eq!(roles, [Assignment { client_id: world.client.clone(), role: "editor".to_owned(), holder }]);
    assert_eq!(standing(&world, "secret", 49).await, None);
    assert_eq!(accept(&world, "secret", person("other"), 49).await, SignedUp::Dead, "once");
    let over = found(&world, "one").await.unwrap();
    assert_eq!((over.state(at(60)), over.user_id), (InvitationState::Accepted, Some(user_id.clone())));
    assert_eq!(revoke(&world, "one", 49).await, InvitationChange::Over);
    assert_eq!(resend(&world, "one", "new", 49).await, InvitationChange::Over);
    assert!(store.users.delete(&world.tenant, &user_id, at(50)).await.unwrap());
    assert_eq!(found(&world, "one").await, None, "it goes with the account");
}

/// A newer link takes the place of the one before; one that was taken back is good for nothing.
pub async fn sent_again_and_revoked(store: &Store) {
    let world = World::new(store, "acme").await;
    assert!(create(&world, invitation("one", 50), "first").await);
    assert_eq!(resend(&world, "one", "second", 60).await, InvitationChange::Done, "also what has expired");
    assert_eq!(standing(&world, "first", 1).await, None);
    assert_eq!(accept(&world, "first", person("new"), 1).await, SignedUp::Dead);
    let again = standing(&world, "second", 109).await.unwrap();
    assert_eq!((again.sent_at, again.expires_at), (at(60), at(110)));
    assert_eq!(standing(&world, "second", 110).await, None);
    assert_eq!(revoke(&world, "one", 61).await, InvitationChange::Done);
    assert_eq!(revoke(&world, "one", 62).await, InvitationChange::Over);
    assert_eq!(resend(&world, "one", "third", 62).await, InvitationChange::Over);
    for secret in ["second", "third"] {
        assert_eq!(standing(&world, secret, 63).await, None);
        assert_eq!(accept(&world, secret, person("new"), 63).await, SignedUp::Dead);
    }
    assert_eq!(found(&world, "one").await.unwrap().revoked_at, Some(at(61)));
    assert_eq!(revoke(&world, "nothing", 1).await, InvitationChange::Absent);
    assert_eq!(resend(&world, "nothing", "fourth", 1).await, InvitationChange::Absent);
    assert_eq!(store.mails.due(9, at(63)).await.unwrap().len(), 2, "none but those that were sent");
}

/// Where the user cannot be made, nothing is, and the invitation stands.
pub async fn refused(store: &Store) {
    let world = World::new(store, "acme").await;
    assert!(store.groups.create(&world.tenant, group("staff")).await.unwrap());
    let gives = Gives { groups: vec![GroupId::new("staff")], ..Gives::default() };
    assert!(create(&world, Invitation { gives, ..invitation("one", 50) }, "secret").await);
    let named = User { username: user("user").username, ..person("new") };
    assert_eq!(accept(&world, "secret", named, 1).await, SignedUp::Refused(Created::UsernameTaken));
    let owner = user_at("owner", "new@example.com");
    assert_eq!(store.users.create(&world.tenant, owner, None).await.unwrap(), Created::Yes);
    assert_eq!(accept(&world, "secret", person("new"), 1).await, SignedUp::AddressTaken);
    assert!(standing(&world, "secret", 1).await.is_some());
    let staff = group("staff").group_id;
    assert!(store.groups.members(&world.tenant, &staff, None, 9).await.unwrap().is_empty());
    assert!(store.users.delete(&world.tenant, &UserId::new("owner"), at(1)).await.unwrap());
    assert_eq!(accept(&world, "secret", person("new"), 1).await, SignedUp::Done);
}

/// Of many callers one makes an account.
pub async fn spent_once(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    assert!(create(&world, invitation("one", 50), "secret").await);
    let done = race(&world, |world, n| async move {
        let user = User { username: format!("name {n}"), ..person(&format!("id {n}")) };
        let invitations = &world.store.invitations;
        let done = invitations.accept(&world.tenant, hash("secret"), user, format!("{n}"), at(1)).await?;
        Ok((done == SignedUp::Done).then_some(n))
    });
    let done: Vec<_> = done.await.into_iter().flatten().collect();
    assert_eq!(done.len(), 1);
    let users = store.users.list(&world.tenant, None, 99).await.unwrap();
    assert_eq!(users.len(), 2, "the one, and whoever was there");
    let user_id = found(&world, "one").await.unwrap().user_id.unwrap();
    assert!(users.iter().any(|user| user.user_id == user_id));
}

/// They are listed in the order in which they were made, and swept a while after they have ended.
pub async fn listed_and_swept(store: &Store) {
    let world = World::new(store, "acme").await;
    for id in ["b", "a", "c"] {
        assert!(create(&world, invitation(id, 50), id).await);
    }
    let later = Invitation { created_at: at(5), ..invitation("0", 50) };
    assert!(create(&world, later, "0").await);
    let (mut ids, mut after) = (vec![], None);
    loop {
        let page = store.invitations.page(&world.tenant, after, 3).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some((last.created_at, last.invitation_id.clone()));
        ids.extend(page.into_iter().map(|one| one.invitation_id.to_string()));
    }
    assert_eq!(ids, ["a", "b", "c", "0"]);
    let kept = 50 + credenza_protocol::invitation::KEPT.0;
    store.maintenance.sweep(at(kept - 1), 99).await.unwrap();
    assert_eq!(store.raw.count("invitations", world.tenant.as_str()).await.unwrap(), 4);
    store.maintenance.sweep(at(kept), 99).await.unwrap();
    assert_eq!(store.raw.count("invitations", world.tenant.as_str()).await.unwrap(), 0);
}
