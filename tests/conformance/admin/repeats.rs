//! Chart 815: Idempotency-Key | one request is carried out once, however often and by how many at once it is sent

use credenza_protocol::admin_roles::everything;
use std::time::Duration;

use credenza_tests::{Administrator, Provider, Request, Response, at_once};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::sleep;

fn keyed(op: &Provider, who: &Administrator, key: &str, path: &str, body: &Value) -> Request {
    who.with_body(op, "POST", path, body).header("idempotency-key", key)
}

fn app(name: &str) -> Value {
    json!({"client_name": name, "redirect_uris": ["https://app.example/cb"]})
}

async fn count(op: &Provider, who: &Administrator) -> usize {
    who.get(op, "/clients?limit=200").await.json()["items"].as_array().unwrap().len()
}

fn assert_same(one: &Response, other: &Response) {
    assert_eq!((one.status, one.json()), (other.status, other.json()));
    for header in ["etag", "location", "cache-control"] {
        assert_eq!(one.header(header), other.header(header), "{header}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_repeated_has_the_same_answer_with_the_same_secret() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let before = count(&op, &who).await;
    let first = keyed(&op, &who, "k1", "/clients", &app("App")).send().await;
    assert_eq!((first.status.as_u16(), first.header("idempotency-replayed")), (201, ""));
    op.pass(300);
    let again = keyed(&op, &who, "k1", "/clients", &app("App")).send().await;
    assert_same(&again, &first);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert!(again.json()["client_secret"].is_string());
    assert_eq!(count(&op, &who).await, before + 1);
    // Another body, another operation, another caller, no key: each is a request of its own.
    keyed(&op, &who, "k1", "/clients", &app("Another"))
        .send()
        .await
        .assert_problem(422, "idempotency-key-reused");
    assert_eq!(keyed(&op, &who, "k1", "/users", &json!({"username": "ada"})).send().await.status, 201);
    let other = Administrator::service(&op, &everything().to_string()).await;
    let theirs = keyed(&op, &other, "k1", "/clients", &app("App")).send().await;
    assert_eq!((theirs.status.as_u16(), theirs.header("idempotency-replayed")), (201, ""));
    assert_ne!(theirs.json()["client_id"], first.json()["client_id"]);
    let unkeyed = who.post(&op, "/clients", &app("App")).await;
    assert_ne!(unkeyed.json()["client_id"], first.json()["client_id"]);
    for wrong in ["", &"x".repeat(256), "ü"] {
        keyed(&op, &who, wrong, "/clients", &app("App"))
            .send()
            .await
            .assert_problem(400, "invalid-parameter");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_can_be_tried_again_and_what_is_old_is_forgotten() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let path = "/users";
    keyed(&op, &who, "k", path, &json!({"username": ""})).send().await.assert_problem(422, "invalid-values");
    let made = keyed(&op, &who, "k", path, &json!({"username": "ada"})).send().await;
    assert_eq!(made.status, 201, "{}", made.text());
    op.pass(86_401);
    let who = Administrator::service(&op, &everything().to_string()).await;
    let again = keyed(&op, &who, "k", path, &json!({"username": "bob"})).send().await;
    assert_eq!(again.status, 201, "a day later the key is new: {}", again.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_one_is_carried_out() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let before = count(&op, &who).await;
    let answers = at_once((0..24).map(|_| keyed(&op, &who, "race", "/clients", &app("App")))).await;
    let (made, waiting): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert!(!made.is_empty());
    made.iter().for_each(|answer| assert_same(answer, made[0]));
    waiting.iter().for_each(|answer| answer.assert_problem(409, "idempotency-key-in-use"));
    assert_eq!(made.iter().filter(|answer| answer.header("idempotency-replayed").is_empty()).count(), 1);
    assert_eq!(count(&op, &who).await, before + 1);
    assert_same(&keyed(&op, &who, "race", "/clients", &app("App")).send().await, made[0]);
}

/// Callers who give up at different moments, and ask again: the work goes on without them, and its answer is kept.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_hangs_up_finds_the_answer_when_they_ask_again() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    for number in 0..12 {
        let key = format!("hangs up {number}");
        let body = json!({"username": format!("person {number}"), "password": "a long password of theirs"});
        let content = body.to_string();
        let mut stream = TcpStream::connect(op.at("").trim_start_matches("http://")).await.unwrap();
        let head = format!(
            "POST {}/admin/v1/users HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {}\r\nIdempotency-Key: {key}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            who.base,
            who.token,
            content.len()
        );
        stream.write_all((head + &content).as_bytes()).await.unwrap();
        sleep(Duration::from_millis(number)).await;
        drop(stream);
        let mut answer = keyed(&op, &who, &key, "/users", &body).send().await;
        for _ in 0..200 {
            if answer.status != 409 {
                break;
            }
            sleep(Duration::from_millis(50)).await;
            answer = keyed(&op, &who, &key, "/users", &body).send().await;
        }
        assert_eq!(answer.status, 201, "{number}: {}", answer.text());
    }
    let people = who.get(&op, "/users?limit=200").await.json();
    assert_eq!(people["items"].as_array().unwrap().len(), 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_answer_lies_sealed() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let made = keyed(&op, &who, "k", "/clients", &app("App")).send().await.json();
    let secret = made["client_secret"].as_str().unwrap();
    let tenant = op.default_tenant().await;
    let kept = op.state.store.raw.texts("idempotency", "answer", tenant.as_str()).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert!(!kept[0].contains(secret) && kept[0].len() > secret.len());
}
