//! Links by which somebody signs in without a password, each once.

use std::sync::Arc;

use credenza_protocol::ids::{ClientId, TenantId};
use credenza_protocol::user::User;

use super::fixtures::{World, at, hash, mail, sign_in_link, user, user_at};
use super::races::winners;
use crate::{Created, NewSignInLink, SignInLink, SignInLinkKind, Store, Update};

/// A world whose user has proven their address.
async fn world(store: &Store, name: &str) -> World {
    let world = World::new(store, name).await;
    let person = user("user");
    let version = person.version;
    assert_eq!(store.users.update(&world.tenant, version, proven(person)).await.unwrap(), Update::Updated);
    world
}

fn proven(mut user: User) -> User {
    user.claims.email_verified = Some(true);
    user
}

/// One that an operator makes: it is not mailed.
fn given(secret: &str) -> NewSignInLink {
    NewSignInLink {
        kind: SignInLinkKind::Given,
        address: None,
        request: None,
        client_id: Some(ClientId::new("client")),
        ..sign_in_link("user", secret)
    }
}

async fn begin(world: &World, secret: &str, now: i64) -> bool {
    let links = &world.store.sign_in_links;
    links.begin(&world.tenant, sign_in_link("user", secret), Some(mail("link")), at(now)).await.unwrap()
}

async fn give(world: &World, secret: &str) -> bool {
    world.store.sign_in_links.begin(&world.tenant, given(secret), None, at(0)).await.unwrap()
}

async fn find(world: &World, secret: &str, now: i64) -> Option<SignInLink> {
    world.store.sign_in_links.find(&world.tenant, hash(secret), at(now)).await.unwrap()
}

async fn spend(world: &World, secret: &str, now: i64) -> Option<User> {
    world.store.sign_in_links.spend(&world.tenant, hash(secret), at(now)).await.unwrap()
}

async fn mails(store: &Store) -> usize {
    store.mails.due(99, at(99)).await.unwrap().len()
}

/// It is found while it is good, by its secret alone, and spent once; sessions go on.
pub async fn stands(store: &Store) {
    let world = world(store, "acme").await;
    assert!(begin(&world, "asked", 0).await && give(&world, "given").await);
    assert_eq!(mails(store).await, 1);
    for _ in 0..2 {
        let found = find(&world, "asked", 49).await.unwrap();
        assert_eq!((found.kind, found.user.user_id), (SignInLinkKind::Asked, world.user.clone()));
        assert_eq!((found.request.as_deref(), found.client_id), (Some("request"), None));
        let found = find(&world, "given", 49).await.unwrap();
        assert_eq!((found.kind, found.request), (SignInLinkKind::Given, None));
        assert_eq!(found.client_id, Some(ClientId::new("client")));
    }
    for (secret, now) in [("asked", 50), ("given", 50), ("other", 1), ("", 1)] {
        assert_eq!(find(&world, secret, now).await, None, "{secret} at {now}");
        assert_eq!(spend(&world, secret, now).await, None, "{secret} at {now}");
    }
    for secret in ["asked", "given"] {
        assert_eq!(spend(&world, secret, 49).await.unwrap().user_id, world.user);
        assert_eq!((find(&world, secret, 49).await, spend(&world, secret, 49).await), (None, None), "once");
    }
}

/// Several stand at the same time. With one, the others that were mailed end; what an operator made does not.
pub async fn several(store: &Store) {
    let world = world(store, "acme").await;
    assert!(
        begin(&world, "first", 0).await && begin(&world, "second", 1).await && give(&world, "given").await
    );
    let other = store.users.create(&world.tenant, user_at("other", "other@example.com"), None);
    assert_eq!(other.await.unwrap(), Created::Yes);
    let theirs = store.sign_in_links.begin(&world.tenant, sign_in_link("other", "theirs"), None, at(0));
    assert!(theirs.await.unwrap());
    assert!(find(&world, "first", 2).await.is_some() && find(&world, "second", 2).await.is_some());
    assert!(spend(&world, "first", 2).await.is_some());
    assert_eq!((find(&world, "second", 2).await, spend(&world, "second", 2).await), (None, None));
    assert!(spend(&world, "given", 2).await.is_some());
    assert!(spend(&world, "theirs", 2).await.is_some(), "and nobody else's");
}

