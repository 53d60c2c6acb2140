//! A service with the whole kit, as the runner of the shared cases starts it: all settings by the environment.

#[path = "shared/kit.rs"]
mod shared;

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{OriginalUri, Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use credenza_connectors::axum::{Caller, protect};
use credenza_connectors::events::Received;
use credenza_connectors::kit::axum::{Json, attach, body_limit, health, rate_limit, timeout};
use credenza_connectors::kit::{Envelope, Health, Kit, Problem, RateLimits, log};
use credenza_connectors::service::{As, Call, NewUser, ServiceError, User};
use credenza_connectors::{Guard, Needs, Settings};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::shared::{App, Failure, app, hooked, list, needed, problem, read_events, setting};

// Every answer: bodies, times, failures.

async fn echo(Json(body): Json<Value>) -> Json<Value> {
    Json(body)
}

async fn upload(body: Bytes) -> Json<Value> {
    Json(json!({ "bytes": body.len() }))
}

#[derive(Deserialize)]
struct Wait {
    ms: u64,
}

async fn slow(Query(Wait { ms }): Query<Wait>) -> Json<Value> {
    tokio::time::sleep(Duration::from_millis(ms)).await;
    Json(json!({ "ms": ms }))
}

#[expect(clippy::panic, reason = "that is what it is for")]
async fn fail() -> Infallible {
    panic!("inside-of-the-handler")
}

// Lists, gates, limits.

async fn items(app: State<App>, caller: Caller, OriginalUri(uri): OriginalUri) -> Result<Envelope, Problem> {
    shared::items(&app.pages.read(&uri, &caller)?)
}

async fn edit(app: State<App>, caller: Caller) -> Result<Json<Value>, Problem> {
    app.roles.require(&caller, "items:write")?;
    Ok(Json(json!({ "edited": true })))
}

async fn reports(app: State<App>, caller: Caller) -> Result<Json<Value>, Problem> {
    app.plans.require(&caller)?;
    Ok(Json(json!({ "reports": [] })))
}

async fn exports(app: State<App>, caller: Caller) -> Result<Json<Value>, Problem> {
    app.features.require(&caller, "exports").await?;
    Ok(Json(json!({ "exports": [] })))
}

#[derive(Deserialize)]
struct Used {
    used: u64,
}

async fn projects(
    app: State<App>,
    caller: Caller,
    Query(Used { used }): Query<Used>,
) -> Result<Json<Value>, Problem> {
    app.features.limit(&caller, "projects", used).await?;
    Ok(Json(json!({ "used": used })))
}

// Calls to others.

async fn called(app: &App, call: &Call<'_>, by: As<'_>) -> Result<Response, Problem> {
    let answer = app.service.call(call, by).await.map_err(problem)?;
    if answer.status().is_server_error() {
        return Err(problem(ServiceError::Unavailable(String::new())));
    }
    let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    Ok((answer.status(), Json(body)).into_response())
}

async fn machine(app: State<App>) -> Result<Response, Problem> {
    called(&app, &Call::get("/machine"), As::Itself).await
}

async fn behalf(app: State<App>, _: Caller, headers: HeaderMap) -> Result<Response, Problem> {
    called(&app, &Call::get("/behalf"), As::Caller(&headers)).await
}

async fn create_user(
    app: State<App>,
    Json(user): Json<NewUser>,
) -> Result<(StatusCode, Json<User>), Problem> {
    app.users.create(&user).await.map(|user| (StatusCode::CREATED, Json(user))).map_err(problem)
}

#[derive(Deserialize)]
struct Named {
    username: String,
}

async fn find_users(
    app: State<App>,
    Query(Named { username }): Query<Named>,
) -> Result<Json<Value>, Problem> {
    app.users.find(&username).await.map(|items| Json(json!({ "items": items }))).map_err(problem)
}

async fn get_user(app: State<App>, Path(id): Path<String>) -> Result<Json<User>, Problem> {
    app.users.get(&id).await.map(Json).map_err(problem)
}

async fn disable_user(app: State<App>, Path(id): Path<String>) -> Result<Json<User>, Problem> {
    app.users.disable(&id).await.map(Json).map_err(problem)
}

async fn enable_user(app: State<App>, Path(id): Path<String>) -> Result<Json<User>, Problem> {
    app.users.enable(&id).await.map(Json).map_err(problem)
}

async fn delete_user(app: State<App>, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    app.users.delete(&id).await.map(|()| StatusCode::NO_CONTENT).map_err(problem)
}

// Events.

async fn hook(app: State<App>, headers: HeaderMap, body: Bytes) -> Result<StatusCode, Problem> {
    let webhooks = app.webhooks.as_ref().ok_or_else(|| Problem::of_status(404))?;
    let received = webhooks.receive(&headers, &body, async |message| {
        hooked(&app, message);
        Ok::<(), Infallible>(())
    });
    match received.await {
        Ok(Ok(Received::Handled)) => Ok(StatusCode::NO_CONTENT),
        Ok(Ok(Received::Before)) => Ok(StatusCode::OK),
        Err(_) => Err(Problem::new(400, "invalid_signature")),
    }
}

fn routes(guard: &Guard) -> Result<Router<App>, Failure> {
    let guarded = |route: MethodRouter<App>| route.layer(protect(guard, Needs::new()));
    // What others take for their answers is beyond the limit of this service's own work.
    let calls = |route: MethodRouter<App>| timeout(route, Duration::from_secs(15));
    let window = Duration::from_secs(2);
    let mut limits = RateLimits::new("limited").caller(5, window).tenant(20, window);
    let mut checks = Health::new().issuer(guard);
    if let Some(url) = setting("REDIS_URL") {
        limits = limits.redis(&url)?;
        checks = checks.redis(&url)?;
    }
    Ok(Router::new()
        .route("/echo", post(echo))
        .route("/upload", body_limit(post(upload), 65_536))
        .route("/slow", get(slow))
        .route("/slower", timeout(get(slow), Duration::from_secs(1)))
        .route("/fail", get(async || -> Response { match fail().await {} }))
        .route("/items", guarded(get(items)))
        .route("/limited", guarded(rate_limit(get(async || Json(json!({}))), limits)))
        .route("/edit", guarded(get(edit)))
        .route("/reports", guarded(get(reports)))
        .route("/exports", calls(guarded(get(exports))))
        .route("/projects", calls(guarded(get(projects))))
        .route("/call/machine", calls(get(machine)))
        .route("/call/behalf", calls(guarded(get(behalf))))
        .route("/call/users", calls(post(create_user).get(find_users)))
        .route("/call/users/{id}", calls(get(get_user).delete(delete_user)))
        .route("/call/users/{id}/disable", calls(post(disable_user)))
        .route("/call/users/{id}/enable", calls(post(enable_user)))
        .route("/hooks/credenza", post(hook))
        .route("/hooks/seen", get(async |app: State<App>| Json(list(&app.hooks_seen))))
        .route("/events/seen", get(async |app: State<App>| Json(list(&app.events_seen))))
        .fallback(async || Problem::of_status(404))
        .merge(health(&checks)))
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    log::init(tracing::Level::INFO)?;
    let port = setting("PORT").unwrap_or_else(|| "0".to_owned());
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    let address = listener.local_addr()?;
    let origin = setting("ORIGIN").unwrap_or_else(|| format!("http://{address}"));
    let audience = setting("AUDIENCE").unwrap_or_else(|| origin.clone());
    let guard = Guard::new(Settings::new(needed("ISSUER")?, audience))?;
    let app = app()?;
    read_events(&app).await?;
    let kit = Kit::new().origin(&origin).body_limit(1_024).timeout(Duration::from_millis(300));
    let routes = attach(routes(&guard)?.with_state(app), &kit);
    println!("listening on http://{address}");
    let mut terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    let served = axum::serve(listener, routes);
    Ok(served
        .with_graceful_shutdown(async move {
            terminated.recv().await;
        })
        .await?)
}
