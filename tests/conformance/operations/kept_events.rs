//! The built binary keeps events: it numbers what commands have written, forgets what it is told to forget, and does not
//! wait for followers when it stops.
//!
//! Chart 859: Kept events of a server | numbered while nobody asks, forgotten when the span is set to nothing, and no follower in the way of a stop

use std::time::{Duration, Instant};

use credenza_tests::{Database, Request, Served};
use serde_json::json;

/// Longer than a turn of the server's own work, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

async fn until(what: &str, is_so: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "not in time: {what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_numbers_what_commands_have_written_and_forgets_it_when_nothing_is_kept() {
    let mut server = Served::start();
    let database = Database::file(&server.database());
    let (queue, log) = ("SELECT * FROM event_intake", "SELECT * FROM event_log");
    let made = format!("{log} WHERE kind = 'user.created'");
    server.run(&["user", "create", "--username", "bob"]).unwrap();
    until("both are numbered", || database.count(&made) == 2 && database.count(queue) == 0).await;
    // Without a server nobody numbers it, but whoever asks finds it.
    server.kill();
    server.run(&["user", "create", "--username", "eve"]).unwrap();
    assert!(database.count(queue) > 0);
    let listed = server.node.run(&["events", "list", "--type", "user.created"]);
    assert_eq!(listed["events"].as_array().unwrap().len(), 3, "{listed}");
    server.run(&["user", "create", "--username", "mia"]).unwrap();
    server.node.set("EVENTS__KEEP_DAYS", "0");
    server.start_again();
    until("all is forgotten", || database.count(log) == 0 && database.count(queue) == 0).await;
    server.run(&["user", "create", "--username", "zoe"]).unwrap();
    assert_eq!(database.count(queue), 0, "nothing is written");
    assert_eq!(server.node.run(&["events", "list"])["events"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_asked_to_stop_does_not_wait_for_followers() {
    const KEY: &str = "0123456789abcdef0123456789abcdef";
    let mut server = Served::prepare();
    server.node.set("ADMIN__KEY", KEY);
    server.node.start();
    let url = format!("{}/admin/v1/events/follow?type=group.&start=latest&wait=20", server.issuer);
    let began = Instant::now();
    let following = tokio::spawn(Request::get(url).header("credenza-admin-key", KEY).send());
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(!following.is_finished(), "it waits");
    server.node.terminate();
    let answer = following.await.unwrap();
    assert_eq!((answer.status.as_u16(), &answer.json()["items"]), (200, &json!([])), "{}", answer.text());
    assert!(server.node.wait_for_end(PATIENCE).is_some_and(|status| status.success()));
    assert!(began.elapsed() < Duration::from_secs(18), "{:?}", began.elapsed());
}
