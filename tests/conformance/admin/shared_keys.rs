//! Chart 882: Shared keys of services | a key of the configuration with a name, scopes and perhaps a tenant: no more than these, nothing that needs a recent sign-in, its name in each event, wrong ones throttled

use credenza::config::AdminConfig;
use credenza::keys::admin_key::AdminKey;
use credenza::keys::shared_key::SharedKey;
use credenza_tests::{Provider, Request, Response};
use serde_json::{Value, json};

/// Of a billing service, which sees and changes users everywhere.
const BILLING: &str = "billing-0123456789abcdef0123456789abcdef0123456789";
/// Of a service of one tenant.
const ACME: &str = "acme-0123456789abcdef0123456789abcdef0123456789";
/// Of an owner, as it were.
const ALL: &str = "all-0123456789abcdef0123456789abcdef0123456789";
/// The admin key.
const ADMIN: &str = "admin-0123456789abcdef0123456789abcdef";

async fn provider() -> Provider {
    let all = credenza_protocol::admin_roles::everything();
    let all: String = all.iter().map(|scope| format!("scope={scope} ")).collect();
    let lines = [
        format!(
            "name=billing key={BILLING} scope=admin:users:read scope=admin:users:write scope=admin:events:read"
        ),
        format!("name=acme-jobs key={ACME} tenant=acme scope=admin:users:read"),
        format!("name=all key={ALL} {all}"),
    ];
    let shared_keys = SharedKey::parse_all(lines.iter().map(String::as_str)).unwrap();
    let key = Some(AdminKey::parse(ADMIN).unwrap());
    let admin = AdminConfig { key, shared_keys, ..AdminConfig::default() };
    let op = Provider::builder().keeping_events().admin(admin).start().await;
    op.tenant("acme").await;
    op
}

async fn call(op: &Provider, key: &str, method: &str, path: &str, body: Option<Value>) -> Response {
    let request = Request::new(method, op.at(path)).header("credenza-admin-key", key);
    match body {
        Some(body) => request.header("content-type", "application/json").body(body.to_string()).send().await,
        None => request.send().await,
    }
}

