//! Chart 883: Set-ups and imports at once | of 64 callers with one set-up, and of two imports of one file, nothing is left half done, and each answer is a documented one

use std::collections::BTreeMap;

use credenza_protocol::admin_roles::everything;
use credenza_tests::{Administrator, Provider, Request, Response};
use futures_util::future::join_all;
use serde_json::{Value, json};

const CALLERS: usize = 64;

fn set_up() -> Value {
    json!({
        "tenants": [{ "name": "acme", "settings": { "display_name": "Acme Inc." } }],
        "clients": [{ "tenant": "acme", "client_id": "shop", "client_name": "Shop", "roles": ["editor"],
            "redirect_uris": ["https://shop.example.com/callback"], "token_endpoint_auth_method": "none" }],
        "users": [{ "tenant": "acme", "username": "ada", "claims": { "name": "Ada Lovelace" } },
            { "tenant": "acme", "username": "eve" }],
        "groups": [{ "tenant": "acme", "name": "engineering", "members": ["ada", "eve"] }],
        "roles": [{ "tenant": "acme", "client_id": "shop", "role": "editor", "groups": ["engineering"] }],
    })
}

/// The statuses that the description of the API has for an operation.
async fn described(op: &Provider, path: &str) -> Vec<String> {
    let document = Request::get(op.at("/admin/v1/openapi.json")).send().await.json();
    let responses = document["paths"][path]["post"]["responses"].as_object().unwrap().clone();
    responses.into_iter().map(|(status, _)| status).collect()
}

/// How many answers have which status. Each is one that is described.
async fn counted(op: &Provider, path: &str, answers: &[Response]) -> BTreeMap<u16, usize> {
    let described = described(op, path).await;
    let mut counts = BTreeMap::new();
    for answer in answers {
        let status = answer.status.as_u16();
        assert!(described.contains(&status.to_string()), "{status}: {}", answer.text());
        assert!(status < 500, "{}", answer.text());
        if status != 200 {
            let kind = answer.json()["type"].as_str().unwrap().to_owned();
            assert!(kind.contains("/admin/v1/problems/"), "{kind}");
        }
        *counts.entry(status).or_default() += 1;
    }
    counts
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_callers_with_one_set_up_it_is_made_once_and_whole() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    for round in ["made", "changed"] {
        let mut body = set_up();
        body["clients"][0]["client_name"] = json!(round);
        body["users"][0]["claims"]["name"] = json!(round);
        let answers = join_all((0..CALLERS).map(|_| who.post(&op, "/apply", &body))).await;
        let counts = counted(&op, "/admin/v1/apply", &answers).await;
        assert!(counts.get(&200).is_some_and(|count| *count > 0), "{round}: {counts:?}");
        // Nothing of it is missing, and nothing is there twice.
        let left = who.post(&op, "/apply?dry_run=true", &body).await;
        assert_eq!((left.status.as_u16(), &left.json()["changed"]), (200, &json!(false)), "{}", left.text());
        let there = who.at("acme");
        let group =
            there.get(&op, "/groups").await.json()["items"][0]["group_id"].as_str().unwrap().to_owned();
        let members = there.get(&op, &format!("/groups/{group}/members")).await.json();
        assert_eq!(members["items"].as_array().unwrap().len(), 2, "{members}");
        let users = there.get(&op, "/users").await.json();
        assert_eq!(users["items"].as_array().unwrap().len(), 2, "{users}");
        let client = there.get(&op, "/clients/shop").await.json();
        assert_eq!(client["client_name"], round);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_imports_of_one_file_that_update_each_line_is_as_the_file_has_it() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let file = |name: &str| -> String {
        let line = |n: usize| {
            json!({ "user_id": format!("id-{n}"), "username": format!("person-{n}"),
                "claims": { "name": format!("{name} {n}") } })
        };
        (0..600).map(|n| format!("{}\n", line(n))).collect()
    };
    let send = async |query: &str, body: String| {
        let request = who.request(&op, "POST", &format!("/users/import{query}"));
        request.header("content-type", "application/x-ndjson").body(body).send().await
    };
    assert_eq!(send("", file("Before")).await.status, 200);
    let (one, other) = tokio::join!(send("?update=true", file("After")), send("?update=true", file("After")));
    let mut became: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for answer in [&one, &other] {
        assert_eq!(answer.status, 200, "{}", answer.text());
        for line in answer.text().lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            if let Some(number) = line["line"].as_u64() {
                became.entry(number).or_default().push(line["outcome"].as_str().unwrap().to_owned());
            }
        }
    }
    assert_eq!(became.len(), 600);
    for (number, outcomes) in &became {
        assert_eq!(outcomes.len(), 2, "{number}");
        assert!(outcomes.iter().any(|outcome| outcome == "updated"), "{number}: {outcomes:?}");
    }
    // Whatever was refused as changed at the same moment, is there as the file has it.
    let again = send("?update=true", file("After")).await.text();
    let summary: Value = serde_json::from_str(again.lines().last().unwrap()).unwrap();
    assert_eq!((&summary["unchanged"], &summary["complete"]), (&json!(600), &json!(true)), "{summary}");
}