/// Nobody who is not there, is disabled, has another address, or has not proven it. A link that is not mailed needs none.
pub async fn of_who_may_not_have_one(store: &Store) {
    let unproven = World::new(store, "unproven").await;
    assert!(!begin(&unproven, "secret", 0).await);
    assert!(give(&unproven, "given").await);
    let world = world(store, "acme").await;
    let links = &store.sign_in_links;
    let elsewhere =
        NewSignInLink { address: Some("other@example.com".to_owned()), ..sign_in_link("user", "secret") };
    for (tenant, link) in [
        (world.tenant.clone(), sign_in_link("nobody", "secret")),
        (TenantId::new("else"), sign_in_link("user", "secret")),
        (world.tenant.clone(), elsewhere),
    ] {
        assert!(!links.begin(&tenant, link, Some(mail("link")), at(0)).await.unwrap());
    }
    assert!(store.users.set_disabled(&world.tenant, &world.user, Some(at(0))).await.unwrap());
    assert!(!begin(&world, "secret", 0).await && !give(&world, "given").await);
    assert_eq!(mails(store).await, 0, "nothing is stored");
    assert!(store.users.set_disabled(&world.tenant, &world.user, None).await.unwrap());
    assert!(begin(&world, "secret", 0).await && give(&world, "given").await);
}

/// A new password, a user who is disabled, or deleted and made anew, ends both kinds; another address, or one that counts as
/// unproven, ends what was mailed.
pub async fn dies(store: &Store) {
    for change in ["nothing", "password", "address", "unproven", "disabled", "enabled again", "deleted"] {
        let world = world(store, change).await;
        assert!(begin(&world, "asked", 0).await && give(&world, "given").await);
        let (t, u) = (&world.tenant, &world.user);
        let mut changed = store.users.find(t, u).await.unwrap().unwrap();
        let version = changed.version;
        match change {
            "nothing" => {}
            "password" => {
                assert!(store.credentials.set_password(t, u, "new".to_owned(), at(1)).await.unwrap());
            }
            "address" | "unproven" => {
                match change {
                    "address" => changed.claims.email = Some("other@example.com".to_owned()),
                    _ => changed.claims.email_verified = Some(false),
                }
                assert_eq!(store.users.update(t, version, changed).await.unwrap(), Update::Updated);
            }
            "deleted" => {
                assert!(store.users.delete(t, u, at(1)).await.unwrap());
                assert_eq!(store.raw.count("sign_in_links", t.as_str()).await.unwrap(), 0);
                let made = store.users.create(t, proven(user("user")), None).await.unwrap();
                assert_eq!(made, Created::Yes);
            }
            _ => {
                assert!(store.users.set_disabled(t, u, Some(at(1))).await.unwrap());
                if change != "disabled" {
                    assert!(store.users.set_disabled(t, u, None).await.unwrap());
                }
            }
        }
        for (secret, stands) in
            [("asked", change == "nothing"), ("given", ["nothing", "address", "unproven"].contains(&change))]
        {
            assert_eq!(find(&world, secret, 2).await.is_some(), stands, "{secret}: {change}");
            assert_eq!(spend(&world, secret, 2).await.is_some(), stands, "{secret}: {change}");
        }
    }
}

/// Of many callers one gets the user.
pub async fn spent_once(store: &Store) {
    let world = Arc::new(world(store, "acme").await);
    for round in 0..4 {
        let secret = format!("secret {round}");
        assert!(begin(&world, &secret, 0).await);
        let won = winners(&world, |world, _| {
            let secret = secret.clone();
            async move {
                let spent = world.store.sign_in_links.spend(&world.tenant, hash(&secret), at(1)).await?;
                Ok(spent.is_some())
            }
        });
        assert_eq!(won.await, 1);
    }
}

/// What has expired is swept, and what goes with a tenant.
pub async fn swept(store: &Store) {
    let world = world(store, "acme").await;
    assert!(begin(&world, "secret", 0).await);
    store.maintenance.sweep(at(49), 99).await.unwrap();
    assert!(find(&world, "secret", 49).await.is_some());
    store.maintenance.sweep(at(50), 99).await.unwrap();
    assert_eq!(store.raw.count("sign_in_links", world.tenant.as_str()).await.unwrap(), 0);
}
