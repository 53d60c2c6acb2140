//! Chart 810: Changes by the admin API | If-Match against the stored version, JSON Merge Patch (RFC 7396), unknown members refused

use credenza_protocol::admin_roles::everything;
use credenza_tests::{Administrator, Provider, Request, at_once};
use serde_json::{Value, json};

async fn service(op: &Provider) -> Administrator {
    Administrator::service(op, &everything().to_string()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc9110_13_1_1_a_change_names_what_was_read() {
    let op = Provider::start().await;
    let who = service(&op).await;
    op.tenant("acme").await;
    let user = who.post(&op, "/users", &json!({"username": "ada"})).await.json();
    let client = json!({"client_name": "App", "redirect_uris": ["https://app.example/cb"]});
    let client = who.post(&op, "/clients", &client).await.json();
    let user = format!("/users/{}", user["user_id"].as_str().unwrap());
    let client = format!("/clients/{}", client["client_id"].as_str().unwrap());
    for (path, changes) in [
        (user.as_str(), json!({"claims": {"nickname": "Ada"}})),
        (client.as_str(), json!({"client_name": "Our app"})),
        ("/tenants/acme", json!({"settings": {"access_token_lifetime": 300}})),
        ("/tenant", json!({"settings": {"access_token_lifetime": 300}})),
    ] {
        let read = who.get(&op, path).await;
        let etag = read.header("etag").to_owned();
        assert_eq!(etag, format!("\"{}\"", read.json()["version"]), "{path}");
        who.with_body(&op, "PATCH", path, &changes).send().await.assert_problem(428, "precondition-required");
        for stale in ["\"999\"", &format!("W/{etag}"), "\"\""] {
            who.patch(&op, path, stale, &changes).await.assert_problem(412, "stale");
        }
        who.patch(&op, path, "1", &changes).await.assert_problem(400, "invalid-parameter");
        let changed = who.patch(&op, path, &format!("\"999\", {etag}"), &changes).await;
        assert_eq!(changed.status, 200, "{path}: {}", changed.text());
        let next = changed.header("etag").to_owned();
        assert_ne!(next, etag);
        assert_eq!(who.get(&op, path).await.header("etag"), next, "what is told is what is stored");
        who.patch(&op, path, &etag, &changes).await.assert_problem(412, "stale");
        if path != "/tenant" {
            who.request(&op, "DELETE", path).send().await.assert_problem(428, "precondition-required");
            who.delete(&op, path, &etag).await.assert_problem(412, "stale");
            assert_eq!(who.delete(&op, path, &next).await.status, 204, "{path}");
            who.delete(&op, path, &next).await.assert_problem(404, "not-found");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_change_the_same_one_wins() {
    let op = Provider::start().await;
    let who = service(&op).await;
    let user = who.post(&op, "/users", &json!({"username": "ada"})).await;
    let path = format!("/users/{}", user.json()["user_id"].as_str().unwrap());
    let etag = user.header("etag").to_owned();
    let request = |n: i32| {
        let changes = json!({"claims": {"nickname": format!("number {n}")}});
        who.with_body(&op, "PATCH", &path, &changes).header("if-match", &etag)
    };
    let answers = at_once((0..16).map(request)).await;
    let (done, stale): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!(done.len(), 1);
    stale.iter().for_each(|answer| answer.assert_problem(412, "stale"));
    assert_eq!(who.get(&op, &path).await.json(), done[0].json());
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7396_null_takes_away_and_what_is_not_named_stays() {
    let op = Provider::start().await;
    let who = service(&op).await;
    let new = json!({
        "username": "ada",
        "claims": {"name": "Ada", "email": "ada@example.com", "email_verified": true, "address": {"country": "UK", "locality": "London"}},
    });
    let user = who.post(&op, "/users", &new).await.json();
    let path = format!("/users/{}", user["user_id"].as_str().unwrap());
    let changes = json!({"claims": {"name": null, "address": {"locality": null}, "nickname": "A"}});
    let changed = who.patch(&op, &path, "*", &changes).await.json();
    let expected = json!({"email": "ada@example.com", "email_verified": true, "address": {"country": "UK"}, "nickname": "A"});
    assert_eq!((&changed["username"], &changed["claims"]), (&json!("ada"), &expected));
    let moved = who.patch(&op, &path, "*", &json!({"claims": {"email": "ada@example.org"}})).await.json();
    assert_eq!(moved["claims"]["email_verified"], false, "another address is not verified");
    let vouched = json!({"claims": {"email": "ada@example.net", "email_verified": true}});
    assert_eq!(who.patch(&op, &path, "*", &vouched).await.json()["claims"]["email_verified"], true);
    let new = json!({"client_name": "App", "redirect_uris": ["https://app.example/cb"], "client_uri": "https://app.example/"});
    let client = who.post(&op, "/clients", &new).await.json();
    assert_eq!(
        client["grant_types"],
        json!(["authorization_code", "refresh_token"]),
        "as by the command line"
    );
    assert_eq!(client["client_secret"].as_str().unwrap().len(), 43);
    let path = format!("/clients/{}", client["client_id"].as_str().unwrap());
    let changed = who.patch(&op, &path, "*", &json!({"client_uri": null, "require_pkce": true})).await.json();
    assert!(changed.get("client_uri").is_none() && changed.get("client_secret").is_none(), "{changed}");
    assert_eq!((&changed["client_name"], &changed["require_pkce"]), (&json!("App"), &json!(true)));
}

#[tokio::test(flavor = "multi_thread")]
async fn values_that_are_refused_are_told_with_their_place_and_change_nothing() {
    let op = Provider::start().await;
    let who = service(&op).await;
    let user = who.post(&op, "/users", &json!({"username": "ada"})).await.json();
    let path = format!("/users/{}", user["user_id"].as_str().unwrap());
    for (method, path, body, pointer) in [
        ("POST", "/users", json!({"username": ""}), "/username"),
        ("POST", "/users", json!({}), ""),
        ("PATCH", path.as_str(), json!({"claims": {"email": 7}}), "/claims/email"),
        ("PATCH", path.as_str(), json!({"username": null}), ""),
        ("PATCH", path.as_str(), json!({"claims": {"email": "nowhere"}}), "/claims/email"),
        ("POST", "/users", json!({"username": "eve", "password": ""}), "/password"),
        ("POST", "/clients", json!({"client_name": "App", "grant_types": ["magic"]}), "/grant_types/0"),
        ("POST", "/tenants", json!({"name": "A b"}), "/name"),
        ("PATCH", "/tenant", json!({"settings": {"code_lifetime": 601}}), "/settings/code_lifetime"),
        ("POST", "/registration-tokens", json!({"uses": 0}), "/uses"),
    ] {
        let answer = who.with_body(&op, method, path, &body).header("if-match", "*").send().await;
        answer.assert_problem(422, "invalid-values");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{body}: {}", answer.text());
    }
    assert_eq!(who.get(&op, &path).await.json(), user);
}

/// Names that somebody might try: what the record holds besides, and what other systems call power.
const GREEDY: [&str; 16] = [
    "version",
    "created_at",
    "updated_at",
    "disabled_at",
    "tenant_id",
    "client_secret",
    "secret_hash",
    "password_hash",
    "epoch",
    "role",
    "roles",
    "installation",
    "is_admin",
    "user",
    "owner",
    "__proto__",
];

#[tokio::test(flavor = "multi_thread")]
async fn a104_no_body_takes_a_member_that_its_schema_does_not_have() {
    let op = Provider::builder().webhooks().start().await;
    let who = service(&op).await;
    op.tenant("nobody").await;
    let document = Request::get(op.at("/admin/v1/openapi.json")).send().await.json();
    let resource = who.post(&op, "/resources", &json!({"resource": "https://greedy.test/"})).await;
    assert_eq!(resource.status, 201, "{}", resource.text());
    let webhook = json!({"webhook_id": "greedy", "url": "https://hooks.example.com/", "events": ["*"]});
    let webhook = who.post(&op, "/webhooks", &webhook).await;
    assert_eq!(webhook.status, 201, "{}", webhook.text());
    let mut seen = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        let Some(path) = path.strip_prefix("/admin/v1") else { continue };
        for (method, operation) in methods.as_object().unwrap() {
            let Some(content) = operation["requestBody"]["content"].as_object() else { continue };
            // Of an import each line is refused by itself: see its own tests.
            if content.contains_key("application/x-ndjson") {
                continue;
            }
            let content = content.values().next().unwrap();
            let name = content["schema"]["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
            let schema = &document["components"]["schemas"][name];
            assert_eq!(schema["additionalProperties"], false, "{name}");
            // On something that is there, so that the body alone is at fault.
            let user = who.post(&op, "/users", &json!({"username": format!("u{seen}")})).await.json();
            let client = json!({"client_name": "App", "redirect_uris": ["https://app.example/cb"]});
            let client = who.post(&op, "/clients", &client).await.json();
            let group = who.post(&op, "/groups", &json!({"name": format!("g{seen}")})).await.json();
            let secrets = format!("/clients/{}/secrets", client["client_id"].as_str().unwrap());
            let secret = who.post(&op, &secrets, &json!({})).await.json();
            let path = path
                .replace("{webhook_id}", "greedy")
                .replace("{secret_id}", secret["secret_id"].as_str().unwrap())
                .replace("{group_id}", group["group_id"].as_str().unwrap())
                .replace("{user_id}", user["user_id"].as_str().unwrap())
                .replace("{client_id}", client["client_id"].as_str().unwrap())
                .replace("{resource}", "https%3A%2F%2Fgreedy.test%2F")
                .replace("{name}", "nobody");
            for greedy in GREEDY.into_iter().filter(|greedy| schema["properties"].get(greedy).is_none()) {
                seen += 1;
                let mut body = content["example"].clone();
                body[greedy] = json!(true);
                let answer = who.with_body(&op, &method.to_ascii_uppercase(), &path, &body);
                let answer = answer.header("if-match", "*").send().await;
                answer.assert_problem(422, "invalid-values");
                let errors = answer.json()["errors"].clone();
                assert!(errors.to_string().contains(greedy), "{name} {greedy}: {errors}");
            }
        }
    }
    assert!(seen > 100, "{seen}");
    let value: Value = who.get(&op, "/tenant").await.json();
    assert_eq!(value["name"], "default");
}
