//! Malformed requests of the admin API: bodies that are cut off, deep, doubled or wrongly encoded, numbers out of range,
//! parameters of the wrong type. Every operation answers with a problem that its description names.
//! Chart 868

use credenza::config::Limits;
use credenza_protocol::admin_roles::everything;
use credenza_tests::described::{Described, Things};
use credenza_tests::{Administrator, Provider, Response};

async fn started() -> (Provider, Administrator, Vec<Described>, Things) {
    let op = Provider::builder().keeping_events().start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let (all, _) = Described::all(&op).await;
    let (things, _) = Things::make(&op, &who, &all).await;
    (op, who, all, things)
}

/// Bodies that are not one JSON object that every reader understands alike.
fn malformed() -> Vec<Vec<u8>> {
    let deep = |count: usize| format!("{{\"a\":{}1{}}}", "[".repeat(count), "]".repeat(count)).into_bytes();
    let texts = [
        "",
        " ",
        "{",
        "}",
        "[]",
        "[{}]",
        "null",
        "true",
        "1",
        "\"text\"",
        "{}{}",
        "{} x",
        "{a: 1}",
        "{'a': 1}",
        "{\"a\":1,}",
        "{\"a\":}",
        "{\"a\" 1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":01}",
        "{\"a\":+1}",
        "{\"a\":.5}",
        "{\"a\":1e}",
        "{\"a\":\"\t\"}",
        "{\"a\":\"\\x41\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\udc00\\ud800\"}",
        "{\"\\ud800\":1}",
        "{\"a\":1,\"a\":1}",
        "{\"a\":1,\"\\u0061\":2}",
        "{\"a\":{\"b\":1,\"b\":2}}",
        "// x\n{}",
        "{}\0",
        "\u{feff}{}",
    ];
    let mut bodies: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    bodies.extend([
        deep(1_000),
        deep(10_000),
        b"{\"a\":\"\xff\"}".to_vec(),
        b"{\"a\":\"\xed\xa0\x80\"}".to_vec(),
    ]);
    bodies.push(b"\xff\xfe{\0}\0".to_vec());
    bodies
}

