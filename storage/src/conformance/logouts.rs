//! Clients that are notified of the end of a session.

use std::sync::Arc;

use credenza_protocol::ids::{ClientId, SessionId, TenantId, UserId};
use credenza_protocol::session::Session;

use super::fixtures::{World, at, client, hash, session, user};
use super::races::{race, winners};
use crate::{Created, Logout, Store};

async fn begin(world: &World, sid: &str) {
    world.store.sessions.begin(&world.tenant, hash(sid), session(sid), at(0)).await.unwrap();
}

async fn join(world: &World, sid: &str, client_id: &str, now: i64) -> bool {
    let (sid, client_id) = (SessionId::new(sid), ClientId::new(client_id));
    let logouts = &world.store.logouts;
    logouts.join(&world.tenant, &world.user, &sid, &client_id, at(now)).await.unwrap()
}

async fn clients(world: &World, sid: &str) -> Vec<String> {
    let sid = SessionId::new(sid);
    let found = world.store.logouts.clients(&world.tenant, &world.user, &sid).await.unwrap();
    found.iter().map(ToString::to_string).collect()
}

async fn queue(world: &World, client_id: &str, now: i64) -> Vec<Logout> {
    let client_id = ClientId::new(client_id);
    world.store.logouts.next(&world.tenant, &client_id, 99, at(now)).await.unwrap()
}

/// Which client is notified of which session, sorted.
async fn told(world: &World, now: i64) -> Vec<(String, String)> {
    let mut all = vec![];
    for (tenant, client_id) in world.store.logouts.due(99, at(now)).await.unwrap() {
        for one in world.store.logouts.next(&tenant, &client_id, 99, at(now)).await.unwrap() {
            assert_eq!((&one.tenant_id, &one.client_id), (&tenant, &client_id));
            all.push((one.client_id.to_string(), one.sid.to_string()));
        }
    }
    all.sort();
    assert_eq!(world.store.logouts.pending().await.unwrap(), u64::try_from(all.len()).unwrap());
    all
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(client, sid)| ((*client).to_owned(), (*sid).to_owned())).collect()
}

/// Each client of the session, once, however often it joined; those of other sessions are not notified.
pub async fn told_when_a_session_ends(store: &Store) {
    let world = World::new(store, "acme").await;
    begin(&world, "sid").await;
    begin(&world, "other").await;
    for (sid, client_id) in [("sid", "b"), ("sid", "a"), ("sid", "b"), ("other", "a")] {
        assert!(join(&world, sid, client_id, 1).await);
    }
    assert_eq!(
        (clients(&world, "sid").await, clients(&world, "other").await.len()),
        (vec!["a".into(), "b".into()], 1)
    );
    assert!(told(&world, 1).await.is_empty());
    let sid = SessionId::new("sid");
    assert!(store.sessions.end(&world.tenant, &world.user, &sid, at(2)).await.unwrap());
    assert_eq!(told(&world, 2).await, pairs(&[("a", "sid"), ("b", "sid")]));
    let one = queue(&world, "a", 2).await.remove(0);
    assert_eq!((one.tenant_id, one.user_id, one.attempts), (world.tenant.clone(), world.user.clone(), 0));
    assert!(clients(&world, "sid").await.is_empty(), "it is over");
    assert!(!store.sessions.end(&world.tenant, &world.user, &sid, at(3)).await.unwrap());
    assert_eq!(told(&world, 3).await.len(), 2, "once");
}

/// All sessions at once, a new password, a disabled user, a deleted one.
pub async fn told_by_every_end(store: &Store) {
    for end in ["all", "password", "disabled", "deleted"] {
        let world = World::new(store, end).await;
        for sid in ["one", "two"] {
            begin(&world, sid).await;
            assert!(join(&world, sid, "a", 1).await);
        }
        let (t, u) = (&world.tenant, &world.user);
        match end {
            "all" => assert_eq!(store.sessions.end_all(t, u, at(2)).await.unwrap(), 2),
            "password" => {
                assert!(store.credentials.set_password(t, u, "new".to_owned(), at(2)).await.unwrap());
            }
            "disabled" => assert!(store.users.set_disabled(t, u, Some(at(2))).await.unwrap()),
            _ => assert!(store.users.delete(t, u, at(1)).await.unwrap()),
        }
        let queued: Vec<_> = queue(&world, "a", 2).await.iter().map(|one| one.sid.to_string()).collect();
        assert_eq!(queued, ["one", "two"], "{end}");
        assert!(clients(&world, "one").await.is_empty(), "{end}");
    }
}

/// No session, one of somebody else or of another tenant, an ended or expired one; a client that was deleted.
pub async fn not_told(store: &Store) {
    let world = World::new(store, "acme").await;
    assert_eq!(store.users.create(&world.tenant, user("other"), None).await.unwrap(), Created::Yes);
    begin(&world, "sid").await;
    assert!(!join(&world, "no sid", "a", 1).await);
    assert!(!join(&world, "sid", "a", 1000).await, "it has expired");
    let (sid, a) = (SessionId::new("sid"), ClientId::new("a"));
    let logouts = &store.logouts;
    let stranger = UserId::new("other");
    assert!(!logouts.join(&world.tenant, &stranger, &sid, &a, at(1)).await.unwrap());
    assert!(!logouts.join(&TenantId::new("else"), &world.user, &sid, &a, at(1)).await.unwrap());
    assert!(clients(&world, "sid").await.is_empty());
    assert!(join(&world, "sid", "client", 1).await && join(&world, "sid", "a", 1).await);
    let elsewhere = logouts.clients(&TenantId::new("else"), &world.user, &sid).await.unwrap();
    assert!(
        elsewhere.is_empty() && logouts.clients(&world.tenant, &stranger, &sid).await.unwrap().is_empty()
    );
    assert!(store.clients.delete(&world.tenant, &world.client, at(1)).await.unwrap());
    assert_eq!(clients(&world, "sid").await, ["a"]);
    assert!(store.sessions.end(&world.tenant, &world.user, &sid, at(2)).await.unwrap());
    assert_eq!(told(&world, 2).await, pairs(&[("a", "sid")]));
    assert!(!join(&world, "sid", "b", 3).await, "it has ended");
    assert!(store.clients.create(&world.tenant, client("a")).await.unwrap());
    assert!(store.clients.delete(&world.tenant, &a, at(1)).await.unwrap());
    assert!(told(&world, 3).await.is_empty());
}

