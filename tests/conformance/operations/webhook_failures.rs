//! Webhooks whose endpoints fail.
//!
//! Chart 861: Webhooks that fail | sent again for about a day, `Retry-After`, paused when they are gone or fail for days, and none waits for another

use std::time::{Duration, Instant};

use credenza::clock::Clock as _;
use credenza_protocol::ids::WebhookId;
use credenza_protocol::time::Seconds;
use credenza_protocol::webhook::MOST_DELIVERIES;
use credenza_storage::NewDelivery;
use credenza_tests::Reply;
use serde_json::{Value, json};

use super::webhooks::{World, header, kinds};

/// The waits between attempts, in seconds, and what may be added to each at most.
const WAITS: [i64; 8] = [5, 60, 300, 1_800, 7_200, 18_000, 28_800, 28_800];

fn failing(status: u16) -> Reply {
    Reply::ok("text/plain", "not now").status(status)
}

async fn webhook(world: &World, id: &str) -> Value {
    world.who().await.get(&world.op, &format!("/webhooks/{id}")).await.json()
}

/// Waits until that many attempts were recorded.
async fn recorded(world: &World, id: &str, attempts: i64) -> Value {
    let is_over = |newest: &Value| newest["attempts"] == attempts && newest["attempted_at"] == world.op.now();
    world.newest(id, is_over).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a199_a_message_is_sent_again_for_about_a_day_and_then_given_up() {
    let world = World::new().await;
    world.hook("/users", &["user.created"]).await;
    world.outside.reply("/users", failing(503));
    world.op.user("ada").await;
    for (number, wait) in WAITS.into_iter().enumerate() {
        let attempt = number + 1;
        world.calls("/users", attempt).await;
        let newest = recorded(&world, "users", i64::try_from(attempt).unwrap()).await;
        assert_eq!((&newest["state"], &newest["status"]), (&json!("pending"), &json!(503)));
        assert_eq!(newest["response"], "not now");
        let next = newest["next_at"].as_i64().unwrap() - world.op.now();
        assert!((wait..=wait * 6 / 5).contains(&next), "{next} after {attempt}");
        if attempt < 3 {
            world.op.pass(next - 1);
            world.no_more("/users", attempt).await;
            world.op.pass(1);
        } else {
            world.op.pass(next);
        }
    }
    let calls = world.calls("/users", WAITS.len() + 1).await;
    let given_up = world.newest("users", |newest| newest["state"] == "failed").await;
    assert_eq!((&given_up["attempts"], &given_up["next_at"]), (&json!(9), &Value::Null));
    assert!(calls.iter().all(|call| header(call, "webhook-id") == header(&calls[0], "webhook-id")));
    let failing = webhook(&world, "users").await;
    assert_eq!((&failing["status"], failing["failing_since"].is_i64()), (&json!("enabled"), true));
    world.outside.serve("/users", "text/plain", "");
    let who = world.who().await;
    let replayed =
        who.post(&world.op, "/webhooks/users/replay", &json!({"since": 0, "state": "failed"})).await;
    assert_eq!(replayed.json(), json!({"messages": 1}), "{}", replayed.text());
    world.calls("/users", WAITS.len() + 2).await;
    world.newest("users", |newest| newest["state"] == "delivered").await;
    assert_eq!(webhook(&world, "users").await["failing_since"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc9110_10_2_3_retry_after_is_waited_for() {
    let world = World::new().await;
    world.hook("/users", &["user.created"]).await;
    world.outside.reply("/users", failing(429).header("retry-after", "600"));
    world.op.user("ada").await;
    world.calls("/users", 1).await;
    let newest = recorded(&world, "users", 1).await;
    let next = newest["next_at"].as_i64().unwrap() - world.op.now();
    assert!((600..=720).contains(&next), "{next}");
    world.outside.reply("/users", failing(429).header("retry-after", "99999999"));
    world.op.pass(next);
    world.calls("/users", 2).await;
    let newest = recorded(&world, "users", 2).await;
    let next = newest["next_at"].as_i64().unwrap() - world.op.now();
    assert!(next <= 28_800 * 6 / 5, "{next}: within bounds");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_is_gone_is_paused_until_it_is_resumed() {
    let world = World::new().await;
    world.hook("/users", &["user.*"]).await;
    world.hook("/watch", &["webhook.paused"]).await;
    world.outside.reply("/users", failing(410));
    let ada = world.op.user("ada").await;
    world.calls("/users", 1).await;
    let calls = world.calls("/watch", 1).await;
    let told: Value = serde_json::from_slice(&calls[0].body).unwrap();
    assert_eq!(told["data"], json!({"webhook_id": "users", "reason": "the endpoint answered 410 Gone"}));
    let paused = webhook(&world, "users").await;
    assert_eq!(paused["status"], "paused_by_failures");
    assert_eq!(
        paused["paused"],
        json!({"since": world.op.now(), "reason": "the endpoint answered 410 Gone"})
    );
    world.disable(&ada.user_id, true).await;
    world.op.pass(100);
    world.no_more("/users", 1).await;
    world.outside.serve("/users", "text/plain", "");
    let resumed = world.who().await.request(&world.op, "POST", "/webhooks/users/resume").send().await;
    assert_eq!((resumed.status.as_u16(), &resumed.json()["paused"]), (200, &Value::Null));
    let calls = world.calls("/users", 3).await;
    assert_eq!(kinds(&calls[1..]), ["user.created", "user.disabled"], "nothing was lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_fails_for_days_is_paused() {
    let world = World::new().await;
    world.hook("/users", &["user.created"]).await;
    world.outside.reply("/users", failing(500));
    world.op.user("ada").await;
    world.calls("/users", 1).await;
    recorded(&world, "users", 1).await;
    world.op.pass(5 * 86_400 - 1);
    world.calls("/users", 2).await;
    recorded(&world, "users", 2).await;
    assert_eq!(webhook(&world, "users").await["status"], "enabled");
    world.op.pass(100);
    world.calls("/users", 3).await;
    recorded(&world, "users", 3).await;
    let paused = webhook(&world, "users").await;
    assert_eq!(paused["status"], "paused_by_failures");
    assert_eq!(paused["paused"]["reason"], "every attempt has failed for 5 days");
    world.op.pass(86_400);
    world.no_more("/users", 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_pauses_a_webhook_and_nothing_is_lost() {
    let world = World::new().await;
    world.hook("/users", &["user.created"]).await;
    let who = world.who().await;
    let paused = who.patch(&world.op, "/webhooks/users", "*", &json!({"status": "paused"})).await;
    assert_eq!(paused.json()["paused"]["reason"], "an operator has paused it", "{}", paused.text());
    world.op.user("ada").await;
    world.newest("users", |newest| newest["state"] == "pending").await;
    world.no_more("/users", 0).await;
    let resumed = who.patch(&world.op, "/webhooks/users", "*", &json!({"status": "enabled"})).await;
    assert_eq!(resumed.json()["paused"], Value::Null, "{}", resumed.text());
    world.calls("/users", 1).await;
    let refused =
        who.patch(&world.op, "/webhooks/users", "*", &json!({"status": "paused_by_failures"})).await;
    refused.assert_problem(422, "invalid-values");
}

#[tokio::test(flavor = "multi_thread")]
async fn a199_an_endpoint_that_does_not_answer_keeps_no_other_waiting() {
    let world = World::new().await;
    world.hook("/dead", &["user.created"]).await;
    world.hook("/alive", &["user.created"]).await;
    world.outside.reply("/dead", Reply::ok("text/plain", "").after(Duration::from_secs(60)));
    let began = Instant::now();
    for number in 0..10 {
        world.op.user(&format!("user{number}")).await;
    }
    world.calls("/alive", 10).await;
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    assert!(world.outside.requests_for("/dead").len() < 5, "one at a time");
}

/// What an endpoint says is kept for the operator: not more of it than fits, and nothing that acts on a terminal.
#[tokio::test(flavor = "multi_thread")]
async fn a199_how_a_response_begins_is_kept() {
    let world = World::new().await;
    world.hook("/users", &["user.created"]).await;
    let body = format!("\u{1b}[31m{}", "ä".repeat(3000));
    world.outside.reply("/users", Reply::ok("text/plain", body).status(500));
    world.op.user("ada").await;
    world.calls("/users", 1).await;
    let newest = recorded(&world, "users", 1).await;
    let kept = newest["response"].as_str().unwrap();
    assert!(kept.starts_with(" [31mä") && kept.chars().count() <= 1024, "{kept}");
    world.outside.reply("/users", Reply::ok("text/plain", "x".repeat(100)).endless());
    world.op.user("bob").await;
    let newest = world.newest("users", |newest| newest["state"] == "delivered").await;
    assert_eq!(newest["response"].as_str().unwrap().len(), 1024, "what never ends has arrived");
}

/// An endpoint that is paused for long: there is an end to what waits for it.
#[tokio::test(flavor = "multi_thread")]
async fn a199_of_too_many_messages_the_oldest_go() {
    let world = World::new().await;
    world.hook("/users", &["user.created"]).await;
    let paused =
        world.who().await.patch(&world.op, "/webhooks/users", "*", &json!({"status": "paused"})).await;
    assert_eq!(paused.status, 200, "{}", paused.text());
    let (tenant, id) = (world.op.default_tenant().await, WebhookId::new("users"));
    let (deliveries, now) = (&world.op.state.store.webhook_deliveries, world.op.clock.now());
    let message = |number: i64| NewDelivery {
        tenant_id: tenant.clone(),
        webhook_id: id.clone(),
        event_id: format!("message-{number}"),
        kind: "user.created".to_owned(),
        subject: "ada".to_owned(),
        at: now,
        body: "{}".to_owned(),
    };
    let messages = (0..MOST_DELIVERIES + 5).map(message).collect();
    deliveries.put(messages, now + Seconds(86_400), now).await.unwrap();
    assert_eq!(deliveries.pending().await.unwrap(), u64::try_from(MOST_DELIVERIES).unwrap());
    for (number, is_there) in [(0, false), (4, false), (5, true), (MOST_DELIVERIES + 4, true)] {
        let found = deliveries.find(&tenant, &id, &format!("message-{number}")).await.unwrap();
        assert_eq!(found.is_some(), is_there, "{number}");
    }
}