fn assert_described(one: &Described, answer: &Response, what: &str) {
    let described = &one.whole["responses"][answer.status.as_str()];
    assert!(!described.is_null(), "{}: {} is not described: {what}", one.id, answer.status);
    assert!(answer.status.as_u16() < 500, "{}: {what}: {}", one.id, answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_object_is_a_malformed_body() {
    let (op, who, all, things) = started().await;
    let mut seen = 0;
    for one in all.iter().filter(|one| one.takes_json()) {
        let Some(path) = things.fill(&one.path) else { continue };
        for body in malformed() {
            let what = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
            let answer = one.request(&op, &who, &path, body).send().await;
            assert_described(one, &answer, &what);
            assert_eq!(answer.status, 400, "{}: {what}: {}", one.id, answer.text());
            answer.assert_problem(400, "malformed-body");
            seen += 1;
        }
    }
    assert!(seen > 200, "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn values_that_no_schema_has_are_refused_by_their_place() {
    let (op, who, all, things) = started().await;
    let values = [
        "null",
        "[]",
        "{}",
        "-1",
        "1e400",
        "99999999999999999999999999",
        "0.1",
        "\"\\u0000\"",
        "{\"a\":{\"a\":1}}",
        "[null]",
    ];
    let mut refused = 0;
    for one in all.iter().filter(|one| one.takes_json()) {
        let Some(path) = things.fill(&one.path) else { continue };
        let members = one.schema["properties"].as_object().into_iter().flatten();
        for (name, value) in members.flat_map(|(name, _)| values.iter().map(move |value| (name, value))) {
            let mut body = one.example.clone();
            body[name] = serde_json::json!("\u{1}here");
            let text = body.to_string().replace("\"\\u0001here\"", value);
            let answer = one.request(&op, &who, &path, text).send().await;
            let what = format!("{name}: {value}");
            assert_described(one, &answer, &what);
            if answer.status.is_client_error() {
                assert_eq!(answer.header("content-type"), "application/problem+json", "{what}");
                refused += 1;
            }
        }
    }
    assert!(refused > 300, "{refused}");
    assert_eq!(who.get(&op, "/tenant").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a108_parameters_are_what_they_are_described_to_be() {
    let (op, who, all, things) = started().await;
    let mut seen = 0;
    for one in all.iter().filter(|one| one.method == "GET" && one.answers_json()) {
        let Some(path) = things.fill(&one.path) else { continue };
        if one.call(&op, &who, &path).await.status != 200 {
            continue;
        }
        let mut queries = vec!["unknown=1".to_owned(), "limit=1&limit=1".to_owned(), "%00=1".to_owned()];
        let parameters = one.whole["parameters"].as_array().into_iter().flatten();
        for parameter in parameters.filter(|parameter| parameter["in"] == "query") {
            let name = parameter["name"].as_str().unwrap();
            let schema = &parameter["schema"];
            let wrong: &[&str] = match schema["type"].as_str() {
                Some("integer") => &["", "-1", "1.5", "x", "99999999999999999999", "1%00", "0x10"],
                Some("boolean") => &["", "1", "TRUE", "yes", "null"],
                _ if schema["enum"].is_array() => &["", "nonsense", "%00"],
                _ => &[],
            };
            queries.extend(wrong.iter().map(|value| format!("{name}={value}")));
            let beyond = schema["maximum"].as_i64().map(|most| format!("{name}={}", most + 1));
            queries.extend(beyond);
        }
        for query in queries {
            let answer = who.get(&op, &format!("{path}?{query}")).await;
            assert_eq!(answer.status, 400, "{} {query}: {}", one.id, answer.text());
            answer.assert_problem(400, "invalid-parameter");
            seen += 1;
        }
    }
    assert!(seen > 40, "{seen}");
}

/// Ids that nobody has: not UTF-8, with NUL, with what paths, statements and pages are made of, or thousands of
/// characters.
#[tokio::test(flavor = "multi_thread")]
async fn ids_that_nobody_has_lead_nowhere() {
    let (op, who, all, _) = started().await;
    let long = "x".repeat(8_000);
    let ids = [
        "%00",
        "%FF",
        "%ED%A0%80",
        "..%2F..%2Fetc",
        "%E2%80%AE",
        "%27%20OR%201=1--",
        "%7B%7D",
        long.as_str(),
    ];
    let mut seen = 0;
    for one in all.iter().filter(|one| one.path.contains('{')) {
        for id in ids {
            let parts = one.path.split('/').map(|part| if part.starts_with('{') { id } else { part });
            let path = parts.collect::<Vec<_>>().join("/");
            let answer = one.call(&op, &who, &path).await;
            let what = &path[..path.len().min(80)];
            assert_described(one, &answer, what);
            assert!(answer.status.is_client_error(), "{} {what}: {}", one.id, answer.status);
            assert!(answer.status != 401 && answer.status != 403, "{} {what}: {}", one.id, answer.text());
            assert_eq!(answer.header("content-type"), "application/problem+json", "{} {what}", one.id);
            seen += 1;
        }
    }
    assert!(seen > 150, "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_listener_refuses_is_a_problem_too() {
    let limits = Limits { body_bytes: 2048, ..Limits::default() };
    let op = Provider::builder().limits(limits).start().await;
    op.tenant("acme").await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let body = |bytes: usize| format!("{{\"username\": \"{}\"}}", "x".repeat(bytes));
    for (path, at) in [("/users", who.clone()), ("/users", who.at("acme")), ("/nothing", who.clone())] {
        let request = at.request(&op, "POST", path).header("content-type", "application/json");
        let answer = request.body(body(4000)).send().await;
        answer.assert_problem(413, "body-too-large");
        assert_eq!(answer.json()["detail"], "The body is too large");
    }
    let fits = who.request(&op, "POST", "/users").header("content-type", "application/json");
    assert_eq!(fits.body(body(100)).send().await.status, 201, "a body within the limit");
    // Beside the admin API it is a line of text, as it was.
    let form = format!("grant_type={}", "x".repeat(4000));
    let answer = credenza_tests::Request::post(op.at("/token"), "application/x-www-form-urlencoded", form)
        .send()
        .await;
    assert_eq!(answer.status, 413);
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
}
