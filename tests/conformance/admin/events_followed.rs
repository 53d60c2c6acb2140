//! Chart 857: Events, followed | long polls that miss nothing, and end with the rights of whoever asks and with the server

use std::time::{Duration, Instant};

use credenza_protocol::admin_roles::{Role, everything};
use credenza_tests::{Administrator, Provider, Response};
use serde_json::{Value, json};

/// Much less than the longest wait, and more than a turn on a busy machine.
const SOON: Duration = Duration::from_secs(12);
const WAIT: &str = "wait=20";

async fn start() -> Provider {
    Provider::builder().keeping_events().start().await
}

fn subjects(batch: &Value) -> Vec<&str> {
    batch["items"].as_array().unwrap().iter().map(|event| event["subject"].as_str().unwrap()).collect()
}

async fn user(op: &Provider, who: &Administrator, name: &str) -> String {
    let made = who.post(op, "/users", &json!({"username": name})).await;
    assert_eq!(made.status, 201, "{}", made.text());
    made.json()["user_id"].as_str().unwrap().to_owned()
}

async fn follow(op: &Provider, who: &Administrator, query: &str) -> Value {
    let answer = who.get(op, &format!("/events/follow?{query}")).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text());
    answer.json()
}

fn cursor(batch: &Value) -> String {
    batch["cursor"].as_str().unwrap().to_owned()
}

/// Asks while something else is done, and says how long the answer took after that.
async fn meanwhile(
    op: &Provider,
    who: &Administrator,
    query: &str,
    work: impl Future<Output = ()>,
) -> (Response, Duration) {
    let path = format!("/events/follow?{query}&{WAIT}");
    let work = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        work.await;
        Instant::now()
    };
    let (answer, done) = tokio::join!(who.get(op, &path), work);
    (answer, done.elapsed())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_goes_on_where_they_were_and_waits_for_what_comes() {
    let op = start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let ada = user(&op, &who, "ada").await;
    let everything = follow(&op, &who, "type=user.").await;
    assert_eq!(subjects(&everything), [ada.as_str()], "from the beginning, unless it is said");
    let latest = follow(&op, &who, "type=user.&start=latest").await;
    assert_eq!(subjects(&latest), [""; 0]);
    let (bob, eve) = (user(&op, &who, "bob").await, user(&op, &who, "eve").await);
    for start in [&everything, &latest] {
        let after = cursor(start);
        let one = follow(&op, &who, &format!("type=user.&after={after}&limit=1")).await;
        assert_eq!(subjects(&one), [bob.as_str()]);
        let next = follow(&op, &who, &format!("type=user.&after={}", cursor(&one))).await;
        assert_eq!(subjects(&next), [eve.as_str()]);
        let none = follow(&op, &who, &format!("type=user.&after={}&wait=0", cursor(&next))).await;
        assert_eq!(subjects(&none), [""; 0]);
        // The same cursor, the same events.
        let again = follow(&op, &who, &format!("type=user.&after={after}")).await;
        assert_eq!(subjects(&again), [bob.as_str(), eve.as_str()]);
    }
    let end = cursor(&follow(&op, &who, "type=user.&start=latest").await);
    let query = format!("type=user.&after={end}");
    let (answer, took) = meanwhile(&op, &who, &query, async {
        // Another event does not end the wait.
        Administrator::service(&op, "admin:users:read").await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        user(&op, &who, "mia").await;
    })
    .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["items"].as_array().unwrap().len(), 1);
    assert!(took < SOON, "{took:?}");
    let began = Instant::now();
    let nothing = follow(&op, &who, &format!("type=user.&after={}&wait=1", cursor(&answer.json()))).await;
    assert_eq!(subjects(&nothing), [""; 0]);
    assert!(began.elapsed() >= Duration::from_secs(1) && began.elapsed() < SOON, "{:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_follower_says_is_checked() {
    let op = start().await;
    op.tenant("acme").await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let other = Administrator::service(&op, &everything().to_string()).await;
    let after = cursor(&follow(&op, &who, "type=user.").await);
    follow(&op, &who, &format!("type=user.&limit=3&after={after}")).await;
    for query in [
        "wait=21",
        "wait=-1",
        "wait=x",
        "start=middle",
        "after=x",
        "limit=201",
        "order=newest",
        "cursor=x",
        "from=0",
        &format!("type=user.&start=oldest&after={after}"),
        &format!("after={after}"),
        &format!("type=key.&after={after}"),
        &format!("type=user.&subject=a&after={after}"),
    ] {
        who.get(&op, &format!("/events/follow?{query}")).await.assert_problem(400, "invalid-parameter");
    }
    let path = format!("/events/follow?type=user.&after={after}");
    other.get(&op, &path).await.assert_problem(400, "invalid-parameter");
    who.at("acme").get(&op, &path).await.assert_problem(400, "invalid-parameter");
}

/// Whoever loses the right while they wait is told nothing that happens later.
#[tokio::test(flavor = "multi_thread")]
async fn a_wait_ends_with_the_rights_of_whoever_waits() {
    let op = start().await;
    let script = Administrator::service(&op, &everything().to_string()).await;
    let bob = op.user("bob").await;
    let auditor = Administrator::person(&op, "default", &bob, &[(Role::Auditor, false)]).await;
    let after = cursor(&follow(&op, &auditor, "type=user.created&start=latest").await);
    let query = format!("type=user.created&after={after}");
    let tenant = op.default_tenant().await;
    let revoke = async {
        let revoked = op.state.store.admin_roles.revoke(&tenant, &bob.user_id, Role::Auditor, false).await;
        assert!(revoked.unwrap());
        user(&op, &script, "late").await;
    };
    let (answer, took) = meanwhile(&op, &auditor, &query, revoke).await;
    answer.assert_problem(403, "insufficient-scope");
    assert!(took < SOON, "{took:?}");
    // A client that is disabled.
    let gone = Administrator::service(&op, &everything().to_string()).await;
    let (answer, took) =
        meanwhile(&op, &gone, "type=key.&start=latest", gone.client.set_enabled(&op, false)).await;
    answer.assert_problem(401, "unauthenticated");
    assert!(took < SOON, "{took:?}");
    // A token that expires.
    let (answer, took) = meanwhile(&op, &script, "type=key.&start=latest", async { op.pass(3600) }).await;
    answer.assert_problem(401, "unauthenticated");
    assert!(took < SOON, "{took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_sends_everybody_home() {
    let op = start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let (answer, took) =
        meanwhile(&op, &who, "type=key.&start=latest", async { op.state.following.close() }).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["items"], json!([]));
    assert!(took < SOON, "{took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_wait_than_may_and_whoever_does_not_wait_is_answered() {
    let op = start().await;
    op.tenant("acme").await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let tenant = op.default_tenant().await;
    let mut places = vec![];
    while let Ok(place) = op.state.following.join(&tenant) {
        places.push(place);
        assert!(places.len() < 10_000);
    }
    let refused = who.get(&op, &format!("/events/follow?start=latest&{WAIT}")).await;
    refused.assert_problem(429, "too-many-followers");
    assert_eq!(refused.header("retry-after"), "1");
    follow(&op, &who, "start=latest").await;
    follow(&op, &who.at("acme"), "start=latest&wait=1").await;
    drop(places);
    follow(&op, &who, "start=latest&wait=1").await;
}
