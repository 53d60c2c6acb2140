use std::sync::Arc;

use credenza_protocol::time::Seconds;

use super::*;
use crate::clock::SystemClock;
use crate::config;
use crate::events::written;

/// An installation that keeps events, as by default.
async fn keeping(keep: Option<Seconds>) -> Installation {
    let settings = config::Events { keep, ..config::Events::default() };
    let events = written(&settings, Arc::new(SystemClock), Arc::new(SystemRng::new()));
    let store =
        credenza_storage::open("sqlite::memory:", Options { events, ..Options::default() }).await.unwrap();
    Installation { store, ..installation().await }
}

fn types(listed: &Value) -> Vec<&str> {
    listed["events"].as_array().unwrap().iter().map(|event| text(event, "type")).collect()
}

#[tokio::test]
async fn events_are_listed_by_what_they_are_and_whom_they_name() {
    let installation = keeping(Some(Seconds(86_400))).await;
    let ada = run(&installation, &["user", "create", "--username", "ada"]).await;
    run(&installation, &["user", "create", "--username", "bob"]).await;
    run(&installation, &["user", "disable", "ada"]).await;
    let ada = text(&ada, "user_id");
    let all = run(&installation, &["events", "list"]).await;
    assert_eq!(types(&all).last(), Some(&"tenant.created"));
    assert!(types(&all).contains(&"user.disabled"), "{all}");
    let mut oldest = run(&installation, &["events", "list", "--oldest-first"]).await;
    oldest["events"].as_array_mut().unwrap().reverse();
    assert_eq!(oldest, all);
    let of_ada = run(&installation, &["events", "list", "--user", ada, "--type", "user."]).await;
    assert_eq!(types(&of_ada), ["user.disabled", "user.created"]);
    let made = run(&installation, &["events", "list", "--type", "user.created", "--limit", "1"]).await;
    assert_eq!(types(&made), ["user.created"]);
    assert_ne!(text(&made["events"][0], "subject"), ada, "the newest");
    let past = run(&installation, &["events", "list", "--to", "2020-01-01T00:00:00Z"]).await;
    assert_eq!(past["events"], json!([]));
    let id = text(&of_ada["events"][0], "id");
    assert_eq!(run(&installation, &["events", "show", id]).await, of_ada["events"][0]);
    refused(&installation, &["events", "show", "nothing"], "no event \"nothing\" is kept").await;
    refused(&installation, &["events", "list", "--type", "moon."], "is no type of events").await;
    let table = answer(&installation, &["events", "list", "--user", ada]).await;
    assert_eq!(table.exit_code(), 0);
}

#[tokio::test]
async fn a_follower_ends_when_nothing_comes() {
    let installation = keeping(Some(Seconds(86_400))).await;
    run(&installation, &["user", "create", "--username", "ada"]).await;
    for start in ["oldest", "latest"] {
        let ended = answer(&installation, &["events", "follow", "--start", start, "--wait", "0"]).await;
        assert_eq!(ended.exit_code(), 0);
    }
}

#[tokio::test]
async fn where_none_is_kept_none_is_there() {
    let installation = keeping(None).await;
    run(&installation, &["user", "create", "--username", "ada"]).await;
    assert_eq!(run(&installation, &["events", "list"]).await["events"], json!([]));
}
