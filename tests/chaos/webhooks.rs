//! Webhooks and crashes: if a node is killed between the event and the message, or between the message and its record, it
//! still arrives, under the same id, from this node or another.
//!
//! Chart 860

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use credenza_tests::outside::Recorded;
use serde_json::Value;

use crate::site::Site;

/// Longer than a node takes to start and the wait after a claim, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);
const PATH: &str = "/hook";

/// With a webhook that gets what happens to users.
async fn site(count: usize) -> Site {
    let site = Site::prepare(count, PATH, &[("EVENTS__WEBHOOKS", "true")]).await;
    let url = site.outside.url(PATH);
    let _made =
        site.nodes[0].run(&["webhook", "create", "--webhook-id", "hook", "--url", &url, "--event", "user.*"]);
    site
}

fn user(site: &Site, name: &str) -> String {
    let made = site.nodes[0].run(&["user", "create", "--username", name]);
    made["user_id"].as_str().unwrap().to_owned()
}

/// The messages, once these are among them: type and subject.
async fn arrived(site: &Site, expected: &[(&str, &str)]) -> Vec<Recorded> {
    let end = Instant::now() + PATIENCE;
    loop {
        let calls = site.outside.requests_for(PATH);
        let seen: BTreeSet<_> = calls.iter().map(what).collect();
        let is_there = |one: &&(&str, &str)| seen.contains(&(one.0.to_owned(), one.1.to_owned()));
        if expected.iter().filter(is_there).count() == expected.len() {
            return calls;
        }
        assert!(Instant::now() < end, "{seen:?}\n{}", site.nodes[0].log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Type and subject of a message.
fn what(call: &Recorded) -> (String, String) {
    let event: Value = serde_json::from_slice(&call.body).unwrap();
    let part = |name: &str| event[name].as_str().unwrap().to_owned();
    (part("type"), part("subject"))
}

/// How often each id came.
fn ids(calls: &[Recorded]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for call in calls {
        *counts.entry(call.headers["webhook-id"].to_str().unwrap().to_owned()).or_default() += 1;
    }
    counts
}

/// Killed after the messages of an event were written, before the outbox records it: each is sent once.
#[tokio::test(flavor = "multi_thread")]
async fn a202_a253_an_event_becomes_one_message_though_the_node_is_killed() {
    let _alone = crate::alone().await;
    let mut site = site(1).await;
    let ada = user(&site, "ada");
    site.nodes[0].set("FAILPOINTS", "webhook_deliveries.put:after=kill");
    site.nodes[0].launch();
    let end = site.nodes[0].wait_for_end(PATIENCE).expect("it dies by the first event");
    assert!(!end.success());
    site.nodes[0].unset("FAILPOINTS");
    site.nodes[0].start();
    let bob = user(&site, "bob");
    let calls = arrived(&site, &[("user.created", &ada), ("user.created", &bob)]).await;
    assert!(ids(&calls).values().all(|count| *count == 1), "{:?}", ids(&calls));
}

/// Killed between the call and its record: another node sends the message again, under the same id.
#[tokio::test(flavor = "multi_thread")]
async fn a202_a253_what_was_sent_and_not_recorded_comes_again_under_its_id() {
    let _alone = crate::alone().await;
    let mut site = site(2).await;
    let ada = user(&site, "ada");
    site.nodes[0].set("FAILPOINTS", "webhook_deliveries.settle:before=kill");
    site.nodes[0].launch();
    let end = site.nodes[0].wait_for_end(PATIENCE).expect("it dies by the first answer");
    assert!(!end.success());
    assert_eq!(site.outside.requests_for(PATH).len(), 1);
    site.nodes[1].start();
    // It is claimed still; sent at once by whoever asks for it.
    let listed = site.nodes[1].run(&["webhook", "deliveries", "hook"]);
    let event = listed["deliveries"][0]["event_id"].as_str().unwrap();
    assert_eq!(listed["deliveries"][0]["state"], "pending");
    let _again = site.nodes[1].run(&["webhook", "retry", "hook", event]);
    let bob = user(&site, "bob");
    let calls = arrived(&site, &[("user.created", &ada), ("user.created", &bob)]).await;
    let end = Instant::now() + PATIENCE;
    while site.outside.requests_for(PATH).len() < 3 {
        assert!(Instant::now() < end, "{:?}", ids(&calls));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut counts: Vec<_> = ids(&site.outside.requests_for(PATH)).into_values().collect();
    counts.sort_unstable();
    assert_eq!(counts, [1, 2]);
}
