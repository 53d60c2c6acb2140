//! Chart 863: Webhooks in the admin API | versions, repeats, secrets that are shown once, filters that some event passes

use credenza_protocol::webhook::MOST_WEBHOOKS;
use credenza_tests::Provider;
use serde_json::{Value, json};

use crate::operations::webhooks::World;

const URL: &str = "https://hooks.example.com/credenza";

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_changed_by_whoever_has_read_it() {
    let world = World::new().await;
    let (op, who) = (&world.op, world.who().await);
    let body = json!({"url": URL, "events": ["user.*"], "description": "Billing"});
    let made = who.post(op, "/webhooks", &body).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let id = made.json()["webhook_id"].as_str().unwrap().to_owned();
    assert_eq!(made.header("location"), format!("{}/admin/v1/webhooks/{id}", op.issuer));
    let path = format!("/webhooks/{id}");
    let shown = who.get(op, &path).await;
    assert_eq!(shown.header("etag"), made.header("etag"));
    who.with_body(op, "PATCH", &path, &json!({})).send().await.assert_problem(428, "precondition-required");
    let changes = json!({"description": null, "events": ["client.deleted"]});
    let changed = who.patch(op, &path, shown.header("etag"), &changes).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    let now = changed.json();
    assert_eq!(
        (&now["description"], &now["events"], &now["url"]),
        (&json!(""), &json!(["client.deleted"]), &json!(URL))
    );
    who.patch(op, &path, shown.header("etag"), &changes).await.assert_problem(412, "stale");
    for (changes, pointer) in [
        (json!({"colour": "red"}), "/colour"),
        (json!({"webhook_id": "other"}), "/webhook_id"),
        (json!({"version": 7}), "/version"),
        (json!({"events": "user.*"}), "/events"),
        (json!({"events": []}), "/events"),
        (json!({"events": ["user.*", "usr.*"]}), "/events"),
        (json!({"events": null}), ""),
        (json!({"status": "off"}), "/status"),
    ] {
        let refused = who.patch(op, &path, "*", &changes).await;
        refused.assert_problem(422, "invalid-values");
        assert_eq!(refused.json()["errors"][0]["pointer"], pointer, "{changes}: {}", refused.text());
    }
    who.delete(op, &path, shown.header("etag")).await.assert_problem(412, "stale");
    assert_eq!(who.delete(op, &path, changed.header("etag")).await.status, 204);
    for path in [path.clone(), format!("{path}/secrets"), format!("{path}/deliveries")] {
        who.get(op, &path).await.assert_problem(404, "not-found");
    }
    for path in ["test", "resume"] {
        let path = format!("/webhooks/{id}/{path}");
        who.request(op, "POST", &path).send().await.assert_problem(404, "not-found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_makes_one_webhook_and_one_secret() {
    let world = World::new().await;
    let (op, who) = (&world.op, world.who().await);
    let make = async |path: &str, body: &Value| {
        let request = who.with_body(op, "POST", path, body).header("idempotency-key", "one");
        request.send().await
    };
    let body = json!({"url": URL, "events": ["*"]});
    let (first, second) = (make("/webhooks", &body).await, make("/webhooks", &body).await);
    assert_eq!((first.json(), second.header("idempotency-replayed")), (second.json(), "true"));
    let path = format!("/webhooks/{}/secrets", first.json()["webhook_id"].as_str().unwrap());
    let (third, fourth) = (make(&path, &json!({})).await, make(&path, &json!({})).await);
    assert_eq!((third.status.as_u16(), third.json()), (200, fourth.json()), "{}", third.text());
    let secrets = who.get(op, &path).await;
    assert_eq!(secrets.json()["items"].as_array().unwrap().len(), 2);
    let listed = [secrets.text(), who.get(op, "/webhooks").await.text()].concat();
    for secret in [&first.json()["secret"], &third.json()["secret"]] {
        assert!(secret.as_str().unwrap().starts_with("whsec_"));
        assert!(!listed.contains(secret.as_str().unwrap()), "it is shown once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_an_end_to_webhooks_and_secrets() {
    let world = World::new().await;
    let (op, who) = (&world.op, world.who().await);
    let body = |id: &str| json!({"webhook_id": id, "url": URL, "events": ["*"]});
    for number in 0..MOST_WEBHOOKS {
        assert_eq!(who.post(op, "/webhooks", &body(&format!("hook-{number:02}"))).await.status, 201);
    }
    who.post(op, "/webhooks", &body("one-more")).await.assert_problem(409, "conflict");
    who.post(op, "/webhooks", &body("hook-00")).await.assert_problem(409, "taken");
    who.post(op, "/webhooks", &body("a b")).await.assert_problem(422, "invalid-values");
    let (mut url, mut seen) = ("/webhooks?limit=7".to_owned(), 0);
    loop {
        let page = who.get(op, &url).await.json();
        seen += page["items"].as_array().unwrap().len();
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        url = format!("/webhooks?limit=7&cursor={cursor}");
    }
    assert_eq!(seen, MOST_WEBHOOKS);
    let secrets = "/webhooks/hook-00/secrets";
    for _ in 1..5 {
        assert_eq!(who.post(op, secrets, &json!({})).await.status, 200);
    }
    who.post(op, secrets, &json!({})).await.assert_problem(409, "conflict");
    let given = json!({"secret": "whsec_c2hvcnQ="});
    who.post(op, "/webhooks/hook-01/secrets", &given).await.assert_problem(422, "invalid-values");
    let listed = who.get(op, "/webhooks/hook-01/secrets").await.json();
    let only = format!("/webhooks/hook-01/secrets/{}", listed["items"][0]["secret_id"].as_str().unwrap());
    who.request(op, "DELETE", &only).send().await.assert_problem(409, "conflict");
}

#[tokio::test(flavor = "multi_thread")]
async fn none_is_made_where_events_are_not_sent() {
    let op = Provider::start().await;
    let scope = credenza_protocol::admin_roles::everything().to_string();
    let who = credenza_tests::Administrator::service(&op, &scope).await;
    let body = json!({"url": URL, "events": ["*"]});
    let refused = who.post(&op, "/webhooks", &body).await;
    refused.assert_problem(409, "conflict");
    assert!(refused.json()["detail"].as_str().unwrap().contains("events.webhooks"));
    let test = who.request(&op, "POST", "/webhooks/nobody/test").send().await;
    test.assert_problem(409, "conflict");
}
