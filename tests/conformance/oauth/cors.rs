//! Cross-origin calls (Fetch 3.2).

use credenza_protocol::client_auth::AuthMethod;
use credenza_protocol::tenant::Registration;
use credenza_tests::{Browser, Provider, RelyingParty, Request, Response, Tokens, web_client};

const ORIGIN: &str = "https://rp.test";
/// The calls that scripts of registered origins may make.
const FOR_SCRIPTS: [(&str, &str); 4] =
    [("POST", "/token"), ("GET", "/userinfo"), ("POST", "/userinfo"), ("POST", "/revoke")];
/// The calls that scripts of any origin may make.
const FOR_EVERYBODY: [(&str, &str); 10] = [
    ("GET", "/.well-known/openid-configuration"),
    ("GET", "/.well-known/oauth-authorization-server"),
    ("GET", "/.well-known/webfinger"),
    ("GET", "/jwks"),
    ("GET", "/revocations"),
    ("GET", "/assets/credenza.js"),
    ("POST", "/register"),
    ("GET", "/register/nobody"),
    ("PUT", "/register/nobody"),
    ("DELETE", "/register/nobody"),
];

fn allowed_origin(response: &Response) -> Option<String> {
    assert!(!response.headers.contains_key("access-control-allow-credentials"));
    response.headers.get("access-control-allow-origin").map(|value| value.to_str().unwrap().to_owned())
}

async fn allowed(op: &Provider, method: &str, path: &str, origin: &str) -> Option<String> {
    allowed_origin(&Request::new(method, op.at(path)).header("origin", origin).send().await)
}

