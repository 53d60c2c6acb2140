//! Chart 869: The provider's own endpoints in the OpenAPI document | every path is described or left out for a reason; statuses, media types, headers and cross-origin calls are as described

use std::collections::BTreeMap;

use credenza_protocol::tenant::Registration;
use credenza_tests::described::{resolve, written_out};
use credenza_tests::{Provider, RelyingParty, Request, Response, routes, setup};
use serde_json::Value;

/// Paths that no program calls.
const LEFT_OUT: &[(&str, &str)] = &[
    ("/", "a page"),
    ("/login", "a page, with the form that it sends"),
    ("/select-account", "a page, with the form that it sends"),
    ("/forgot-password", "a page, with the form that it sends"),
    ("/reset-password", "a page, with the form that it sends"),
    ("/account/applications", "a page, with the form that it sends"),
    ("/account/devices", "a page, with the form that it sends"),
    ("/account/data", "a page, with the form that it sends"),
    ("/account/delete", "a page, with the form that it sends"),
    ("/account/keep", "a page, with the form that it sends"),
    ("/login/mail", "a page, with the form that it sends"),
    ("/login/link", "a page, with the form that it sends"),
    ("/login/new-password", "a page, with the form that it sends"),
    ("/login/keep-account", "a page, with the form that it sends"),
    ("/login/terms", "a page, with the form that it sends"),
    ("/login/second-factor", "a page, with the forms that it sends"),
    ("/login/add-second-factor", "a page, with the forms that it sends"),
    ("/account/security", "a page, with the forms that it sends"),
    ("/account/security/app", "a page, with the form that it sends"),
    ("/account/security/passkey", "a page, with the form that it sends"),
    ("/account/email", "a page, with the form that it sends"),
    ("/account/email/code", "a page, with the form that it sends"),
    ("/account/email/confirm", "a page, with the form that it sends"),
    ("/account/email/undo", "a page, with the form that it sends"),
    ("/account/profile", "a page, with the form that it sends"),
    ("/account/password", "a page, with the form that it sends"),
    ("/signup", "a page, with the form that it sends"),
    ("/signup/code", "a page, with the form that it sends"),
    ("/signup/complete", "a page, with the form that it sends"),
    ("/signup/invited", "a page, with the form that it sends"),
    ("/consent", "a page, with the form that it sends"),
    ("/logout/confirm", "a page, with the form that it sends"),
    ("/account", "a page, with the form that it sends"),
    ("/account/login", "a page"),
    ("/logos/{client_id}", "an image on pages"),
    ("/brand/{logo}", "an image on pages"),
    ("/brand/{logo}/{client_id}", "an image on pages"),
    ("/language", "a form on every page"),
    ("/assets/{name}", "what pages are made of"),
];

