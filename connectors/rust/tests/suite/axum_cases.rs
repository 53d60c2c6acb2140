//! Chart 935: Axum behind the guard for Rust | the shared cases of all connectors: needs, optional routes, challenges, DPoP, several issuers, WebSockets, preflights, mounted routers, metadata (RFC 9728)

use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::routing::{MethodFilter, MethodRouter, get, on};
use axum::{Json, Router};
use credenza_connectors::Guard;
use credenza_connectors::axum::{Caller, metadata, optional, protect};
use tower_http::cors::CorsLayer;

use crate::case::{Case, World, all, shown};
use crate::log::Log;
use crate::run;

async fn show(caller: Option<Caller>) -> Json<serde_json::Value> {
    Json(shown(caller.as_ref()))
}

async fn live(caller: Option<Caller>, upgrade: WebSocketUpgrade) -> axum::response::Response {
    upgrade.on_upgrade(|mut socket| async move {
        drop(socket.send(Message::text(shown(caller.as_ref()).to_string())).await);
    })
}

fn app(case: &Case, guard: &Guard) -> Router {
    let route = &case.route;
    let methods = route.methods.iter().map(|name| name.parse().unwrap());
    let filter = methods.map(|method: http::Method| MethodFilter::try_from(method).unwrap());
    let mut handler: MethodRouter =
        if route.websocket { get(live) } else { on(filter.reduce(MethodFilter::or).unwrap(), show) };
    if case.guard.preflight {
        let origin: http::HeaderValue = "https://app.example".parse().unwrap();
        handler = handler.layer(CorsLayer::new().allow_origin(origin).allow_methods([http::Method::GET]));
    }
    let needs = route.needs.clone();
    let layer = if route.optional { optional(guard, needs) } else { protect(guard, needs) };
    let mut app = Router::new().route(&route.path, handler.layer(layer));
    if let Some(prefix) = &route.prefix {
        app = Router::new().nest(prefix, app);
    }
    match case.metadata(guard) {
        Some(document) => app.merge(metadata(&document)),
        None => app,
    }
}

#[tokio::test]
async fn the_shared_cases() {
    let (log, mut faults) = (Log::hold().await, Vec::new());
    let cases = all();
    for case in &cases {
        let world = World::of(case);
        let app = app(case, &world.guard(case));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move { axum::serve(listener, app).await });
        run::steps(case, &world, &log, address, &mut faults).await;
        server.abort();
    }
    run::none(&faults, cases.len());
}

#[tokio::test]
async fn a_handler_that_wants_a_caller_has_one_or_is_not_called() {
    let log = Log::hold().await;
    let issuer = credenza_connectors::testing::TestIssuer::new("https://id.example", "https://api.example");
    let guard = issuer.guard().unwrap();
    let wants = |caller: Caller| async move { caller.sub().unwrap().to_owned() };
    let app = Router::new()
        .route("/optional", get(wants).layer(optional(&guard, credenza_connectors::Needs::new())))
        .route("/forgotten", get(wants));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move { axum::serve(listener, app).await });
    let good = issuer.bearer("");
    let fields = [("Authorization", &*good)];
    assert_eq!(crate::client::get(address, "/optional", &fields).await.body, "user");
    let refused = crate::client::get(address, "/optional", &[]).await;
    assert_eq!((refused.status, refused.field("www-authenticate").as_deref()), (401, Some("Bearer")));
    assert_eq!(crate::client::get(address, "/forgotten", &fields).await.status, 500);
    assert!(log.taken().iter().any(|record| record["level"] == "ERROR"));
    server.abort();
}
