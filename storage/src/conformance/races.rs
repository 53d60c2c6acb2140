//! Many callers at once: one wins, the others learn that they lost, and none gets an error.

use std::sync::Arc;

use credenza_protocol::role::{Assignment, Holder};
use credenza_protocol::time::Seconds;
use credenza_protocol::version::Version;
use tokio::sync::Barrier;

use super::fixtures::{
    World, at, client, code, group, hash, id, key, lately, refresh_token, request, scope, session, tenant,
    user,
};
use crate::{
    Change, Counted, Created, Linked, RequestRecord, Result, Rotate, SealedAt, Spend, Store, Take, Update,
};

/// Callers at once.
pub(super) const CALLERS: usize = 64;

/// Starts all callers together, and returns what each got.
pub(super) async fn race<T, F>(world: &Arc<World>, call: impl Fn(Arc<World>, usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let barrier = Arc::new(Barrier::new(CALLERS));
    let callers: Vec<_> = (0..CALLERS)
        .map(|n| {
            let (barrier, call) = (Arc::clone(&barrier), call(Arc::clone(world), n));
            tokio::spawn(async move {
                barrier.wait().await;
                call.await
            })
        })
        .collect();
    let mut answers = Vec::new();
    for caller in callers {
        answers.push(caller.await.unwrap().unwrap());
    }
    answers
}

/// How many of them won.
pub(super) async fn winners<F>(world: &Arc<World>, call: impl Fn(Arc<World>, usize) -> F) -> usize
where
    F: Future<Output = Result<bool>> + Send + 'static,
{
    race(world, call).await.into_iter().filter(|won| *won).count()
}

/// RFC 6749 4.1.2: of many redeemers one gets the code, the others learn that it was spent.
pub async fn one_spends_the_code(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    for round in 0..4 {
        let name = format!("code {round}");
        store.codes.issue(&world.tenant, code(&name), at(0)).await.unwrap();
        let answers = race(&world, |world, _| {
            let (id, hash) = (id(&name), hash(&name));
            async move { world.store.codes.spend(&world.tenant, &world.client, &id, hash, at(1)).await }
        })
        .await;
        let first = answers.iter().filter(|answer| matches!(answer, Spend::First(..))).count();
        let again = answers.iter().filter(|answer| matches!(answer, Spend::Again { .. })).count();
        assert_eq!((first, again), (1, CALLERS - 1));
    }
}

/// The same for a code that was kept elsewhere until it is redeemed.
pub async fn one_redeems_the_code(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    let admission = store.codes.admit(&world.tenant, &world.client, &world.user).await.unwrap().unwrap();
    let answers = race(&world, |world, _| async move {
        world.store.codes.redeem(&world.tenant, code("code"), admission, at(1)).await
    })
    .await;
    let first = answers.iter().filter(|answer| matches!(answer, Spend::First(..))).count();
    let again = answers.iter().filter(|answer| matches!(answer, Spend::Again { .. })).count();
    assert_eq!((first, again), (1, CALLERS - 1));
}

/// RFC 9700 4.14: of many refreshers one rotates, and its token is the one that lives.
pub async fn one_rotates(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    world.grant(code("grant")).await;
    let answers = race(&world, |world, n| async move {
        let (id, presented) = (id("grant"), hash("grant token"));
        let next = refresh_token("grant", &n.to_string(), 900);
        let token = next.token;
        let rotated = world.store.refresh_tokens.rotate(&world.tenant, &id, presented, next, at(1));
        Ok((rotated.await?, token))
    })
    .await;
    let winners: Vec<_> = answers.iter().filter(|(answer, _)| *answer == Rotate::Rotated).collect();
    assert_eq!(winners.len(), 1);
    let record = store.refresh_tokens.find(&world.tenant, &id("grant"), at(1)).await.unwrap().unwrap();
    assert_eq!((record.current, record.previous), (winners[0].1, Some(hash("grant token"))));
}

/// While the grant is revoked, tokens are rotated; after it, none is.
pub async fn revocation_wins(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    let granted = world.grant(code("grant")).await;
    let revoked = winners(&world, |world, _| {
        let id = granted.clone();
        async move { world.store.grants.revoke(&world.tenant, &world.client, &id, at(1)).await }
    });
    assert_eq!(revoked.await, 1);
    let answers = race(&world, |world, _| async move {
        let next = refresh_token("grant", "second", 900);
        let (id, presented) = (id("grant"), hash("grant token"));
        world.store.refresh_tokens.rotate(&world.tenant, &id, presented, next, at(1)).await
    });
    assert!(answers.await.into_iter().all(|answer| answer == Rotate::Lost));
}

/// A request is begun, advanced and finished by one.
pub async fn one_goes_on_with_the_request(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    let begun = winners(&world, |world, n| async move {
        let state = (n % 2 == 0).then(|| "{}".to_owned());
        world.store.requests.begin(&world.tenant, RequestRecord { state, ..request("raced") }, at(0)).await
    });
    assert_eq!(begun.await, 1);
    store.requests.begin(&world.tenant, request("handle"), at(0)).await.unwrap();
    let advanced = winners(&world, |world, n| async move {
        world.store.requests.advance(&world.tenant, hash("handle"), "{}", format!("step {n}"), at(1)).await
    });
    assert_eq!(advanced.await, 1);
    let finished = winners(&world, |world, _| async move {
        world.store.requests.finish(&world.tenant, hash("handle"), at(1)).await
    });
    assert_eq!(finished.await, 1);
}

/// A replay is detected, also when an earlier claim has expired.
pub async fn one_claims(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    for now in [0, 60, 120] {
        let claimed = winners(&world, |world, _| async move {
            world
                .store
                .replays
                .claim(&world.tenant, "jwt", hash("jti"), lately(), at(now + 60), at(now))
                .await
        });
        assert_eq!(claimed.await, 1, "at {now}");
    }
}

/// Of many attempts at once as many are allowed as the limit says, in the first window and in the next.
pub async fn a_limit_is_exact(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    for now in [0, 60, 120] {
        let allowed = winners(&world, |world, _| async move {
            let limits = &world.store.rate_limits;
            Ok(limits.take(&world.tenant, hash("key"), 10, Seconds(60), at(now)).await? == Take::Allowed)
        });
        assert_eq!(allowed.await, 10, "at {now}");
    }
}

/// Of many changes at once, each sees what the one before it left.
pub async fn each_change_counts(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    for now in [0, 60, 120] {
        let first = winners(&world, |world, _| async move {
            let one_more: Change = Arc::new(move |kept: Option<Counted>| {
                let count = kept.map_or(0, |kept| kept.count) + 1;
                Some(Counted { count, expires_at: at(now + 60) })
            });
            let limits = &world.store.rate_limits;
            Ok(limits.change(&world.tenant, hash("key"), one_more, at(now)).await?.is_none())
        });
        assert_eq!(first.await, 1, "one finds nothing, at {now}");
        let kept = world.store.rate_limits.find(&world.tenant, hash("key"), at(now)).await.unwrap();
        assert_eq!(kept.map(|kept| kept.count), i64::try_from(CALLERS).ok(), "at {now}");
    }
}

/// Names and ids are unique.
pub async fn one_creates(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    let tenants = winners(&world, |world, n| async move {
        let mut one = tenant(&format!("id {n}"));
        one.name = "wanted".to_owned();
        world.store.tenants.create(one).await
    });
    assert_eq!(tenants.await, 1);
    let clients = winners(&world, |world, _| async move {
        world.store.clients.create(&world.tenant, client("wanted")).await
    });
    assert_eq!(clients.await, 1);
    let users = winners(&world, |world, n| async move {
        let mut one = user(&format!("id {n}"));
        one.username = if n % 2 == 0 { "WANTED" } else { "wanted" }.to_owned();
        Ok(world.store.users.create(&world.tenant, one, None).await? == Created::Yes)
    });
    assert_eq!(users.await, 1);
    let keys = winners(&world, |world, n| async move {
        let records = vec![key(&format!("{n} a")), key(&format!("{n} b"))];
        world.store.keys.create_first(&world.tenant, records).await
    });
    assert_eq!(keys.await, 1);
    assert_eq!(store.keys.list(&world.tenant).await.unwrap().len(), 2, "one server made the keys");
}

/// Of many who put somebody into a group, or give somebody a role, one does; the name of a group is one group's.
pub async fn one_joins(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    let made = winners(&world, |world, n| async move {
        let mut one = group(&format!("id {n}"));
        one.name = if n % 2 == 0 { "STAFF" } else { "staff" }.to_owned();
        world.store.groups.create(&world.tenant, one).await
    });
    assert_eq!(made.await, 1);
    let staff = store.groups.find_by_name(&world.tenant, "Staff").await.unwrap().unwrap();
    let added = winners(&world, |world, _| {
        let id = staff.group_id.clone();
        async move {
            let linked = world.store.groups.add(&world.tenant, &id, &world.user).await?;
            assert_ne!(linked, Linked::Absent);
            Ok(linked == Linked::Now)
        }
    });
    assert_eq!(added.await, 1);
    assert_eq!(store.groups.members(&world.tenant, &staff.group_id, None, 9).await.unwrap(), [user("user")]);
    let granted = winners(&world, |world, _| {
        let holder = Holder::Group(staff.group_id.clone());
        async move {
            let one = Assignment { client_id: world.client.clone(), role: "admin".to_owned(), holder };
            Ok(world.store.roles.grant(&world.tenant, one).await? == Linked::Now)
        }
    });
    assert_eq!(granted.await, 1);
    assert_eq!(store.roles.at_client(&world.tenant, &world.client, None, 9).await.unwrap().len(), 1);
    let removed = winners(&world, |world, _| {
        let id = staff.group_id.clone();
        async move { world.store.groups.remove(&world.tenant, &id, &world.user).await }
    });
    assert_eq!(removed.await, 1);
    // Whoever joins while the group is deleted is in none that is made again with the same id.
    race(&world, |world, n| {
        let staff = staff.clone();
        async move {
            if n == CALLERS / 2 {
                world.store.groups.delete(&world.tenant, &staff.group_id).await?;
            } else {
                let _linked = world.store.groups.add(&world.tenant, &staff.group_id, &world.user).await?;
            }
            Ok(())
        }
    })
    .await;
    assert!(store.groups.create(&world.tenant, staff.clone()).await.unwrap());
    assert!(store.groups.members(&world.tenant, &staff.group_id, None, 9).await.unwrap().is_empty());
}

/// A130: of many who create one account in spellings that are compared as equal or look alike, one does.
pub async fn one_of_look_alikes(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    for round in 0..4 {
        let made = winners(&world, move |world, n| async move {
            let forms =
                ["wanted", "WANTED", "\u{ff57}anted", "w\u{430}nted", "want\u{435}d", "w\u{430}nt\u{435}d"];
            let mut one = user(&format!("id {round} {n}"));
            one.username = format!("{}{round}", forms[n % forms.len()]);
            Ok(world.store.users.create(&world.tenant, one, None).await? == Created::Yes)
        });
        assert_eq!(made.await, 1);
    }
}

/// Of many servers that create the next key, and the first secret, one does.
pub async fn one_makes_the_next_key(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    assert!(store.keys.create_first(&world.tenant, vec![key("first")]).await.unwrap());
    let first = [key("first").kid];
    let made = winners(&world, |world, n| {
        let first = first.clone();
        async move { world.store.keys.create_next(&world.tenant, key(&n.to_string()), &first).await }
    });
    assert_eq!(made.await, 1);
    assert_eq!(store.keys.list(&world.tenant).await.unwrap().len(), 2);
    let secrets = winners(&world, |world, n| async move {
        world.store.secrets.create("root", n.to_be_bytes().to_vec(), at(1)).await
    });
    assert_eq!(secrets.await, 1);
    let old = store.secrets.find("root").await.unwrap().unwrap();
    let root = SealedAt::Secret("root".to_owned());
    let replaced = winners(&world, |world, n| {
        let (root, old) = (root.clone(), old.clone());
        async move { world.store.secrets.replace(&root, &old, vec![7; n + 100]).await }
    });
    assert_eq!(replaced.await, 1);
}

/// The session moves once, and is ended once.
pub async fn one_renews_the_session(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    store.sessions.begin(&world.tenant, hash("old"), session("sid"), at(0)).await.unwrap();
    let renewed = winners(&world, |world, n| async move {
        let new = hash(&format!("new {n}"));
        world.store.sessions.renew(&world.tenant, hash("old"), new, session("sid"), at(1)).await
    });
    assert_eq!(renewed.await, 1);
    assert_eq!(store.sessions.list(&world.tenant, &world.user, at(1)).await.unwrap().len(), 1);
    let ended = winners(&world, |world, _| async move {
        world.store.sessions.end(&world.tenant, &world.user, &session("sid").sid, at(1)).await
    });
    assert_eq!(ended.await, 1);
}

/// Consents given at once are all recorded.
pub async fn no_consent_is_lost(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    race(&world, |world, n| async move {
        let one = scope(&format!("scope-{n}"));
        world.store.consents.remember(&world.tenant, &world.user, &world.client, &one, at(1)).await
    })
    .await;
    let found = store.consents.find(&world.tenant, &world.user, &world.client).await.unwrap();
    assert_eq!(found.iter().count(), CALLERS);
}

/// Of many who edit the same version of a record, one wins; for the others it is stale.
pub async fn one_edits(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    let seen = Version::FIRST;
    let edited = |answers: Vec<Update>| {
        let stale = answers.iter().filter(|answer| **answer == Update::Stale).count();
        let updated = answers.iter().filter(|answer| **answer == Update::Updated).count();
        assert_eq!((updated, stale), (1, CALLERS - 1));
    };
    edited(
        race(&world, |world, n| async move {
            let mut settings = tenant("acme").settings;
            settings.display_name = n.to_string();
            world.store.tenants.update(&world.tenant, seen, settings, at(1)).await
        })
        .await,
    );
    edited(
        race(&world, |world, n| async move {
            let mut record = client("client");
            record.client.client_name = n.to_string();
            world.store.clients.update(&world.tenant, seen, record).await
        })
        .await,
    );
    edited(
        race(&world, |world, n| async move {
            let mut one = user("user");
            one.claims.nickname = Some(n.to_string());
            world.store.users.update(&world.tenant, seen, one).await
        })
        .await,
    );
    let tenant = store.tenants.find("acme").await.unwrap().unwrap();
    let client = store.clients.find(&world.tenant, &world.client).await.unwrap().unwrap();
    let user = store.users.find(&world.tenant, &world.user).await.unwrap().unwrap();
    assert_eq!([tenant.version, client.version, user.version], [seen.next(); 3]);
}

/// Every change is counted.
pub async fn every_change_moves_the_revision(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    let before = store.maintenance.revision("acme").await.unwrap();
    let changed = winners(&world, |world, n| async move {
        world.store.clients.create(&world.tenant, client(&n.to_string())).await
    });
    assert_eq!(changed.await, CALLERS);
    let after = store.maintenance.revision("acme").await.unwrap();
    assert_eq!(after - before, i64::try_from(CALLERS).unwrap());
}
