//! Events delivered to a real Redis and a real NATS: every change, in order, whatever dies meanwhile.
//!
//! Chart 650

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use credenza_protocol::event::Form;
use credenza_tests::EventSchemas;
use credenza_tests::consumers::{Arrived, in_nats, in_redis};
use credenza_tests::node::{Node, Scratch};
use credenza_tests::services::Services;
use serde_json::Value;

use crate::app::{App, OPTIONS};
use crate::person::Person;
use crate::site;

/// Longer than a lease and the wait after a failed delivery, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(40);

/// Nodes on one database that deliver to Redis and NATS.
struct Site {
    issuer: String,
    nodes: Vec<Node>,
    services: Services,
    _scratch: Scratch,
}

impl Site {
    /// This many nodes, not started yet; `None` if the test is to be skipped.
    fn prepare(nodes: usize) -> Option<Self> {
        let services = Services::start(&["redis", "nats"])?;
        let scratch = Scratch::new();
        let settings = [
            ("REDIS_URL", services.variable("TEST_REDIS_URL")),
            ("EVENTS__REDIS", "true"),
            ("EVENTS__NATS_URL", services.variable("TEST_NATS_URL")),
            ("EVENTS__NATS_CREATE_STREAM", "true"),
        ];
        let (issuer, _database, nodes) = site::nodes(&scratch, nodes, &settings);
        Some(Self { issuer, nodes, services, _scratch: scratch })
    }

    fn start(nodes: usize) -> Option<Self> {
        let mut site = Self::prepare(nodes)?;
        site.nodes.iter_mut().for_each(Node::start);
        Some(site)
    }

    /// A command with the settings of the first node.
    fn run(&self, words: &[&str]) -> Value {
        self.nodes[0].run(words)
    }

    async fn read(&self, sink: &str) -> Option<Vec<Arrived>> {
        match sink {
            "redis" => in_redis(self.services.variable("TEST_REDIS_URL")).await,
            _ => in_nats(self.services.variable("TEST_NATS_URL")).await,
        }
    }

    /// The events that arrived at that sink, once the last one is as expected.
    async fn arrived(&self, sink: &str, is_last: impl Fn(&Arrived) -> bool) -> Vec<Arrived> {
        self.arrived_all(sink, |arrived| arrived.last().is_some_and(&is_last)).await
    }

