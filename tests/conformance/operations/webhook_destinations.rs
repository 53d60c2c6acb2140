//! Webhooks that lead where nothing may be sent: each refusal stands beside a webhook that gets its message.
//!
//! Chart 862: Where webhooks lead | https to public hosts; private ones refused when a webhook is made and whenever something is sent; no redirects

use std::sync::Arc;

use credenza_tests::outside::{Names, Watched};
use credenza_tests::{Outside, Provider, Reply};
use serde_json::json;

use super::webhooks::World;

#[tokio::test(flavor = "multi_thread")]
async fn a198_urls_that_lead_inside_are_refused_when_a_webhook_is_made_or_changed() {
    let world = World::new().await;
    let who = world.who().await;
    world.hook("/good", &["user.created"]).await;
    for url in [
        "https://169.254.169.254/latest/meta-data/",
        "https://[fd00:ec2::254]/",
        "https://10.0.0.1/",
        "https://192.168.1.1:8443/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://100.64.0.1/",
        "https://0177.0.0.1/",
        "https://localhost./",
        "https://metadata.google.internal/",
        "https://printer.local/",
        "https://intranet/",
        "http://hooks.example.com/",
        "http://127.0.0.1:9/",
        "https://user:secret@hooks.example.com/",
        "ftp://hooks.example.com/",
        "javascript:alert(1)",
        "/hooks",
        "",
    ] {
        let made = who.post(&world.op, "/webhooks", &json!({"url": url, "events": ["*"]})).await;
        made.assert_problem(422, "invalid-values");
        assert_eq!(made.json()["errors"][0]["pointer"], "/url", "{url}: {}", made.text());
        let changed = who.patch(&world.op, "/webhooks/good", "*", &json!({"url": url})).await;
        changed.assert_problem(422, "invalid-values");
    }
    world.op.user("ada").await;
    world.calls("/good", 1).await;
}

/// A name that looked public when the webhook was made, and leads inside when something is sent.
#[tokio::test(flavor = "multi_thread")]
async fn a198_a_name_that_leads_inside_is_not_called() {
    let names = Names::default().with("rebound.test", &[&["127.0.0.1"]]);
    let op = Provider::builder().webhooks().resolver(Arc::new(names)).start().await;
    let world = World { op, outside: Outside::start().await };
    let inside = Watched::start().await;
    let who = world.who().await;
    let url = format!("https://rebound.test:{}/", inside.port);
    let body = json!({"webhook_id": "rebound", "url": url, "events": ["user.created"]});
    assert_eq!(who.post(&world.op, "/webhooks", &body).await.status, 201);
    world.hook("/good", &["user.created"]).await;
    world.op.user("ada").await;
    world.calls("/good", 1).await;
    let newest =
        world.newest("rebound", |newest| newest["attempts"] == 1 && newest["response"].is_string()).await;
    assert_eq!(newest["response"], "the URL leads to where no message may be sent");
    assert_eq!(newest["state"], "pending");
    assert_eq!(inside.connections(), 0, "nobody called");
}

#[tokio::test(flavor = "multi_thread")]
async fn a198_a_redirect_is_not_followed() {
    let world = World::new().await;
    world.hook("/moved", &["user.created"]).await;
    world.outside.serve("/inside", "text/plain", "");
    let to = world.outside.url("/inside");
    for status in [301, 302, 307, 308] {
        world.outside.reply("/moved", Reply::ok("text/plain", "").status(status).header("location", &to));
        world.op.user(&format!("user{status}")).await;
        let is_over = |newest: &serde_json::Value| newest["status"] == status;
        let newest = world.newest("moved", is_over).await;
        assert_eq!(newest["state"], "pending", "{newest}");
    }
    world.no_more("/inside", 0).await;
}