async fn document(op: &Provider) -> Value {
    written_out(&Request::get(op.at("/admin/v1/openapi.json")).send().await.json())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_path_is_described_or_left_out_for_a_reason() {
    let op = Provider::start().await;
    let document = document(&op).await;
    let own = routes().into_iter().filter(|route| !route.path.contains("{tenant}"));
    let mut described = 0;
    for route in own {
        let Some(methods) = document["paths"].get(&route.path).and_then(Value::as_object) else {
            assert!(LEFT_OUT.iter().any(|(path, _)| *path == route.path), "{} is not described", route.path);
            continue;
        };
        let known: Vec<_> = methods.keys().map(|method| method.to_ascii_uppercase()).collect();
        for method in &route.methods {
            assert!(known.iter().any(|known| known == method), "{method} {} is not described", route.path);
        }
        assert_eq!(known.len(), route.methods.len(), "{}: {known:?}", route.path);
        described += 1;
    }
    assert!(described >= 14, "{described}");
    for (path, why) in LEFT_OUT {
        assert!(document["paths"].get(path).is_none(), "{path} is described: {why}");
        assert!(routes().iter().any(|route| route.path == *path), "{path} is gone");
    }
}

/// An answer is one that the document has: its status, its media type, its headers.
fn assert_described(document: &Value, method: &str, path: &str, answer: &Response) {
    let operation = &document["paths"][path][method];
    let what = format!("{method} {path}: {} {}", answer.status, answer.text());
    let described = &operation["responses"][answer.status.as_str()];
    assert!(described.is_object(), "{what}");
    let media = answer.header("content-type").split(';').next().unwrap_or_default().to_owned();
    match described["content"].as_object() {
        Some(content) => assert!(content.contains_key(&media), "{what}: {media}"),
        // RFC 6750 3.1: without a token there is no error, and with one there is.
        None => assert!(answer.body.is_empty() || answer.status == 401, "{what}"),
    }
    for (name, header) in described["headers"].as_object().into_iter().flatten() {
        let is_required = resolve(document, header)["required"] == true;
        assert!(!is_required || answer.headers.contains_key(name.as_str()), "{what}: {name}");
    }
}

async fn asked(op: &Provider, rp: &RelyingParty, token: &str) -> Vec<(&'static str, &'static str, Response)> {
    let get = |path: &str| Request::get(op.at(path)).send();
    let post = |path: &str, fields: &[(&str, &str)]| Request::form(op.at(path), fields).send();
    let text = |path: &str| Request::post(op.at(path), "text/plain", "x").send();
    let bearer =
        |method: &str, path: &str, token: &str| Request::new(method, op.at(path)).bearer(token).send();
    let metadata = r#"{"redirect_uris": ["https://app.example/cb"]}"#;
    let register = |body: &str| Request::post(op.at("/register"), "application/json", body).send();
    vec![
        ("get", "/livez", get("/livez").await),
        ("get", "/readyz", get("/readyz").await),
        ("get", "/jwks", get("/jwks").await),
        ("get", "/revocations", get("/revocations").await),
        ("get", "/check_session", get("/check_session").await),
        ("get", "/.well-known/openid-configuration", get("/.well-known/openid-configuration").await),
        (
            "get",
            "/.well-known/oauth-authorization-server",
            get("/.well-known/oauth-authorization-server").await,
        ),
        ("get", "/.well-known/webfinger", get("/.well-known/webfinger").await),
        (
            "get",
            "/.well-known/webfinger",
            get("/.well-known/webfinger?resource=acct:a@nowhere.example").await,
        ),
        ("get", "/authorize", get("/authorize").await),
        ("get", "/authorize", Request::get(rp.authorization().url(op)).send().await),
        ("post", "/authorize", post("/authorize", &[]).await),
        ("post", "/authorize", text("/authorize").await),
        ("get", "/logout", get("/logout").await),
        ("post", "/logout", post("/logout", &[]).await),
        ("post", "/logout", text("/logout").await),
        ("post", "/token", post("/token", &[]).await),
        ("post", "/token", text("/token").await),
        (
            "post",
            "/token",
            post("/token", &[("grant_type", "client_credentials"), ("client_id", "nobody")]).await,
        ),
        ("post", "/introspect", post("/introspect", &[("token", "x")]).await),
        ("post", "/introspect", rp.call(op, "/introspect", &[("token", token)]).send().await),
        ("post", "/introspect", rp.call(op, "/introspect", &[]).send().await),
        ("post", "/revoke", rp.call(op, "/revoke", &[("token", "x")]).send().await),
        ("post", "/revoke", text("/revoke").await),
        ("get", "/userinfo", get("/userinfo").await),
        ("get", "/userinfo", get("/userinfo?access_token=x").await),
        ("get", "/userinfo", bearer("GET", "/userinfo", "x").await),
        ("get", "/userinfo", bearer("GET", "/userinfo", token).await),
        ("post", "/userinfo", bearer("POST", "/userinfo", token).await),
        ("post", "/userinfo", post("/userinfo", &[("access_token", token)]).await),
        ("post", "/register", register(metadata).await),
        ("post", "/register", register("{}").await),
        ("post", "/register", bearer("POST", "/register", "x").await),
        ("get", "/register/{client_id}", get("/register/nobody").await),
        ("get", "/register/{client_id}", bearer("GET", "/register/nobody", "x").await),
        ("put", "/register/{client_id}", bearer("PUT", "/register/nobody", "x").await),
        ("delete", "/register/{client_id}", bearer("DELETE", "/register/nobody", "x").await),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_as_described() {
    let (op, alice, rp) = setup().await;
    let token = rp.sign_in(&op, &alice).await.access_token;
    op.change_settings(|settings| settings.registration = Registration::Open).await;
    let document = document(&op).await;
    let mut statuses = BTreeMap::<u16, usize>::new();
    for (method, path, answer) in asked(&op, &rp, &token).await {
        assert_described(&document, method, path, &answer);
        *statuses.entry(answer.status.as_u16()).or_default() += 1;
    }
    op.change_settings(|settings| settings.registration = Registration::Closed).await;
    let closed = Request::post(op.at("/register"), "application/json", "{}").send().await;
    assert_described(&document, "post", "/register", &closed);
    for status in [200, 201, 303, 400, 401, 404] {
        assert!(statuses.contains_key(&status), "{statuses:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_may_call_what_is_said_to_be_for_them() {
    let (op, _, rp) = setup().await;
    let document = document(&op).await;
    let known = rp.redirect_uri().split('/').take(3).collect::<Vec<_>>().join("/");
    let mut seen = BTreeMap::<String, usize>::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in
            methods.as_object().unwrap().iter().filter(|_| !path.starts_with("/admin/"))
        {
            let origins = operation["x-cors"].as_str().unwrap_or("none");
            *seen.entry(origins.to_owned()).or_default() += 1;
            for (origin, is_registered) in [(known.as_str(), true), ("https://nobody.example", false)] {
                let parts = path.split('/').map(|part| if part.starts_with('{') { "nobody" } else { part });
                let path = parts.collect::<Vec<_>>().join("/");
                let asked = Request::new("OPTIONS", op.at(&path)).header("origin", origin);
                let asked = asked.header("access-control-request-method", &method.to_ascii_uppercase());
                let answer = asked.send().await;
                let allowed =
                    answer.headers.get("access-control-allow-origin").map(|value| value.to_str().unwrap());
                let expected = match origins {
                    "any" => Some("*"),
                    "registered" if is_registered => Some(origin),
                    _ => None,
                };
                assert_eq!(allowed, expected, "{method} {path} {origin}");
            }
        }
    }
    assert_eq!(seen.len(), 3, "{seen:?}");
}
