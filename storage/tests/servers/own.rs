//! What concerns database servers alone: their tables, round trips, TLS, and lost connections.

use std::sync::Arc;

use credenza_protocol::secret::SecretHash;
use credenza_protocol::version::Version;
use credenza_storage::conformance::fixtures::{
    World, access_token, at, code, hash, id, jwt, lately, options, refresh_token, request, tenant, user,
};
use credenza_storage::conformance::schema::tables;
use credenza_storage::{
    Counters, EventsAsked, KeptEvent, OpenError, Options, Rotate, Spend, Store, migrate, open,
};

use super::{Held, fresh, query, server};

/// The migrations create the tables that `schema.rs` declares. `kinds` are the server's names of its types.
pub(crate) async fn tables_are_those_of_the_schema(
    variable: &str,
    kinds: fn(&str) -> &'static [&'static str],
) {
    let Some(base) = server(variable) else { return };
    let url = fresh(&base, "schema").await;
    assert!(!migrate(&url).await.unwrap().is_empty());
    assert!(migrate(&url).await.unwrap().is_empty(), "they were run");
    for (table, columns) in tables() {
        let made = query(
            &url,
            &format!(
                "SELECT CONCAT(column_name, ' ', data_type, ' ', is_nullable) AS line FROM information_schema.columns \
                 WHERE table_name = '{table}' AND table_schema IN ('public', 't_schema') ORDER BY ordinal_position"
            ),
        )
        .await;
        assert_eq!(made.len(), columns.len(), "{table}: {made:?}");
        for (line, column) in made.iter().zip(columns) {
            let [name, rest] = line.splitn(2, ' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
            let (kind, nullable) = rest.rsplit_once(' ').unwrap();
            assert_eq!((name, nullable == "YES"), (column.name, column.nullable), "{table}");
            assert!(kinds(column.sql_type).contains(&kind), "{table}.{name} is {kind}");
        }
    }
}

/// Of several that start at once, each finds the tables created.
pub(crate) async fn starters_wait_for_each_other(variable: &str) {
    let Some(base) = server(variable) else { return };
    let url = fresh(&base, "starters").await;
    let starters: Vec<_> = (0..4)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move { open(&url, Options::default()).await.unwrap() })
        })
        .collect();
    for starter in starters {
        let store = starter.await.unwrap();
        store.maintenance.check().await.unwrap();
        store.maintenance.close().await;
    }
}

async fn counted(url: &str) -> (World, Arc<Counters>) {
    let options = Options::default();
    let counters = Arc::clone(&options.counters);
    let store = open(url, options).await.unwrap();
    (World::new(&store, "acme").await, counters)
}

/// Runs the call and asserts how many statements it sent.
macro_rules! costs {
    ($counters:expr, $expected:expr, $call:expr) => {{
        let before = $counters.statements();
        let answer = $call.await.unwrap();
        assert_eq!($counters.statements() - before, $expected, stringify!($call));
        answer
    }};
}

/// The token path has one statement for what it must know or change, and no transaction around it.
pub(crate) async fn few_round_trips(variable: &str) {
    let Some(base) = server(variable) else { return };
    let (world, counters) = counted(&fresh(&base, "trips").await).await;
    let (store, t, c, grant) = (&world.store, &world.tenant, &world.client, &id("grant"));
    costs!(counters, 1, store.requests.begin(t, request("request"), at(0)));
    costs!(counters, 1, store.requests.find(t, hash("request"), at(0))).unwrap();
    let (from, to) = ("{}", "x".to_owned());
    costs!(counters, 1, store.requests.advance(t, hash("request"), from, to, at(0)));
    costs!(counters, 1, store.requests.finish(t, hash("request"), at(0)));
    costs!(counters, 1, store.codes.issue(t, code("grant"), at(0)));
    let spent = costs!(counters, 2, store.codes.spend(t, c, grant, hash("grant"), at(1)));
    assert!(matches!(spent, Spend::First(..)));
    costs!(counters, 1, store.refresh_tokens.find(t, grant, at(1))).unwrap();
    let next = refresh_token("grant", "next", 900);
    let rotated = store.refresh_tokens.rotate(t, grant, hash("grant token"), next, at(1));
    assert_eq!(costs!(counters, 1, rotated), Rotate::Rotated);
    costs!(counters, 1, store.grants.find_live(t, grant, hash("jti"), at(1))).unwrap();
    assert!(costs!(counters, 1, store.access_tokens.is_live(t, jwt("jti", c, Some(grant)), at(1))));
    assert!(costs!(counters, 1, store.access_tokens.is_live(t, jwt("jti", c, None), at(1))));
    costs!(counters, 1, store.access_tokens.insert(t, access_token("opaque", None), at(0)));
    costs!(counters, 1, store.access_tokens.find(t, hash("opaque"), at(1))).unwrap();
    assert!(costs!(counters, 1, store.replays.claim(t, "jwt", hash("jti"), lately(), at(9), at(0))));
    assert!(costs!(counters, 1, store.grants.revoke(t, c, grant, at(1))));
    // A client is found in one statement.
    costs!(counters, 1, store.clients.find(t, c)).unwrap();
    store.maintenance.close().await;
}

