//! What a write costs: jobs and commits, counted.

use std::sync::Arc;

use credenza_storage::conformance::fixtures::{
    World, access_token, at, code, hash, id, jwt, lately, refresh_token, request,
};
use credenza_storage::{Counters, Options, Rotate, Spend, open};

use crate::{fresh, url};

async fn counted(name: &str) -> (Arc<World>, Arc<Counters>) {
    let options = Options::default();
    let counters = Arc::clone(&options.counters);
    let store = open(&url(&fresh(name)), options).await.unwrap();
    (Arc::new(World::new(&store, "acme").await), counters)
}

/// Those who wait while one commit runs share the next.
#[tokio::test(flavor = "multi_thread")]
async fn many_writers_share_commits() {
    let (world, counters) = counted("shared-commits").await;
    let (writes, commits) = (counters.writes(), counters.commits());
    let tasks: Vec<_> = (0..64)
        .map(|task| {
            let world = Arc::clone(&world);
            tokio::spawn(async move {
                for n in 0..20 {
                    let new = request(&format!("{task} {n}"));
                    world.store.requests.begin(&world.tenant, new, at(0)).await.unwrap();
                    let found = world.store.requests.find(&world.tenant, hash(&format!("{task} {n}")), at(1));
                    assert!(found.await.unwrap().is_some(), "what was answered is there to read");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(counters.writes() - writes, 1280);
    let commits = counters.commits() - commits;
    assert!(commits <= 640, "{commits} commits for 1280 writes of 64 tasks");
    world.store.maintenance.close().await;
}

/// Runs the call and asserts how many jobs of reading, of writing and commits it took.
macro_rules! costs {
    ($counters:expr, $reads:expr, $writes:expr, $call:expr) => {{
        let before = ($counters.reads(), $counters.writes(), $counters.commits());
        let answer = $call.await.unwrap();
        let (reads, writes) = ($counters.reads() - before.0, $counters.writes() - before.1);
        let commits = $counters.commits() - before.2;
        assert_eq!((reads, writes, commits), ($reads, $writes, $writes), stringify!($call));
        answer
    }};
}

/// The round trips of the token path.
#[tokio::test(flavor = "multi_thread")]
async fn few_round_trips() {
    let (world, counters) = counted("round-trips").await;
    let (store, t, c) = (&world.store, &world.tenant, &world.client);
    costs!(counters, 0, 1, store.codes.issue(t, code("grant"), at(0)));
    let spent = costs!(counters, 0, 1, store.codes.spend(t, c, &id("grant"), hash("grant"), at(1)));
    assert!(matches!(spent, Spend::First(..)));
    costs!(counters, 1, 0, store.refresh_tokens.find(t, &id("grant"), at(1))).unwrap();
    let next = refresh_token("grant", "next", 900);
    let id = id("grant");
    let rotate = store.refresh_tokens.rotate(t, &id, hash("grant token"), next, at(1));
    assert_eq!(costs!(counters, 0, 1, rotate), Rotate::Rotated);
    let grant = code("grant").grant.grant_id;
    costs!(counters, 1, 0, store.grants.find_live(t, &grant, hash("jti"), at(1))).unwrap();
    assert!(costs!(counters, 1, 0, store.access_tokens.is_live(t, jwt("jti", c, Some(&grant)), at(1))));
    assert!(costs!(counters, 1, 0, store.access_tokens.is_live(t, jwt("jti", c, None), at(1))));
    costs!(counters, 0, 1, store.access_tokens.insert(t, access_token("opaque", None), at(0)));
    costs!(counters, 1, 0, store.access_tokens.find(t, hash("opaque"), at(1))).unwrap();
    assert!(costs!(counters, 0, 1, store.replays.claim(t, "jwt", hash("jti"), lately(), at(9), at(0))));
    costs!(counters, 1, 0, store.maintenance.revision("acme"));
    costs!(counters, 1, 0, store.clients.find(t, c)).unwrap();
    world.store.maintenance.close().await;
}
