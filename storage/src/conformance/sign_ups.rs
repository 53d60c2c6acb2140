//! Sign-ups under way: who has asked for an account, and not proven yet that they read the address.

use std::sync::Arc;

use credenza_protocol::user::User;

use super::fixtures::{World, at, hash, mail, sign_up, user, user_at};
use super::races::race;
use crate::{Clash, Created, SignUp, SignedUp, Store};

async fn begin(world: &World, secret: &str, now: i64) -> bool {
    world.store.sign_ups.begin(&world.tenant, sign_up("new", secret), mail("sign up"), at(now)).await.unwrap()
}

async fn find(world: &World, secret: &str, now: i64) -> Option<SignUp> {
    world.store.sign_ups.find(&world.tenant, hash(secret), at(now)).await.unwrap()
}

/// The user that a sign-up of the fixtures makes.
fn person(id: &str) -> User {
    user_at(id, "new@example.com")
}

async fn complete(world: &World, secret: &str, user: User, now: i64) -> SignedUp {
    let sign_ups = &world.store.sign_ups;
    sign_ups.complete(&world.tenant, hash(secret), user, format!("hash of {secret}"), at(now)).await.unwrap()
}

/// It is found while it is good, by its secret alone, and spent once: then the user is there, with the password.
pub async fn stands(store: &Store) {
    let world = World::new(store, "acme").await;
    assert!(begin(&world, "secret", 0).await);
    let waiting = store.mails.due(9, at(9)).await.unwrap();
    assert_eq!(waiting.iter().map(|mail| &*mail.kind).collect::<Vec<_>>(), ["sign up"]);
    for _ in 0..2 {
        let found = find(&world, "secret", 49).await.unwrap();
        assert_eq!((&*found.address, found.request.as_deref()), ("new@example.com", Some("request")));
    }
    for (secret, now) in [("secret", 50), ("other", 1), ("", 1)] {
        assert_eq!(find(&world, secret, now).await, None, "{secret} at {now}");
        assert_eq!(complete(&world, secret, person("new"), now).await, SignedUp::Dead, "{secret} at {now}");
    }
    assert_eq!(store.users.find(&world.tenant, &person("new").user_id).await.unwrap(), None);
    assert_eq!(complete(&world, "secret", person("new"), 49).await, SignedUp::Done);
    let made = store.users.find(&world.tenant, &person("new").user_id).await.unwrap();
    assert_eq!(made, Some(person("new")));
    let password = store.credentials.password(&world.tenant, &person("new").user_id).await.unwrap();
    assert_eq!(password.as_deref(), Some("hash of secret"));
    assert_eq!(find(&world, "secret", 49).await, None);
    assert_eq!(complete(&world, "secret", person("other"), 49).await, SignedUp::Dead, "once");
}

/// A newer one takes the place of the one before; that of another address does not.
pub async fn replaced(store: &Store) {
    let world = World::new(store, "acme").await;
    assert!(begin(&world, "first", 0).await && begin(&world, "second", 1).await);
    let other = sign_up("other", "third");
    assert!(store.sign_ups.begin(&world.tenant, other, mail("sign up"), at(1)).await.unwrap());
    assert_eq!(find(&world, "first", 2).await, None);
    assert_eq!(complete(&world, "first", person("new"), 2).await, SignedUp::Dead);
    assert!(find(&world, "third", 2).await.is_some());
    assert_eq!(complete(&world, "second", person("new"), 2).await, SignedUp::Done);
}

/// Where the user cannot be made, nothing is, and the sign-up stands for another try.
pub async fn refused(store: &Store) {
    let world = World::new(store, "acme").await;
    assert!(begin(&world, "secret", 0).await);
    let named = |id: &str, name: &str| User { username: name.to_owned(), ..person(id) };
    let taken = complete(&world, "secret", named("new", &user("user").username), 1).await;
    assert_eq!(taken, SignedUp::Refused(Created::UsernameTaken));
    let named_like_an_address = named("new", "user@example.com");
    let owner = user_at("owner", "user@example.com");
    assert_eq!(store.users.create(&world.tenant, owner, None).await.unwrap(), Created::Yes);
    let clash = complete(&world, "secret", named_like_an_address, 1).await;
    assert!(matches!(clash, SignedUp::Refused(Created::Clash(Clash::UsernameIsAddress(_)))), "{clash:?}");
    assert_eq!(complete(&world, "secret", person("new"), 1).await, SignedUp::Done);
    let world = World::new(store, "other").await;
    assert!(begin(&world, "secret", 0).await);
    let owner = user_at("owner", "new@example.com");
    assert_eq!(store.users.create(&world.tenant, owner, None).await.unwrap(), Created::Yes);
    assert_eq!(complete(&world, "secret", person("new"), 1).await, SignedUp::AddressTaken);
    assert!(find(&world, "secret", 1).await.is_some());
    assert_eq!(store.users.find(&world.tenant, &person("new").user_id).await.unwrap(), None);
}

/// Of many callers one makes an account.
pub async fn spent_once(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    assert!(begin(&world, "secret", 0).await);
    let done = race(&world, |world, n| async move {
        let user = User { username: format!("name {n}"), ..person(&format!("id {n}")) };
        let sign_ups = &world.store.sign_ups;
        let done = sign_ups.complete(&world.tenant, hash("secret"), user, format!("{n}"), at(1)).await?;
        Ok((done == SignedUp::Done).then_some(n))
    });
    let done: Vec<_> = done.await.into_iter().flatten().collect();
    assert_eq!(done.len(), 1);
    let users = store.users.list(&world.tenant, None, 99).await.unwrap();
    assert_eq!(users.len(), 2, "the one, and whoever was there");
}

/// What has expired is swept, and what goes with a tenant.
pub async fn swept(store: &Store) {
    let world = World::new(store, "acme").await;
    assert!(begin(&world, "secret", 0).await);
    store.maintenance.sweep(at(49), 99).await.unwrap();
    assert!(find(&world, "secret", 49).await.is_some());
    store.maintenance.sweep(at(50), 99).await.unwrap();
    assert_eq!(store.raw.count("sign_ups", world.tenant.as_str()).await.unwrap(), 0);
}
