//! Redis stopped, paused, and back again: what each noun does, as the manual says.

use std::time::{Duration, Instant};

use credenza_protocol::time::{Seconds, Time};
use credenza_storage::conformance::fixtures::{World, at, code, hash, id, lately, request, session};
use credenza_storage::{Spend, Take};

use crate::server::{Server, until};

/// Something done to a server.
type Act = fn(&mut Server);

/// How Redis becomes unavailable, and how it returns.
const WAYS: [(&str, Act, Act); 2] =
    [("killed", Server::kill, Server::run), ("paused", |server| server.pause(), |server| server.resume())];

async fn spend(world: &World, name: &str, now: i64) -> credenza_storage::Result<Spend> {
    world.store.codes.spend(&world.tenant, &world.client, &id(name), hash(name), at(now)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_never_wait_for_redis() {
    for (way, leave, come) in WAYS {
        let Some(mut server) = Server::start(&format!("requests-{way}"), &["--appendonly", "yes"]) else {
            return;
        };
        let world = server.world().await;
        let (requests, t) = (&world.store.requests, &world.tenant);
        requests.begin(t, request("before"), at(0)).await.unwrap();
        leave(&mut server);
        until(&world.store, false).await;
        let begun = Instant::now();
        assert!(requests.find(t, hash("before"), at(1)).await.unwrap().is_some(), "{way}");
        requests.begin(t, request("meanwhile"), at(0)).await.unwrap();
        for name in ["before", "meanwhile"] {
            assert!(requests.advance(t, hash(name), "{}", "one".to_owned(), at(1)).await.unwrap(), "{way}");
        }
        assert!(requests.finish(t, hash("before"), at(1)).await.unwrap(), "{way}");
        assert!(begun.elapsed() < Duration::from_millis(300), "{way}: nobody waits for it");
        come(&mut server);
        until(&world.store, true).await;
        assert!(!requests.finish(t, hash("before"), at(1)).await.unwrap(), "{way}");
        let found = requests.find(t, hash("meanwhile"), at(1)).await.unwrap().unwrap();
        assert_eq!(found.state.as_deref(), Some("one"), "{way}");
        assert!(requests.finish(t, hash("meanwhile"), at(1)).await.unwrap(), "{way}");
        assert!(!requests.finish(t, hash("meanwhile"), at(1)).await.unwrap(), "{way}");
    }
}

/// A code is valid once, wherever it was when Redis stopped and returned.
#[tokio::test(flavor = "multi_thread")]
async fn codes_go_on_in_sql_and_none_is_good_twice() {
    for (way, leave, come) in WAYS {
        let Some(mut server) = Server::start(&format!("codes-{way}"), &[]) else { return };
        let world = server.world().await;
        let codes = &world.store.codes;
        codes.issue(&world.tenant, code("before"), at(0)).await.unwrap();
        codes.issue(&world.tenant, code("spent"), at(0)).await.unwrap();
        assert!(matches!(spend(&world, "spent", 1).await, Ok(Spend::First(..))));
        leave(&mut server);
        until(&world.store, false).await;
        assert!(spend(&world, "before", 1).await.is_err(), "{way}: not `unknown`");
        assert_eq!(spend(&world, "spent", 2).await.unwrap(), Spend::Again { first_at: at(1) }, "{way}");
        codes.issue(&world.tenant, code("meanwhile"), at(0)).await.unwrap();
        codes.issue(&world.tenant, code("later"), at(0)).await.unwrap();
        assert!(matches!(spend(&world, "meanwhile", 1).await, Ok(Spend::First(..))), "{way}");
        come(&mut server);
        until(&world.store, true).await;
        assert!(matches!(spend(&world, "later", 1).await, Ok(Spend::First(..))), "{way}");
        for name in ["spent", "meanwhile", "later"] {
            assert_eq!(spend(&world, name, 2).await.unwrap(), Spend::Again { first_at: at(1) }, "{way}");
        }
        let before = spend(&world, "before", 1).await.unwrap();
        match way {
            "paused" => assert!(matches!(before, Spend::First(..)), "{before:?}"),
            _ => assert_eq!(before, Spend::Unknown, "it was lost with the memory"),
        }
    }
}

/// Without Redis no assertion is accepted; and with a new memory none that may have been used.
#[tokio::test(flavor = "multi_thread")]
async fn replays_are_refused_while_nobody_can_know() {
    let Some(mut server) = Server::start("replays", &[]) else { return };
    let world = server.world().await;
    let began: String = server.command(&["GET", "credenza:v1:since"]);
    let began: i64 = began.split(' ').nth(1).unwrap().parse().unwrap();
    let claim = |name: &'static str, issued_at: i64| {
        let world = &world;
        let issued_at = Time::from_seconds(issued_at);
        async move {
            let now = issued_at + Seconds(1);
            let replays = &world.store.replays;
            replays.claim(&world.tenant, "jwt", hash(name), issued_at, now + Seconds(60), now).await
        }
    };
    assert!(claim("young", began + 59).await.is_err());
    assert!(claim("seen", began + 60).await.unwrap());
    assert!(!claim("seen", began + 60).await.unwrap());
    server.kill();
    assert!(claim("seen", began + 60).await.is_err());
    until(&world.store, false).await;
    assert!(claim("other", began + 9999).await.is_err());
    tokio::time::sleep(Duration::from_millis(1100)).await;
    server.run();
    until(&world.store, true).await;
    assert!(claim("seen", began + 60).await.is_err(), "the new memory began later");
    assert!(claim("other", began + 9999).await.unwrap());
    let _: () = server.command(&["FLUSHALL"]);
    assert!(claim("seen", began + 60).await.is_err(), "flushed, it begins anew");
    let _: String = server.command(&["GET", "credenza:v1:since"]);
}

/// Never without a limit.
#[tokio::test(flavor = "multi_thread")]
async fn limits_are_counted_in_sql() {
    for (way, leave, come) in WAYS {
        let Some(mut server) = Server::start(&format!("limits-{way}"), &[]) else { return };
        let world = server.world().await;
        let take = || async {
            let limits = &world.store.rate_limits;
            limits.take(&world.tenant, hash("key"), 2, Seconds(900), at(0)).await.unwrap()
        };
        assert_eq!(take().await, Take::Allowed);
        leave(&mut server);
        for _ in 0..2 {
            assert_eq!(take().await, Take::Allowed, "{way}: SQL begins to count");
        }
        assert!(matches!(take().await, Take::Refused { .. }), "{way}");
        come(&mut server);
        until(&world.store, true).await;
        let _ = take().await;
        let _ = take().await;
        assert!(matches!(take().await, Take::Refused { .. }), "{way}");
    }
}

/// Once the end of a session is acknowledged it has ended on every node; without Redis that takes as long as another
/// node might use what it cached.
#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_read_in_sql_and_ended_for_everybody() {
    let Some(mut server) = Server::start("sessions", &[]) else { return };
    let world = server.world().await;
    let (sessions, t) = (&world.store.sessions, &world.tenant);
    for sid in ["one", "two"] {
        sessions.begin(t, hash(sid), session(sid), at(0)).await.unwrap();
        assert!(sessions.find(t, hash(sid), at(-1), at(1)).await.unwrap().is_some());
    }
    assert!(sessions.end(t, &world.user, &session("one").sid, at(1)).await.unwrap());
    assert_eq!(sessions.find(t, hash("one"), at(-1), at(1)).await.unwrap(), None);
    server.kill();
    until(&world.store, false).await;
    assert!(sessions.find(t, hash("two"), at(-1), at(1)).await.unwrap().is_some());
    let begun = Instant::now();
    assert!(sessions.end(t, &world.user, &session("two").sid, at(1)).await.unwrap());
    assert!(begun.elapsed() >= Duration::from_secs(3), "it waits out what another node may have kept");
    assert_eq!(sessions.find(t, hash("two"), at(-1), at(1)).await.unwrap(), None);
}

/// All at once on a paused Redis: everybody gets an answer soon.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_hangs_on_a_paused_redis() {
    let Some(server) = Server::start("hang", &[]) else { return };
    let world = std::sync::Arc::new(server.world().await);
    server.pause();
    let begun = Instant::now();
    let tasks: Vec<_> = (0..64)
        .map(|n| {
            let world = std::sync::Arc::clone(&world);
            tokio::spawn(async move {
                for round in 0..20 {
                    let key = hash(&format!("{n} {round}"));
                    let replays = &world.store.replays;
                    assert!(replays.claim(&world.tenant, "jwt", key, lately(), at(9), at(0)).await.is_err());
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    server.resume();
    until(&world.store, true).await;
}
