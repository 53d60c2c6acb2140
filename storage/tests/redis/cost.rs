//! What each operation costs: round trips to Redis and jobs of SQL, counted.

use std::sync::Arc;

use credenza_protocol::time::Seconds;
use credenza_storage::conformance::fixtures::{at, code, hash, id, lately, session};
use credenza_storage::{Change, Counted, Spend, Take};

use crate::server::Server;

/// Calls of each operation. The watch sends a few commands meanwhile, which the division removes.
const CALLS: u64 = 100;

/// Runs the call for so many names, and asserts how many round trips to Redis and how many reads and writes of
/// SQL one takes.
macro_rules! costs {
    ($server:expr, $counters:expr, $redis:expr, $reads:expr, $writes:expr, |$name:ident| $call:expr) => {{
        let before = (reads_of($server), $counters.reads(), $counters.writes());
        for n in 0..CALLS {
            let $name = &format!("name {n}");
            $call;
        }
        let redis = (reads_of($server) - before.0) / CALLS;
        let (reads, writes) = ($counters.reads() - before.1, $counters.writes() - before.2);
        let told = (redis, reads / CALLS, writes / CALLS);
        assert_eq!(told, ($redis, $reads, $writes), "{}", stringify!($call));
        assert_eq!((reads % CALLS, writes % CALLS), (0, 0), "{}", stringify!($call));
    }};
}

/// How often the server has read from its clients.
fn reads_of(server: &Server) -> u64 {
    let stats: String = server.command(&["INFO", "stats"]);
    let line = stats.lines().find_map(|line| line.strip_prefix("total_reads_processed:"));
    line.unwrap().trim().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn few_round_trips() {
    let Some(server) = Server::start("cost", &[]) else { return };
    let (world, counters) = server.counted().await;
    let (store, t, c) = (&world.store, &world.tenant, &world.client);
    let server = &server;
    // A code flow: one read, and one write, which is one commit.
    costs!(server, counters, 1, 1, 0, |name| store.codes.issue(t, code(name), at(0)).await.unwrap());
    costs!(server, counters, 1, 0, 1, |name| {
        let spent = store.codes.spend(t, c, &id(name), hash(name), at(1)).await.unwrap();
        assert!(matches!(spent, Spend::First(..)));
    });
    costs!(server, counters, 1, 0, 0, |name| {
        assert!(store.replays.claim(t, "jwt", hash(name), lately(), at(9), at(0)).await.unwrap());
    });
    costs!(server, counters, 1, 0, 0, |name| {
        let take = store.rate_limits.take(t, hash(name), 9, Seconds(900), at(0)).await.unwrap();
        assert_eq!(take, Take::Allowed);
    });
    costs!(server, counters, 1, 0, 0, |name| {
        store.rate_limits.give_back(t, hash(name), at(0)).await.unwrap();
    });
    costs!(server, counters, 2, 0, 0, |name| {
        let one: Change = Arc::new(|_| Some(Counted { count: 1, expires_at: at(900) }));
        assert_eq!(
            store.rate_limits.change(t, hash(name), one, at(0)).await.unwrap().map(|kept| kept.count),
            Some(0)
        );
    });
    costs!(server, counters, 1, 0, 0, |name| {
        assert!(store.rate_limits.find(t, hash(name), at(0)).await.unwrap().is_some());
    });
    costs!(server, counters, 1, 0, 0, |name| store.rate_limits.forget(t, hash(name), at(0)).await.unwrap());
    costs!(server, counters, 0, 0, 1, |name| {
        store.sessions.begin(t, hash(name), session(name), at(0)).await.unwrap();
    });
    costs!(server, counters, 2, 1, 0, |name| {
        store.sessions.find(t, hash(name), at(-1), at(1)).await.unwrap().unwrap();
    });
    costs!(server, counters, 1, 0, 0, |name| {
        store.sessions.find(t, hash(name), at(-1), at(1)).await.unwrap().unwrap();
    });
    costs!(server, counters, 1, 0, 1, |name| {
        assert!(store.sessions.end(t, &world.user, &session(name).sid, at(1)).await.unwrap());
    });
}
