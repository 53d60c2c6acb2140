//! Chart 800: The admin API | every operation with every role, at its own tenant and at another, with tokens that are revoked, expired or of somebody who is disabled

use credenza_protocol::admin_roles::{INSTALLATION, Role, everything};
use credenza_tests::{Administrator, Provider, Request, Response, give};
use serde_json::{Value, json};

/// An operation as the OpenAPI document describes it.
#[derive(Clone, Debug)]
struct Operation {
    id: String,
    method: String,
    path: String,
    scopes: Vec<String>,
    body: Option<Value>,
}

/// Every operation of the admin API, read from its description.
async fn operations(op: &Provider) -> Vec<Operation> {
    let document = Request::get(op.at("/admin/v1/openapi.json")).send().await.json();
    let mut found = vec![];
    for (path, methods) in document["paths"].as_object().unwrap() {
        let Some(path) = path.strip_prefix("/admin/v1") else { continue };
        for (method, operation) in methods.as_object().unwrap() {
            let scopes = operation["security"][0]["oauth2"].as_array().unwrap();
            let content = operation["requestBody"]["content"].as_object();
            let body = content.map(|content| content.values().next().unwrap()["example"].clone());
            found.push(Operation {
                id: operation["operationId"].as_str().unwrap().to_owned(),
                method: method.to_ascii_uppercase(),
                path: path.to_owned(),
                scopes: scopes.iter().map(|scope| scope.as_str().unwrap().to_owned()).collect(),
                body,
            });
        }
    }
    assert!(found.len() > 35, "{} operations", found.len());
    found
}

impl Operation {
    fn of_installation(&self) -> bool {
        self.scopes.iter().any(|scope| scope == INSTALLATION)
    }

    /// Calls it on things that do not exist, so that nothing is changed where it could be.
    async fn call(&self, op: &Provider, who: &Administrator) -> Response {
        let path = self.path.split('/').map(|part| match part {
            "{role}" => "auditor",
            part if part.starts_with('{') => "nobody",
            part => part,
        });
        let path = path.collect::<Vec<_>>().join("/");
        let request = match &self.body {
            Some(body) => who.with_body(op, &self.method, &path, body),
            None => who.request(op, &self.method, &path),
        };
        request.header("if-match", "*").send().await
    }
}

