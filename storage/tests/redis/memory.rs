//! A Redis whose data are lost, old, or unreliable.

use std::time::Duration;

use credenza_storage::conformance::fixtures::{World, at, code, hash, id, lately, request, session};
use credenza_storage::{OpenError, Options, RedisOptions, Spend, open};

use crate::server::{Server, until};

async fn spend(world: &World, name: &str) -> Spend {
    let codes = &world.store.codes;
    codes.spend(&world.tenant, &world.client, &id(name), hash(name), at(1)).await.unwrap()
}

/// A rollback: what was saved comes back, and what happened since is not in it.
#[tokio::test(flavor = "multi_thread")]
async fn old_data_make_no_code_good_twice() {
    let Some(mut server) = Server::start("old-data", &["--dbfilename", "dump.rdb"]) else { return };
    let world = server.world().await;
    let t = &world.tenant;
    for name in ["spent", "waiting"] {
        world.store.codes.issue(t, code(name), at(0)).await.unwrap();
    }
    world.store.sessions.begin(t, hash("handle"), session("sid"), at(0)).await.unwrap();
    assert!(world.store.sessions.find(t, hash("handle"), at(-1), at(0)).await.unwrap().is_some());
    let _: String = server.command(&["SAVE"]);
    assert!(matches!(spend(&world, "spent").await, Spend::First(..)));
    assert!(world.store.sessions.end(t, &world.user, &session("sid").sid, at(1)).await.unwrap());
    server.kill();
    until(&world.store, false).await;
    server.run();
    until(&world.store, true).await;
    assert!(server.keys().iter().any(|key| key.contains(":code:")), "the old data are there");
    assert_eq!(spend(&world, "spent").await, Spend::Again { first_at: at(1) });
    assert_eq!(
        spend(&world, "waiting").await,
        Spend::Unknown,
        "its session ended, which the old data do not say"
    );
    assert_eq!(world.store.sessions.find(t, hash("handle"), at(-1), at(1)).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn flushed_it_loses_what_waits_and_nothing_else() {
    let Some(server) = Server::start("flushed", &[]) else { return };
    let world = server.world().await;
    let t = &world.tenant;
    for name in ["spent", "waiting"] {
        world.store.codes.issue(t, code(name), at(0)).await.unwrap();
    }
    assert!(matches!(spend(&world, "spent").await, Spend::First(..)));
    world.store.requests.begin(t, request("request"), at(0)).await.unwrap();
    world.store.sessions.begin(t, hash("handle"), session("sid"), at(0)).await.unwrap();
    let _: () = server.command(&["FLUSHALL"]);
    assert_eq!(spend(&world, "spent").await, Spend::Again { first_at: at(1) });
    assert_eq!(spend(&world, "waiting").await, Spend::Unknown);
    assert!(world.store.requests.find(t, hash("request"), at(1)).await.unwrap().is_some());
    assert!(world.store.sessions.find(t, hash("handle"), at(-1), at(1)).await.unwrap().is_some());
    assert!(world.lives("spent", at(1)).await);
}

/// A code ends with the session that it is bound to, with the consent, and with its grant.
#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_code_is_revoked() {
    let Some(server) = Server::start("revoked", &[]) else { return };
    let world = server.world().await;
    let (store, t, user) = (&world.store, &world.tenant, &world.user);
    let mut offline = code("offline");
    offline.grant.offline = true;
    for new in [code("bound"), offline, code("revoked")] {
        store.codes.issue(t, new, at(0)).await.unwrap();
    }
    store.sessions.begin(t, hash("handle"), session("sid"), at(0)).await.unwrap();
    assert!(store.grants.revoke(t, &world.client, &id("revoked"), at(0)).await.unwrap());
    assert!(!store.grants.revoke(t, &world.client, &id("revoked"), at(0)).await.unwrap());
    assert!(store.sessions.end(t, user, &session("sid").sid, at(0)).await.unwrap());
    for name in ["bound", "revoked"] {
        assert_eq!(spend(&world, name).await, Spend::Dead, "{name}");
        assert_eq!(spend(&world, name).await, Spend::Again { first_at: at(1) }, "{name}");
        assert!(!world.lives(name, at(1)).await, "{name}");
    }
    assert!(matches!(spend(&world, "offline").await, Spend::First(..)));
    store.codes.issue(t, code("forgotten"), at(0)).await.unwrap();
    assert!(!store.consents.forget(t, user, &world.client, at(0)).await.unwrap());
    assert_eq!(spend(&world, "forgotten").await, Spend::Dead);
    store.codes.issue(t, code("anew"), at(0)).await.unwrap();
    assert!(matches!(spend(&world, "anew").await, Spend::First(..)));
}

/// A server that evicts is refused at the start, and later counts as unavailable.
#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_evicts_is_refused() {
    let Some(mut server) = Server::start("evicts", &["--maxmemory-policy", "allkeys-lru"]) else { return };
    drop(server.open().await.unwrap());
    let world = server.world().await;
    let _: String = server.command(&["CONFIG", "SET", "maxmemory", "100mb"]);
    let told = server.open().await.err().unwrap();
    assert!(matches!(&told, OpenError::Redis(why) if why.contains("noeviction")), "{told}");
    let port = server.url();
    server.kill();
    until(&world.store, false).await;
    server.run();
    let _: String = server.command(&["CONFIG", "SET", "maxmemory", "100mb"]);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(server.open().await.is_err(), "{port}");
}