async fn preflight(op: &Provider, method: &str, path: &str, origin: &str, headers: &str) -> Response {
    let request = Request::new("OPTIONS", op.at(path)).header("origin", origin);
    let request = request.header("access-control-request-method", method);
    request.header("access-control-request-headers", headers).send().await
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
        assert_eq!(allowed(&op, method, path, ORIGIN).await.as_deref(), Some(ORIGIN), "{method} {path}");
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
            assert_eq!(allowed(&op, method, path, ORIGIN).await, None, "{method} {path}");
        }
    }
    rp.set_enabled(&op, false).await;
    assert_eq!(allowed(&op, "OPTIONS", "/token", ORIGIN).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a038_origins_belong_to_their_tenant() {
    let op = Provider::start().await;
    let acme = op.tenant("acme").await;
    RelyingParty::register_at(&op, "acme", |client| {
        client.redirect_uris = vec!["https://acme.test/callback".to_owned()];
        client.allowed_origins = vec!["capacitor://localhost".to_owned()];
    })
    .await;
    for origin in ["https://acme.test", "capacitor://localhost"] {
        assert_eq!(allowed(&op, "OPTIONS", "/t/acme/token", origin).await.as_deref(), Some(origin));
        assert_eq!(allowed(&op, "OPTIONS", "/token", origin).await, None);
    }
    // With the tenant, what it allowed is gone.
    assert!(op.state.store.tenants.delete(&acme).await.unwrap());
    assert_eq!(allowed(&op, "OPTIONS", "/t/acme/token", "https://acme.test").await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a038_a_preflight_allows_nothing_without_a_store() {
    let op = Provider::start().await;
    RelyingParty::public(&op).await;
    assert_eq!(allowed(&op, "OPTIONS", "/token", ORIGIN).await.as_deref(), Some(ORIGIN));
    op.state.store.maintenance.close().await;
    assert_eq!(allowed(&op, "OPTIONS", "/token", ORIGIN).await, None);
}

/// Hybrid apps and browser extensions have origins that no redirect URI tells of.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_has_further_origins_as_long_as_they_are_registered() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let origins = ["capacitor://localhost", "tauri://localhost", "chrome-extension://abcdefghijklmnop"];
    let rp = RelyingParty::register(&op, |client| {
        client.token_endpoint_auth_method = AuthMethod::None;
        client.allowed_origins = origins.map(str::to_owned).to_vec();
    })
    .await;
    for origin in origins {
        let code = rp.authorization().code(&op, &mut Browser::new(), &alice).await;
        let asked = preflight(&op, "POST", "/token", origin, "content-type").await;
        assert_eq!(allowed_origin(&asked).as_deref(), Some(origin));
        let answer = rp.call(&op, "/token", &rp.redemption(&code)).header("origin", origin).send().await;
        assert_eq!((answer.status.as_u16(), allowed_origin(&answer).as_deref()), (200, Some(origin)));
        let token = Tokens::of(&answer).access_token;
        let told = Request::get(op.at("/userinfo")).bearer(&token).header("origin", origin).send().await;
        assert_eq!((told.status.as_u16(), allowed_origin(&told).as_deref()), (200, Some(origin)));
    }
    for other in ["capacitor://other", "CAPACITOR://localhost", "ionic://localhost", "capacitor://localhost/"]
    {
        assert_eq!(allowed(&op, "OPTIONS", "/token", other).await, None, "{other}");
    }
    rp.update(&op, |record| record.client.allowed_origins.truncate(1)).await;
    assert_eq!(allowed(&op, "OPTIONS", "/token", origins[0]).await.as_deref(), Some(origins[0]));
    assert_eq!(allowed(&op, "OPTIONS", "/token", origins[1]).await, None);
    assert_eq!(allowed(&op, "OPTIONS", "/token", ORIGIN).await.as_deref(), Some(ORIGIN));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_public_may_be_called_from_anywhere() {
    let op = Provider::start().await;
    op.tenant("acme").await;
    let beside =
        ["/.well-known/openid-configuration/t/acme", "/.well-known/oauth-authorization-server/t/acme"];
    let beside = beside.map(|path| ("GET", path.to_owned()));
    let below = FOR_EVERYBODY.map(|(method, path)| (method, format!("/t/acme{path}")));
    let paths = FOR_EVERYBODY.map(|(method, path)| (method, path.to_owned()));
    for (method, path) in paths.into_iter().chain(below).chain(beside) {
        for origin in ["https://anywhere.test", "http://localhost:6274", "null"] {
            let asked = preflight(&op, method, &path, origin, "content-type").await;
            assert_eq!(asked.status, 204, "{method} {path}");
            assert_eq!(allowed_origin(&asked).as_deref(), Some("*"), "{method} {path}");
            let methods = asked.header("access-control-allow-methods");
            assert!(methods.split(", ").any(|allowed| allowed == method), "{path}: {methods}");
            assert_eq!(allowed(&op, method, &path, origin).await.as_deref(), Some("*"), "{method} {path}");
        }
    }
}

/// A client that runs in a browser registers itself before anybody knows its origin, and can read why it is refused.
#[tokio::test(flavor = "multi_thread")]
async fn a_script_registers_itself() {
    let op = Provider::start().await;
    let origin = "http://localhost:6274";
    let register = || op.registration(&web_client()).header("origin", origin).send();
    let refused = register().await;
    refused.assert_refused(403, "access_denied");
    assert_eq!(allowed_origin(&refused).as_deref(), Some("*"));
    op.change_settings(|settings| settings.registration = Registration::Open).await;
    let asked = preflight(&op, "POST", "/register", origin, "content-type, mcp-protocol-version").await;
    assert_eq!(asked.header("access-control-allow-headers"), "content-type, mcp-protocol-version");
    let registered = register().await;
    assert_eq!((registered.status.as_u16(), allowed_origin(&registered).as_deref()), (201, Some("*")));
}

#[tokio::test(flavor = "multi_thread")]
async fn request_headers_are_allowed_as_far_as_they_are_known() {
    let op = Provider::start().await;
    RelyingParty::public(&op).await;
    for (method, path) in FOR_SCRIPTS.into_iter().chain(FOR_EVERYBODY) {
        for (asked, told) in [
            ("authorization,content-type", "authorization, content-type"),
            ("Content-Type, X-Requested-With", "content-type, x-requested-with"),
            ("dpop, traceparent, baggage, sentry-trace", "baggage, dpop, sentry-trace, traceparent"),
            ("accept, mcp-protocol-version", "accept, mcp-protocol-version"),
            ("cookie, x-forwarded-for, content-type", "content-type"),
            ("x-forwarded-host", ""),
            ("", ""),
        ] {
            let answer = preflight(&op, method, path, ORIGIN, asked).await;
            assert_eq!(answer.status, 204, "{method} {path}");
            assert_eq!(answer.header("access-control-allow-headers"), told, "{path}: {asked}");
            assert!(allowed_origin(&answer).is_some() && answer.text().is_empty(), "{path}");
        }
        // What a script may read beside the body.
        let answer = Request::new(method, op.at(path)).header("origin", ORIGIN).send().await;
        let exposed = answer.header("access-control-expose-headers");
        assert!(exposed.contains("www-authenticate") && exposed.contains("retry-after"), "{path}: {exposed}");
    }
}