fn kind(response: &Response) -> String {
    let problem: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    problem["type"].as_str().unwrap_or_default().rsplit('/').next().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a100_each_role_may_what_the_table_says_and_nothing_else() {
    let op = Provider::start().await;
    op.tenant("acme").await;
    let operations = operations(&op).await;
    for (role, installation) in Role::ALL.into_iter().flat_map(|role| [(role, false), (role, true)]) {
        let name = format!("{}-{installation}", role.as_str());
        let person = op.user(&name).await;
        let who = Administrator::person(&op, "default", &person, &[(role, installation)]).await;
        let may = role.scope(installation);
        let (mut allowed, mut refused) = (0, 0);
        for operation in &operations {
            let answer = operation.call(&op, &who).await;
            let what =
                format!("{role:?} {installation} {}: {} {}", operation.id, answer.status, answer.text());
            assert!(answer.status.as_u16() < 500, "{what}");
            if operation.scopes.iter().all(|scope| may.contains(scope)) {
                allowed += 1;
                assert_ne!(answer.status, 401, "{what}");
                assert_ne!(kind(&answer), "insufficient-scope", "{what}");
            } else {
                refused += 1;
                assert_eq!(
                    (answer.status.as_u16(), kind(&answer).as_str()),
                    (403, "insufficient-scope"),
                    "{what}"
                );
                assert!(answer.header("www-authenticate").contains("insufficient_scope"), "{what}");
            }
        }
        assert_eq!(
            refused == 0,
            role == Role::Owner && installation,
            "{name}: {allowed} allowed, {refused} refused"
        );
        assert!(allowed > 0, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a099_a_token_of_one_tenant_is_nothing_at_another() {
    let op = Provider::start().await;
    for tenant in ["acme", "other"] {
        op.tenant(tenant).await;
    }
    let (ada, eve) = (op.user("ada").await, op.user_of("acme", "eve").await);
    let owner = Administrator::person(&op, "default", &ada, &[(Role::Owner, false)]).await;
    let theirs = Administrator::person(&op, "acme", &eve, &[(Role::Owner, false)]).await;
    let script = Administrator::service_of(&op, "acme", &everything().to_string()).await;
    // A role that says so counts nothing at a tenant that is not the default one.
    give(&op, "acme", &eve.user_id, Role::Owner, true).await;
    for operation in operations(&op).await {
        for (who, tenant) in [
            (&owner, "acme"),
            (&theirs, "default"),
            (&theirs, "other"),
            (&script, "default"),
            (&script, "other"),
        ] {
            if operation.of_installation() && tenant != "default" {
                let answer = operation.call(&op, &who.at(tenant)).await;
                assert_eq!(answer.status, 404, "{operation:?} exists at the default tenant alone");
                continue;
            }
            operation.call(&op, &who.at(tenant)).await.assert_problem(401, "unauthenticated");
        }
    }
    // Positive controls: at their own, and everywhere with a role for the installation.
    assert_eq!(theirs.get(&op, "/tenant").await.json()["name"], "acme");
    assert_eq!(script.get(&op, "/tenant").await.json()["name"], "acme");
    give(&op, "default", &ada.user_id, Role::Auditor, true).await;
    assert_eq!(owner.get(&op, "/tenant").await.json()["name"], "default");
    for tenant in ["acme", "other"] {
        assert_eq!(owner.at(tenant).get(&op, "/tenant").await.json()["name"], tenant);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_token_opens_nothing() {
    let op = Provider::start().await;
    let operations = operations(&op).await;
    let ada = op.user("ada").await;
    let owner = Administrator::person(&op, "default", &ada, &[(Role::Owner, true)]).await;
    let script = Administrator::service(&op, &everything().to_string()).await;
    for who in [&owner, &script] {
        assert_eq!(who.get(&op, "/users").await.status, 200);
    }
    // Revoked.
    let revoked = Administrator::service(&op, &everything().to_string()).await;
    let answer = revoked.client.call(&op, "/revoke", &[("token", &revoked.token)]).send().await;
    assert_eq!(answer.status, 200);
    // Of a client that is disabled.
    let disabled = Administrator::service(&op, &everything().to_string()).await;
    disabled.client.set_enabled(&op, false).await;
    // Meant for something else, though of the same client.
    let elsewhere = Administrator::service(&op, &everything().to_string()).await;
    elsewhere.client.update(&op, |record| record.client.resources.push("https://api.test/".to_owned())).await;
    let fields = [("grant_type", "client_credentials"), ("resource", "https://api.test/")];
    let token =
        elsewhere.client.token(&op, &fields).await.json()["access_token"].as_str().unwrap().to_owned();
    let elsewhere = Administrator { token, ..elsewhere };
    let nonsense = Administrator { token: "nonsense".to_owned(), ..script.clone() };
    for operation in &operations {
        for who in [&revoked, &disabled, &elsewhere, &nonsense] {
            let answer = operation.call(&op, who).await;
            answer.assert_problem(401, "unauthenticated");
            assert!(answer.header("www-authenticate").contains("invalid_token"));
        }
        let missing =
            Request::new(&operation.method, op.at(&format!("/admin/v1{}", operation.path))).send().await;
        missing.assert_problem(401, "unauthenticated");
        assert!(!missing.header("www-authenticate").contains("error"), "RFC 6750 3.1");
    }
    assert_eq!(owner.get(&op, "/users").await.status, 200, "the others live");
    op.pass(601);
    for operation in &operations {
        for who in [&owner, &script] {
            operation.call(&op, who).await.assert_problem(401, "unauthenticated");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_away_is_gone_at_once() {
    let op = Provider::start().await;
    let (ada, bob) = (op.user("ada").await, op.user("bob").await);
    let owner = Administrator::person(&op, "default", &ada, &[(Role::Owner, true)]).await;
    let auditor = Administrator::person(&op, "default", &bob, &[(Role::Auditor, false)]).await;
    assert_eq!(auditor.get(&op, "/users").await.status, 200);
    let role = format!("/users/{}/admin-roles/auditor", bob.user_id);
    assert_eq!(owner.request(&op, "DELETE", &role).send().await.status, 204);
    auditor.get(&op, "/users").await.assert_problem(403, "insufficient-scope");
    assert_eq!(owner.request(&op, "PUT", &role).send().await.status, 200);
    assert_eq!(auditor.get(&op, "/users").await.status, 200, "the same token");
    op.disable_user(&bob).await;
    auditor.get(&op, "/users").await.assert_problem(401, "unauthenticated");
    // A service account whose registration loses a scope.
    let script = Administrator::service(&op, "admin:users:read admin:clients:read").await;
    assert_eq!(script.get(&op, "/clients").await.status, 200);
    let narrowed = credenza_protocol::scope::Scope::stored("admin:users:read");
    script.client.update(&op, |record| record.client.scope = narrowed).await;
    script.get(&op, "/clients").await.assert_problem(403, "insufficient-scope");
    assert_eq!(script.get(&op, "/users").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_methods_and_media_types_are_answered_by_problems() {
    let op = Provider::start().await;
    let script = Administrator::service(&op, &everything().to_string()).await;
    for path in ["/nothing", "/users/nobody", "/clients/nobody/secrets", "/tenants/nobody"] {
        script.get(&op, path).await.assert_problem(404, "not-found");
    }
    let wrong = script.request(&op, "PUT", "/users").send().await;
    wrong.assert_problem(405, "method-not-allowed");
    let mut allowed: Vec<_> = wrong.header("allow").split(',').map(str::trim).collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["GET", "HEAD", "POST"]);
    for (media, encoding) in
        [("text/plain", None), ("application/merge-patch+json", None), ("application/json", Some("gzip"))]
    {
        let mut request = script.request(&op, "POST", "/users").header("content-type", media);
        if let Some(encoding) = encoding {
            request = request.header("content-encoding", encoding);
        }
        request.body(r#"{"username": "ada"}"#).send().await.assert_problem(415, "unsupported-media-type");
    }
    for body in ["", "[]", "{", r#"{"username": "ada", "username": "eve"}"#, "{} {}"] {
        let request = script.request(&op, "POST", "/users").header("content-type", "application/json");
        request.body(body).send().await.assert_problem(400, "malformed-body");
    }
    for query in [
        "?colour=red",
        "?limit=0",
        "?limit=201",
        "?limit=-1",
        "?limit=2147483648",
        "?limit=1&limit=2",
        "?cursor=x",
    ] {
        script.get(&op, &format!("/users{query}")).await.assert_problem(400, "invalid-parameter");
    }
    let made = script.post(&op, "/users", &json!({"username": "ada"})).await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(
        made.header("location"),
        format!("{}/admin/v1/users/{}", op.issuer, made.json()["user_id"].as_str().unwrap())
    );
    // Each kind of problem has its page.
    let problem = script.get(&op, "/users/nobody").await.json();
    let page = Request::get(op.reach(problem["type"].as_str().unwrap())).send().await;
    assert_eq!(page.status, 200);
    assert!(page.text().starts_with("Not found (404)"), "{}", page.text());
    Request::get(op.at("/admin/v1/problems/nonsense")).send().await.assert_problem(404, "not-found");
}