/// A full Redis refuses writes, which counts as unavailable: nothing is dropped for what is new.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_redis_refuses_or_leaves_it_to_sql() {
    let Some(server) = Server::start("full", &[]) else { return };
    let world = server.world().await;
    let t = &world.tenant;
    let claim = |name: &'static str| world.store.replays.claim(t, "jwt", hash(name), lately(), at(99), at(0));
    assert!(claim("seen").await.unwrap());
    let _: String = server.command(&["CONFIG", "SET", "maxmemory", "1"]);
    assert!(claim("new").await.is_err());
    assert!(!claim("seen").await.unwrap_or(false));
    world.store.codes.issue(t, code("code"), at(0)).await.unwrap();
    assert!(matches!(spend(&world, "code").await, Spend::First(..)));
    let _: String = server.command(&["CONFIG", "SET", "maxmemory", "0"]);
    until(&world.store, true).await;
    assert!(!claim("seen").await.unwrap() && claim("new").await.unwrap());
}

/// The provider starts without Redis, and finds it later; it does not start with a wrong password.
#[tokio::test(flavor = "multi_thread")]
async fn it_starts_without_redis() {
    let Some(mut server) = Server::start("start", &[]) else { return };
    server.kill();
    let world = server.world().await;
    until(&world.store, false).await;
    world.grant(code("grant")).await;
    server.run();
    until(&world.store, true).await;
    world.grant(code("another")).await;
    let _: String = server.command(&["CONFIG", "SET", "requirepass", "swordfish"]);
    let url = server.url().replace("redis://", "redis://:hunter2@");
    let options = Options { redis: Some(RedisOptions::new(url)), ..Options::default() };
    assert!(!format!("{options:?}").contains("hunter2"));
    let told = open("sqlite::memory:", options).await.err().unwrap();
    assert!(matches!(told, OpenError::Redis(_)) && !told.to_string().contains("hunter2"), "{told}");
}

/// Every key expires, and none holds a secret.
#[tokio::test(flavor = "multi_thread")]
async fn every_key_has_an_end() {
    let Some(server) = Server::start("ends", &[]) else { return };
    let world = server.world().await;
    let t = &world.tenant;
    world.store.codes.issue(t, code("code"), at(0)).await.unwrap();
    world.store.sessions.begin(t, hash("handle"), session("sid"), at(0)).await.unwrap();
    let _ = world.store.sessions.find(t, hash("handle"), at(-1), at(1)).await.unwrap();
    assert!(world.store.replays.claim(t, "jwt", hash("jti"), lately(), at(99), at(0)).await.unwrap());
    let window = credenza_protocol::time::Seconds(900);
    let _ = world.store.rate_limits.take(t, hash("key"), 9, window, at(0)).await.unwrap();
    world.store.sessions.end_all(t, &world.user, at(1)).await.unwrap();
    let keys = server.keys();
    for noun in ["since", "moves", "code:", "session:", "replay:", "rate:", "user:", "ended-all:"] {
        assert!(keys.iter().any(|key| key.starts_with(&format!("credenza:v1:{noun}"))), "{noun} in {keys:?}");
    }
    for key in keys {
        let life: i64 = server.command(&["PTTL", &key]);
        assert!(life > 0, "{key} has no end");
    }
}