/// What has joined a session is kept as long as the session, also when that is renewed; and deleted with the tenant.
pub async fn lives_as_the_session(store: &Store) {
    let world = World::new(store, "acme").await;
    for sid in ["sid", "gone"] {
        begin(&world, sid).await;
        assert!(join(&world, sid, "a", 1).await);
    }
    let longer = Session { expires_at: at(5000), ..session("sid") };
    let renewed = store.sessions.renew(&world.tenant, hash("sid"), hash("new"), longer, at(2)).await.unwrap();
    assert!(renewed);
    store.maintenance.sweep(at(1000), 99).await.unwrap();
    assert_eq!((clients(&world, "sid").await.len(), clients(&world, "gone").await.len()), (1, 0));
    store.maintenance.sweep(at(5000), 99).await.unwrap();
    assert!(clients(&world, "sid").await.is_empty());
    begin(&world, "third").await;
    assert!(join(&world, "third", "a", 1).await);
    assert_eq!(store.sessions.end_all(&world.tenant, &world.user, at(2)).await.unwrap(), 1);
    assert!(store.tenants.delete(&world.tenant).await.unwrap());
    assert_eq!(store.logouts.pending().await.unwrap(), 0);
}

/// An attempt defers it; when it is done it is deleted; no client waits for another.
pub async fn due_in_turn(store: &Store) {
    let world = World::new(store, "acme").await;
    for sid in ["one", "two"] {
        begin(&world, sid).await;
        for client_id in ["a", "b"] {
            assert!(join(&world, sid, client_id, 1).await);
        }
    }
    store.sessions.end_all(&world.tenant, &world.user, at(2)).await.unwrap();
    assert_eq!(store.logouts.due(1, at(2)).await.unwrap().len(), 1, "as many as asked for");
    let client_id = ClientId::new("a");
    assert_eq!(store.logouts.next(&world.tenant, &client_id, 1, at(2)).await.unwrap().len(), 1);
    for one in queue(&world, "a", 2).await {
        assert!(store.logouts.claim(&one, at(12)).await.unwrap());
        assert!(!store.logouts.claim(&one, at(12)).await.unwrap(), "another node has it");
    }
    assert_eq!(store.logouts.due(99, at(11)).await.unwrap(), [(world.tenant.clone(), ClientId::new("b"))]);
    assert!(queue(&world, "a", 11).await.is_empty());
    let again = queue(&world, "a", 12).await;
    assert_eq!(again.iter().map(|one| one.attempts).collect::<Vec<_>>(), [1, 1]);
    assert!(store.logouts.claim(&again[0], at(32)).await.unwrap());
    store.logouts.done(&again[0]).await.unwrap();
    store.logouts.done(&again[0]).await.unwrap();
    assert_eq!(queue(&world, "a", 99).await, [again[1].clone()]);
    assert_eq!(store.logouts.pending().await.unwrap(), 3);
}

/// Of many nodes one makes the attempt.
pub async fn one_tells(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    begin(&world, "sid").await;
    assert!(join(&world, "sid", "a", 1).await);
    assert_eq!(store.sessions.end_all(&world.tenant, &world.user, at(2)).await.unwrap(), 1);
    for attempt in 0..3 {
        let one = queue(&world, "a", 100 * attempt + 2).await.remove(0);
        let won = winners(&world, |world, _| {
            let one = one.clone();
            async move { world.store.logouts.claim(&one, at(100 * attempt + 50)).await }
        });
        assert_eq!(won.await, 1);
    }
}

/// A client that joins while the session ends is notified, or learns that there is no session.
pub async fn none_is_lost(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    for round in 0..4 {
        let sid = format!("sid {round}");
        begin(&world, &sid).await;
        let joined = race(&world, |world, n| {
            let sid = SessionId::new(sid.clone());
            async move {
                if n % 8 == 7 {
                    world.store.sessions.end(&world.tenant, &world.user, &sid, at(1)).await?;
                    return Ok(None);
                }
                let client_id = ClientId::new(format!("client {}", n % 8));
                let joined = world.store.logouts.join(&world.tenant, &world.user, &sid, &client_id, at(1));
                Ok(joined.await?.then_some(client_id))
            }
        });
        let joined: std::collections::BTreeSet<_> = joined.await.into_iter().flatten().collect();
        let mut queued = std::collections::BTreeSet::new();
        for (tenant, client_id) in store.logouts.due(99, at(2)).await.unwrap() {
            for one in store.logouts.next(&tenant, &client_id, 99, at(2)).await.unwrap() {
                store.logouts.done(&one).await.unwrap();
                assert!(queued.insert(one.client_id), "once");
            }
        }
        assert_eq!(queued, joined);
        assert!(clients(&world, &sid).await.is_empty());
    }
}
