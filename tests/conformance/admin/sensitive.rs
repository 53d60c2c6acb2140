//! Chart 825: Sensitive calls of the admin API | a recent sign-in (RFC 9470); the admin key is off unless set, throttled, and each use is told

use credenza::config::AdminConfig;
use credenza::keys::admin_key::AdminKey;
use credenza_protocol::admin_roles::{Role, everything};
use credenza_protocol::time::Seconds;
use credenza_tests::{Administrator, Provider, Request, Response};
use serde_json::json;

const KEY: &str = "0123456789abcdef0123456789abcdef";

async fn with_key() -> Provider {
    let admin = AdminConfig { key: Some(AdminKey::parse(KEY).unwrap()), ..AdminConfig::default() };
    Provider::builder().admin(admin).start().await
}

async fn by_key(op: &Provider, key: &str, path: &str) -> Response {
    Request::get(op.at(&format!("/admin/v1{path}"))).header("credenza-admin-key", key).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc9470_3_what_is_sensitive_needs_a_recent_sign_in() {
    let admin = AdminConfig { sensitive_max_age: Seconds(60), ..AdminConfig::default() };
    let op = Provider::builder().admin(admin).start().await;
    let (ada, bob) = (op.user("ada").await, op.user("bob").await);
    let owner = Administrator::person(&op, "default", &ada, &[(Role::Owner, false)]).await;
    let script = Administrator::service(&op, &everything().to_string()).await;
    let role = format!("/users/{}/admin-roles/auditor", bob.user_id);
    assert_eq!(owner.request(&op, "PUT", &role).send().await.status, 200);
    op.pass(61);
    let late = owner.request(&op, "PUT", &role).send().await;
    late.assert_problem(401, "sign-in-too-old");
    let challenge = late.header("www-authenticate");
    assert!(challenge.contains("error=\"insufficient_user_authentication\""), "{challenge}");
    assert!(challenge.contains("max_age=\"60\""), "{challenge}");
    assert_eq!(owner.get(&op, "/users").await.status, 200, "the rest goes on");
    assert_eq!(script.request(&op, "PUT", &role).send().await.status, 200, "service accounts do not sign in");
    let again = Administrator::person(&op, "default", &ada, &[]).await;
    assert_eq!(again.request(&op, "PUT", &role).send().await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_admin_key_is_off_unless_it_is_set() {
    let op = Provider::start().await;
    by_key(&op, KEY, "/users").await.assert_problem(401, "unauthenticated");
    by_key(&op, "", "/users").await.assert_problem(401, "unauthenticated");
    let op = with_key().await;
    op.tenant("acme").await;
    assert_eq!(by_key(&op, KEY, "/tenants").await.json()["items"].as_array().unwrap().len(), 2);
    let there = Request::get(op.at("/t/acme/admin/v1/tenant")).header("credenza-admin-key", KEY).send().await;
    assert_eq!(there.json()["name"], "acme");
    // It is no access token.
    let bearer = Request::get(op.at("/admin/v1/users")).bearer(KEY).send().await;
    bearer.assert_problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_admin_keys_are_throttled_by_address_and_the_right_one_is_not() {
    let op = with_key().await;
    op.tenant("acme").await;
    for _ in 0..20 {
        assert_eq!(by_key(&op, KEY, "/users").await.status, 200);
    }
    for n in 0..5 {
        by_key(&op, &format!("{KEY}{n}"), "/users").await.assert_problem(401, "unauthenticated");
    }
    let closed = by_key(&op, KEY, "/users").await;
    closed.assert_problem(429, "too-many-attempts");
    assert!(closed.header("retry-after").parse::<u32>().unwrap() > 0);
    let there = Request::get(op.at("/t/acme/admin/v1/users")).header("credenza-admin-key", KEY).send().await;
    there.assert_problem(429, "too-many-attempts");
    let elsewhere = Request::get(op.at("/admin/v1/users")).header("credenza-admin-key", KEY);
    assert_eq!(elsewhere.from("127.0.0.9".parse().unwrap()).send().await.status, 200);
    let script = Administrator::service(&op, "admin:users:read").await;
    assert_eq!(script.get(&op, "/users").await.status, 200, "tokens are not throttled by it");
    op.pass(901);
    assert_eq!(by_key(&op, KEY, "/users").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_never_shown_again() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let client = json!({"client_name": "App", "redirect_uris": ["https://app.example/cb"]});
    let made = who.post(&op, "/clients", &client).await.json();
    let (id, old) = (made["client_id"].as_str().unwrap(), made["client_secret"].as_str().unwrap());
    let rotated = who.request(&op, "POST", &format!("/clients/{id}/secret")).send().await.json();
    let new = rotated["client_secret"].as_str().unwrap();
    assert_ne!(new, old);
    let token = who.post(&op, "/registration-tokens", &json!({"name": "CI"})).await.json();
    let token = token["token"].as_str().unwrap();
    let user = who.post(&op, "/users", &json!({"username": "ada", "password": "correct horse"})).await.text();
    let shown = [
        user,
        who.get(&op, &format!("/clients/{id}")).await.text(),
        who.get(&op, "/clients").await.text(),
        who.get(&op, "/registration-tokens").await.text(),
        who.get(&op, "/keys").await.text(),
    ]
    .concat();
    for secret in [old, new, token, "correct horse", "argon2"] {
        assert!(!shown.contains(secret), "{secret}");
    }
}
