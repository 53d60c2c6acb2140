//! Cross-origin calls (Fetch 3.2).

use credenza_tests::{Provider, RelyingParty, Request};

async fn allowed(op: &Provider, method: &str, path: &str, origin: &str) -> Option<String> {
    let response = Request::new(method, op.at(path)).header("origin", origin).send().await;
    assert!(!response.headers.contains_key("access-control-allow-credentials"));
    response.headers.get("access-control-allow-origin").map(|value| value.to_str().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a038_scripts_of_registered_origins_alone_may_call() {
    let op = Provider::start().await;
    let rp = RelyingParty::public(&op).await;
    for (method, path) in [
        ("OPTIONS", "/token"),
        ("POST", "/token"),
        ("OPTIONS", "/userinfo"),
        ("GET", "/userinfo"),
        ("OPTIONS", "/revoke"),
    ] {
        assert_eq!(
            allowed(&op, method, path, "https://rp.test").await.as_deref(),
            Some("https://rp.test"),
            "{method} {path}"
        );
        for origin in [
            "https://evil.test",
            "null",
            "https://rp.test.evil.test",
            "https://rp.test:444",
            "http://rp.test",
            "HTTPS://RP.TEST",
            "",
        ] {
            assert_eq!(allowed(&op, method, path, origin).await, None, "{method} {path} {origin}");
        }
    }
    for path in ["/authorize", "/login", "/consent", "/logout", "/introspect", "/account"] {
        for method in ["GET", "OPTIONS", "POST"] {
            assert_eq!(allowed(&op, method, path, "https://rp.test").await, None, "{method} {path}");
        }
    }
    rp.set_enabled(&op, false).await;
    assert_eq!(allowed(&op, "OPTIONS", "/token", "https://rp.test").await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a038_origins_belong_to_their_tenant() {
    let op = Provider::start().await;
    op.tenant("acme").await;
    RelyingParty::register_at(&op, "acme", |client| {
        client.redirect_uris = vec!["https://acme.test/callback".to_owned()]
    })
    .await;
    assert_eq!(
        allowed(&op, "OPTIONS", "/t/acme/token", "https://acme.test").await.as_deref(),
        Some("https://acme.test")
    );
    assert_eq!(allowed(&op, "OPTIONS", "/token", "https://acme.test").await, None);
}