async fn get(op: &Provider, key: &str, path: &str) -> Response {
    call(op, key, "GET", path, None).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_key_does_what_its_scopes_allow_and_no_more() {
    let op = provider().await;
    let made = call(&op, BILLING, "POST", "/admin/v1/users", Some(json!({"username": "ada"}))).await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(get(&op, BILLING, "/admin/v1/users").await.json()["items"][0]["username"], "ada");
    for path in ["/admin/v1/clients", "/admin/v1/keys", "/admin/v1/tenants", "/admin/v1/users/export"] {
        get(&op, BILLING, path).await.assert_problem(403, "insufficient-scope");
    }
    // Without a tenant it is for every one of them.
    assert_eq!(get(&op, BILLING, "/t/acme/admin/v1/users").await.status, 200);
    // It does not act on whoever may more than it.
    let boss = op.user("boss").await;
    let default = op.default_tenant().await;
    let role = credenza_protocol::admin_roles::Assignment {
        user_id: boss.user_id.clone(),
        role: credenza_protocol::admin_roles::Role::Owner,
        installation: false,
        created_at: credenza_protocol::time::Time::from_seconds(op.now()),
    };
    let _granted = op.state.store.admin_roles.grant(&default, role).await.unwrap();
    let path = format!("/admin/v1/users/{}", boss.user_id);
    let change = |key: &'static str| {
        let request = Request::new("PATCH", op.at(&path)).header("credenza-admin-key", key);
        let request = request.header("content-type", "application/merge-patch+json").header("if-match", "*");
        request.body(json!({"username": "nobody"}).to_string()).send()
    };
    change(BILLING).await.assert_problem(403, "beyond-authority");
    assert_eq!(change(ALL).await.status, 200, "the control: whoever may as much");
    // It is no access token, and another header is no key.
    Request::get(op.at("/admin/v1/users"))
        .bearer(BILLING)
        .send()
        .await
        .assert_problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_key_of_a_tenant_opens_that_tenant_alone() {
    let op = provider().await;
    assert_eq!(get(&op, ACME, "/t/acme/admin/v1/users").await.status, 200);
    get(&op, ACME, "/t/acme/admin/v1/clients").await.assert_problem(403, "insufficient-scope");
    get(&op, ACME, "/admin/v1/users").await.assert_problem(401, "unauthenticated");
    // Its cursors are its own.
    for name in ["ada", "bob", "eve"] {
        let made =
            call(&op, BILLING, "POST", "/t/acme/admin/v1/users", Some(json!({"username": name}))).await;
        assert_eq!(made.status, 201);
    }
    let page = get(&op, ACME, "/t/acme/admin/v1/users?limit=1").await.json();
    let next = format!("/t/acme/admin/v1/users?limit=1&cursor={}", page["next_cursor"].as_str().unwrap());
    get(&op, BILLING, &next).await.assert_problem(400, "invalid-parameter");
    assert_eq!(get(&op, ACME, &next).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_needs_a_recent_sign_in_is_done_by_a_shared_key() {
    let op = provider().await;
    let create = Some(json!({"algorithm": "ES256"}));
    let late = call(&op, ALL, "POST", "/admin/v1/keys", create.clone()).await;
    late.assert_problem(401, "sign-in-too-old");
    let token = Some(json!({"name": "CI"}));
    assert_eq!(call(&op, ALL, "POST", "/admin/v1/registration-tokens", token).await.status, 201);
    assert_eq!(get(&op, ALL, "/admin/v1/keys").await.status, 200);
    assert_eq!(call(&op, ADMIN, "POST", "/admin/v1/keys", create).await.status, 201, "the admin key may");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_event_names_the_shared_key() {
    let op = provider().await;
    let made = call(&op, BILLING, "POST", "/admin/v1/users", Some(json!({"username": "ada"}))).await;
    assert_eq!(made.status, 201);
    let there = call(&op, BILLING, "POST", "/t/acme/admin/v1/users", Some(json!({"username": "eve"}))).await;
    assert_eq!(there.status, 201);
    for base in ["/admin/v1", "/t/acme/admin/v1"] {
        let found = get(&op, BILLING, &format!("{base}/events?actor=shared_key:billing")).await.json();
        let items = found["items"].as_array().unwrap();
        assert_eq!((items.len(), &items[0]["type"]), (1, &json!("user.created")), "{found}");
        assert!(!found.to_string().contains(BILLING));
    }
    let found = get(&op, BILLING, "/admin/v1/events?type=admin_key.").await.json();
    assert!(found["items"].as_array().unwrap().is_empty(), "it is not the admin key: {found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_keys_are_throttled_where_only_shared_keys_are_set() {
    let lines = [format!("name=billing key={BILLING} scope=admin:users:read")];
    let shared_keys = SharedKey::parse_all(lines.iter().map(String::as_str)).unwrap();
    let op = Provider::builder().admin(AdminConfig { shared_keys, ..AdminConfig::default() }).start().await;
    get(&op, ADMIN, "/admin/v1/users").await.assert_problem(401, "unauthenticated");
    for n in 0..4 {
        get(&op, &format!("{BILLING}{n}"), "/admin/v1/users").await.assert_problem(401, "unauthenticated");
    }
    get(&op, &format!("{BILLING}x"), "/admin/v1/users").await.assert_problem(429, "too-many-attempts");
    // Others at that address go on: their keys cannot be guessed.
    for _ in 0..20 {
        assert_eq!(get(&op, BILLING, "/admin/v1/users").await.status, 200);
    }
    op.pass(901);
    get(&op, &format!("{BILLING}x"), "/admin/v1/users").await.assert_problem(401, "unauthenticated");
}