    async fn arrived_all(&self, sink: &str, are_all: impl Fn(&[Arrived]) -> bool) -> Vec<Arrived> {
        let end = Instant::now() + PATIENCE;
        loop {
            let arrived = self.read(sink).await.unwrap_or_default();
            if are_all(&arrived) {
                return arrived;
            }
            assert!(Instant::now() < end, "{sink} has {arrived:#?}\n{}", self.nodes[0].log());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// An event of that type about that user.
fn about<'a>(kind: &'a str, user: &'a Value) -> impl Fn(&Arrived) -> bool + 'a {
    move |one| one.kind == kind && one.body["data"]["user_id"] == *user
}

/// Without repeated events.
fn once(arrived: &[Arrived]) -> Vec<Arrived> {
    let mut seen = BTreeSet::new();
    arrived.iter().filter(|one| seen.insert(one.id.clone())).cloned().collect()
}

fn kinds(arrived: &[Arrived]) -> Vec<&str> {
    arrived.iter().map(|one| one.kind.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_life_is_told_in_order_on_both() {
    let _alone = crate::alone().await;
    let Some(site) = Site::start(1) else { return };
    let client = site.run(&[&["client", "create", "--name", "Tests"], &OPTIONS[..]].concat());
    let app = App::of(&site.issuer, &client);
    let user =
        site.run(&["user", "create", "--username", "alice", "--password", credenza_tests::served::PASSWORD]);
    let user = user["user_id"].clone();
    let mut alice = Person::new("alice");
    let _code = alice.code(&app, "openid").await;
    alice.end_all_sessions(&app).await;
    site.run(&["user", "disable", "alice"]);
    site.run(&["user", "enable", "alice"]);
    let id = client["client_id"].as_str().unwrap();
    site.run(&["client", "disable", id]);
    site.run(&["client", "delete", id]);
    let key = site.run(&["key", "create", "--algorithm", "ES256"]);
    site.run(&["key", "delete", key["kid"].as_str().unwrap()]);
    site.run(&["user", "delete", "alice"]);
    // Grants end at several places of this life; the last one with the user.
    let is_over = |arrived: &[Arrived]| {
        let deleted = arrived.iter().position(about("user.deleted", &user));
        deleted.is_some_and(|at| arrived[at..].iter().any(about("grant.revoked", &user)))
    };
    let redis = site.arrived_all("redis", is_over).await;
    let nats = site.arrived_all("nats", is_over).await;
    assert_eq!(redis, nats, "the same events under the same ids");
    assert_eq!(once(&redis).len(), redis.len(), "each once, while nothing fails");
    let all = kinds(&redis);
    let birth = all.iter().position(|kind| *kind == "client.created").unwrap();
    assert_eq!(all[0], "tenant.created");
    assert!(birth > 1 && all[1..birth].iter().all(|kind| *kind == "key.created"), "{all:?}");
    let expected = [
        "client.created",
        "user.created",
        "session.started",
        "user.signed_in",
        "session.ended",
        "user.disabled",
        "grant.revoked",
        "user.enabled",
        "client.disabled",
        "grant.revoked",
        "client.deleted",
        "grant.revoked",
        "key.created",
        "key.deleted",
        "user.deleted",
        "grant.revoked",
    ];
    assert_eq!(all[birth..], expected);
    let schemas = EventSchemas::of(Form::CloudEvents);
    for one in &redis {
        schemas.check(&one.body).unwrap();
        assert_eq!(one.body["specversion"], "1.0");
        assert_eq!(one.body["source"], "credenza");
        assert_eq!((one.body["id"].as_str(), one.body["type"].as_str()), (Some(&*one.id), Some(&*one.kind)));
        assert_eq!(one.body["tenantid"], redis[0].body["data"]["tenant_id"]);
        let text = one.body.to_string();
        assert!(
            !text.contains("alice") && !text.contains(client["client_secret"].as_str().unwrap()),
            "{text}"
        );
    }
}

/// Without the envelope of CloudEvents, by a setting, at both; what is kept has it all the same.
#[tokio::test(flavor = "multi_thread")]
async fn the_plain_form_is_sent_where_it_is_set() {
    let _alone = crate::alone().await;
    let Some(mut site) = Site::prepare(1) else { return };
    site.nodes[0].set("EVENTS__ENVELOPE", "plain");
    site.nodes[0].start();
    let user = site.run(&["user", "create", "--username", "ada"])["user_id"].clone();
    let schemas = EventSchemas::of(Form::Plain);
    for sink in ["redis", "nats"] {
        let arrived = site.arrived(sink, about("user.created", &user)).await;
        for one in &arrived {
            schemas.check(&one.body).unwrap_or_else(|error| panic!("{sink}: {error}"));
            assert_eq!(one.body["id"].as_str(), Some(&*one.id));
        }
    }
    let kept = site.run(&["events", "list", "--type", "user.created"]);
    EventSchemas::of(Form::CloudEvents).check(&kept["events"][0]).unwrap();
    assert_eq!(kept["events"][0]["subject"], user);
}

/// Sinks that hang or die lose nothing: unacknowledged events are sent again, under the same id.
#[tokio::test(flavor = "multi_thread")]
async fn a_sink_that_goes_and_comes_back_misses_nothing() {
    let _alone = crate::alone().await;
    let Some(site) = Site::start(1) else { return };
    let user = |name: &str| site.run(&["user", "create", "--username", name])["user_id"].clone();
    let first = user("first");
    site.arrived("redis", about("user.created", &first)).await;
    site.arrived("nats", about("user.created", &first)).await;
    site.services.pause("redis");
    site.services.kill("nats");
    let names: Vec<String> = (0..5).map(|number| format!("person-{number}")).collect();
    let mut made = Vec::new();
    for name in &names {
        made.push(user(name));
        site.run(&["user", "disable", name]);
        site.run(&["user", "enable", name]);
    }
    assert!(site.nodes[0].is_ready(), "sinks do not count");
    site.services.resume("redis");
    site.services.restart("nats");
    let last = made.last().unwrap().clone();
    for sink in ["redis", "nats"] {
        let arrived = once(&site.arrived(sink, about("user.enabled", &last)).await);
        let mut of: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for one in &arrived {
            let user = one.body["data"]["user_id"].as_str().unwrap_or_default();
            of.entry(user.to_owned()).or_default().push(&one.kind);
        }
        for user in &made {
            let told = &of[user.as_str().unwrap()];
            let expected = ["user.created", "user.disabled", "grant.revoked", "user.enabled"];
            assert_eq!(*told, expected, "{sink}: {user}");
        }
    }
}

/// The delivering node is killed: another one continues when the lease has expired.
#[tokio::test(flavor = "multi_thread")]
async fn a253_another_node_goes_on_when_the_one_that_delivers_is_killed() {
    let _alone = crate::alone().await;
    let Some(mut site) = Site::prepare(2) else { return };
    site.nodes[0].start();
    let user = |site: &Site, name: &str| site.run(&["user", "create", "--username", name])["user_id"].clone();
    let before = user(&site, "before");
    site.arrived("redis", about("user.created", &before)).await;
    site.arrived("nats", about("user.created", &before)).await;
    site.nodes[1].start();
    site.nodes[0].kill();
    let killed = Instant::now();
    let after = user(&site, "after");
    for sink in ["redis", "nats"] {
        let arrived = site.arrived(sink, about("user.created", &after)).await;
        assert_eq!(once(&arrived).len(), arrived.len(), "{sink}: nothing came again");
    }
    println!("told {:?} after the kill", killed.elapsed());
    assert!(killed.elapsed() < Duration::from_secs(20), "{:?}", killed.elapsed());
}

/// Killed after the sink has the events and before the outbox records it: they are sent again under the same ids, so
/// that JetStream drops them.
#[tokio::test(flavor = "multi_thread")]
async fn a253_what_was_delivered_and_not_crossed_off_comes_again_under_its_id() {
    let _alone = crate::alone().await;
    for (sink, other) in [("redis", "EVENTS__NATS_URL"), ("nats", "EVENTS__REDIS")] {
        let Some(mut site) = Site::prepare(1) else { return };
        site.nodes[0].unset(other);
        let first = site.run(&["user", "create", "--username", "first"])["user_id"].clone();
        site.nodes[0].set("FAILPOINTS", "outbox.done:before=kill");
        site.nodes[0].launch();
        let end = site.nodes[0].wait_for_end(PATIENCE).expect("it dies by the first delivery");
        assert!(!end.success());
        site.nodes[0].unset("FAILPOINTS");
        site.nodes[0].start();
        let last = site.run(&["user", "create", "--username", "last"])["user_id"].clone();
        let arrived = site.arrived(sink, about("user.created", &last)).await;
        assert_eq!(arrived.len() > once(&arrived).len(), sink == "redis", "{sink}: {arrived:#?}");
        let of_first = once(&arrived).into_iter().filter(about("user.created", &first)).count();
        assert_eq!(of_first, 1, "{sink}: the same id");
    }
}