/// Over TLS to a server that the roots vouch for, and to no other; errors do not show the password.
pub(crate) async fn tls_is_checked(variable: &str) {
    let (Some(base), Some(ca)) = (server(variable), server("TEST_CA_FILE")) else { return };
    let plain = fresh(&base, "tls").await;
    let store =
        open(&format!("{plain}?sslmode=verify-full&sslrootcert={ca}"), Options::default()).await.unwrap();
    store.maintenance.check().await.unwrap();
    assert!(store.tenants.create(tenant("acme")).await.unwrap());
    store.maintenance.close().await;
    // The public authorities did not issue this certificate; another file holds none; a host of another name.
    let other_host = plain.replace("127.0.0.1", "127.0.0.2");
    for url in [
        format!("{plain}?sslmode=verify-full"),
        format!("{plain}?sslmode=verify-full&sslrootcert=/dev/null"),
        format!("{plain}?sslmode=verify-full&sslrootcert=/nowhere/ca.pem"),
        format!("{other_host}?sslmode=verify-full&sslrootcert={ca}"),
    ] {
        let error = open(&url, Options::default()).await.err().unwrap();
        assert!(matches!(error, OpenError::Connect(_) | OpenError::File { .. }), "{url}: {error}");
        assert!(!error.to_string().contains("credenza-tests"), "{error}");
    }
    let wrong = plain.replace("credenza-tests", "hunter2");
    let error = open(&wrong, Options::default()).await.err().unwrap();
    assert!(matches!(error, OpenError::Connect(_)) && !error.to_string().contains("hunter2"), "{error}");
}

/// Connections that the server ends are replaced: each of them fails at most once.
pub(crate) async fn lost_connections_are_made_anew(variable: &str, end_all: &str) {
    let Some(base) = server(variable) else { return };
    let url = fresh(&base, "lost").await;
    let (world, _) = counted(&url).await;
    world.grant(code("grant")).await;
    let world = Arc::new(world);
    // Several connections are in the pool.
    let busy: Vec<_> = (0..16)
        .map(|_| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { assert!(world.lives("grant", at(1)).await) })
        })
        .collect();
    for task in busy {
        task.await.unwrap();
    }
    for _ in 0..3 {
        for end in query(&url, end_all).await {
            if end.starts_with("KILL") {
                super::run(&url, &end).await;
            }
        }
        let mut failed = 0;
        while find(&world.store, hash("jti")).await.is_err() {
            failed += 1;
            assert!(failed <= 16, "it does not come back");
        }
        for _ in 0..50 {
            failed += usize::from(find(&world.store, hash("jti")).await.is_err());
        }
        assert!(failed <= 16, "{failed} calls failed");
    }
    world.store.maintenance.close().await;
}

async fn find(store: &Store, jti: SecretHash) -> Result<(), credenza_storage::StoreError> {
    let tenant = credenza_protocol::ids::TenantId::new("acme");
    assert!(store.grants.find_live(&tenant, &id("grant"), jti, at(1)).await?.is_some());
    Ok(())
}

/// Transactions commit in another order than that in which they draw numbers. A follower who has seen the event of the
/// faster one sees that of the slower one all the same.
pub(crate) async fn a_slow_transaction_is_not_missed(variable: &str) {
    let Some(base) = server(variable) else { return };
    let url = fresh(&base, "slow_events").await;
    let store = open(&url, options("event_log-slow")).await.unwrap();
    let world = World::new(&store, "acme").await;
    let (t, all, log) = (&world.tenant, EventsAsked::default(), &store.event_log);
    while log.take_in(100).await.unwrap() > 0 {}
    let mut position = log.last(t).await.unwrap();
    let mut slow = Held::open(&url).await;
    for (round, version) in
        [Version::FIRST, Version::FIRST.next(), Version::FIRST.next().next()].into_iter().enumerate()
    {
        slow.run("BEGIN").await;
        let body = format!(r#"{{"id": "slow {round}", "type": "user.updated", "subject": "other"}}"#);
        let insert = "INSERT INTO event_intake (tenant_id, at, body) VALUES ('acme', 1700000000, ";
        slow.run(&format!("{insert}'{body}')")).await;
        let _ = store.users.update(t, version, user("user")).await.unwrap();
        assert_eq!(log.take_in(100).await.unwrap(), 1, "the slow one is not there, and holds up nobody");
        let first = log.after(t, &all, position, 100).await.unwrap();
        assert_eq!(first.events.len(), 1);
        assert!(!first.events.iter().any(is_slow));
        slow.run("COMMIT").await;
        assert_eq!(log.take_in(100).await.unwrap(), 1);
        let second = log.after(t, &all, first.position, 100).await.unwrap();
        assert_eq!(second.events.len(), 1);
        assert!(second.events.iter().all(is_slow) && second.position > first.position);
        position = second.position;
    }
    // Whoever rolls back leaves nothing, and no gap that anybody waits for.
    slow.run("BEGIN").await;
    slow.run("INSERT INTO event_intake (tenant_id, at, body) VALUES ('acme', 1700000000, '{}')").await;
    slow.run("ROLLBACK").await;
    assert_eq!(log.take_in(100).await.unwrap(), 0);
    assert!(log.after(t, &all, position, 100).await.unwrap().events.is_empty());
    store.maintenance.close().await;
}

fn is_slow(event: &KeptEvent) -> bool {
    event.event_id.starts_with("slow")
}
