//! Chart 940: tests of Rust applications | requests signed in one line by an issuer in memory, whose keys, revocations and clock the test turns

use credenza_connectors::axum::{Caller, protect};
use credenza_connectors::testing::TestIssuer;
use credenza_connectors::{Guard, Needs, Settings};
use http::{Request, StatusCode};
use tower_service::Service;

fn app(guard: &Guard) -> axum::Router {
    let orders = |caller: Caller| async move { caller.sub().unwrap_or_default().to_owned() };
    let needs = Needs::new().scope("orders:read");
    axum::Router::new().route("/orders", axum::routing::get(orders).layer(protect(guard, needs)))
}

async fn status(app: &axum::Router, authorization: &str) -> StatusCode {
    let request = Request::get("/orders").header("authorization", authorization);
    let request = request.body(axum::body::Body::empty()).unwrap();
    app.clone().call(request).await.unwrap().status()
}

#[tokio::test]
async fn one_line_signs_a_request() {
    let issuer = TestIssuer::new("https://id.example", "https://api.example");
    let app = app(&issuer.guard().unwrap());
    assert_eq!(status(&app, &issuer.bearer("orders:read")).await, StatusCode::OK);
    assert_eq!(status(&app, &issuer.bearer("orders:write")).await, StatusCode::FORBIDDEN);
    let foreign = TestIssuer::new("https://id.example", "https://api.example");
    assert_eq!(status(&app, &foreign.bearer("orders:read")).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn time_keys_and_revocations_are_the_tests_own() {
    let issuer = TestIssuer::new("https://id.example", "https://api.example");
    let settings = Settings {
        revocations: Some(Default::default()),
        ..Settings::new("https://id.example", "https://api.example")
    };
    let app = app(&Guard::from(issuer.validator(settings).unwrap()));
    let token = issuer.bearer_with(serde_json::json!({ "scope": "orders:read", "jti": "one" }));
    assert_eq!(status(&app, &token).await, StatusCode::OK);
    issuer.core().revoke("jti", "one");
    issuer.advance(11);
    assert_eq!(status(&app, &token).await, StatusCode::UNAUTHORIZED);
    let other = issuer.bearer("orders:read");
    assert_eq!(status(&app, &other).await, StatusCode::OK);
    issuer.advance(400);
    assert_eq!(status(&app, &other).await, StatusCode::UNAUTHORIZED);
    issuer.core().rotate(false);
    issuer.advance(31); // unknown keys are asked for once in half a minute
    assert_eq!(status(&app, &issuer.bearer("orders:read")).await, StatusCode::OK);
}

#[tokio::test]
async fn a_machine_is_no_user() {
    let issuer = TestIssuer::new("https://id.example", "https://api.example");
    let guard = issuer.guard().unwrap();
    let is_user = |caller: Caller| async move { caller.is_user().to_string() };
    let app =
        axum::Router::new().route("/", axum::routing::get(is_user).layer(protect(&guard, Needs::new())));
    for (claims, wanted) in [
        (serde_json::json!({ "sub": "alice" }), "true"),
        (serde_json::json!({ "sub": "client", "client_id": "client" }), "false"),
    ] {
        let request = Request::get("/").header("authorization", issuer.bearer_with(claims));
        let response = app.clone().call(request.body(axum::body::Body::empty()).unwrap()).await.unwrap();
        let body = axum::body::to_bytes(response.into_body(), 100).await.unwrap();
        assert_eq!(&*body, wanted.as_bytes());
    }
}
