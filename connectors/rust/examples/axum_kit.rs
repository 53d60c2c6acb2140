//! A service with the whole kit, as the runner of the shared cases starts it: all settings by the environment.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{OriginalUri, Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use credenza_connectors::axum::{Caller, protect};
use credenza_connectors::events::{Received, RedisStream, StreamEvent, Webhooks};
use credenza_connectors::kit::axum::{Json, attach, body_limit, health, rate_limit, timeout};
use credenza_connectors::kit::{
    Envelope, Features, Health, Kit, Pages, Plans, Problem, RateLimits, Roles, log,
};
use credenza_connectors::service::{As, Call, ClientConfig, NewUser, Service, ServiceError, User, Users};
use credenza_connectors::{Guard, Needs, Settings};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

type Failure = Box<dyn std::error::Error>;
type Seen = Arc<Mutex<Vec<String>>>;

const UPGRADE: &str = "https://app.example/upgrade";

#[derive(Clone)]
struct App {
    roles: Roles,
    plans: Plans,
    features: Features,
    pages: Pages,
    service: Service,
    users: Users,
    webhooks: Option<Webhooks>,
    hooks_seen: Seen,
    events_seen: Seen,
}

fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn needed(name: &str) -> Result<String, String> {
    setting(name).ok_or_else(|| format!("{name} is missing"))
}

fn app() -> Result<App, Failure> {
    let service_url = setting("SERVICE_URL").unwrap_or_else(|| "http://127.0.0.1:1".to_owned());
    let client = ClientConfig {
        issuer: needed("ISSUER")?,
        client_id: setting("CLIENT_ID").unwrap_or_else(|| "service".to_owned()),
        client_secret: setting("CLIENT_SECRET").unwrap_or_default(),
        scope: "orders:read".to_owned(),
        resource: Some(service_url.clone()),
    };
    let features_url = setting("FEATURES_URL").unwrap_or_else(|| "http://127.0.0.1:1".to_owned());
    Ok(App {
        roles: Roles::new().role("editor", ["items:read", "items:write"]).role("admin", ["*"]),
        plans: Plans::new(["pro", "enterprise"], UPGRADE),
        features: Features::new(&features_url, UPGRADE)?,
        pages: Pages::new(&needed("SECRET")?)?,
        users: Users::new(ClientConfig { scope: String::new(), ..client.clone() })?,
        service: Service::new(&service_url, client)?,
        webhooks: setting("WEBHOOK_SECRETS").map(|secrets| Webhooks::new(&secrets)).transpose()?,
        hooks_seen: Seen::default(),
        events_seen: Seen::default(),
    })
}

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
    let page = app.pages.read(&uri, &caller)?;
    let after: u32 = page.position()?.unwrap_or(0);
    let kind = |id: u32| if id.is_multiple_of(2) { "even" } else { "odd" };
    let mut rest = (1..=500_u32)
        .filter(|id| *id > after)
        .filter(|id| page.filter("kind").is_none_or(|k| k == kind(*id)));
    let ids: Vec<u32> = rest.by_ref().take(page.limit()).collect();
    let next = rest.next().and(ids.last());
    let items: Vec<Value> = ids.iter().map(|id| json!({ "id": id, "kind": kind(*id) })).collect();
    page.envelope(&items, next)
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

fn problem(error: ServiceError) -> Problem {
    match error {
        ServiceError::UserAlreadyExists => Problem::new(409, "user_exists"),
        ServiceError::NotFound => Problem::of_status(404),
        ServiceError::Refused(_) => Problem::of_status(403),
        ServiceError::RateLimited { retry_after } => {
            let problem = Problem::new(429, "rate_limited");
            retry_after
                .into_iter()
                .fold(problem, |problem, seconds| problem.field("retry-after", &seconds.to_string()))
        }
        ServiceError::Unavailable(_) => Problem::new(503, "service_unavailable").field("retry-after", "1"),
        error => {
            tracing::error!(target: "app", reason = %error, "a call failed");
            Problem::new(502, "service_failed")
        }
    }
}

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

fn push(seen: &Seen, id: String) {
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    if !seen.contains(&id) {
        seen.push(id);
    }
}

fn list(seen: &Seen) -> Json<Vec<String>> {
    Json(seen.lock().unwrap_or_else(PoisonError::into_inner).clone())
}

async fn hook(app: State<App>, headers: HeaderMap, body: Bytes) -> Result<StatusCode, Problem> {
    let webhooks = app.webhooks.as_ref().ok_or_else(|| Problem::of_status(404))?;
    let received = webhooks.receive(&headers, &body, async |message| {
        if message.body.get("type").is_some_and(|kind| kind == "features.changed") {
            app.features.drop_plan(message.body.pointer("/data/plan").and_then(Value::as_str));
        }
        push(&app.hooks_seen, message.id);
        Ok::<(), Infallible>(())
    });
    match received.await {
        Ok(Ok(Received::Handled)) => Ok(StatusCode::NO_CONTENT),
        Ok(Ok(Received::Before)) => Ok(StatusCode::OK),
        Err(_) => Err(Problem::new(400, "invalid_signature")),
    }
}

fn read_events(app: &App) -> Result<(), Failure> {
    let (Some(url), Some(stream)) = (setting("REDIS_URL"), setting("STREAM")) else { return Ok(()) };
    let mut events = RedisStream::new(&url, stream, setting("GROUP").unwrap_or_else(|| "app".to_owned()))?;
    if let Some(ms) = setting("CLAIM_AFTER_MS") {
        events = events.claim_after(Duration::from_millis(ms.parse()?));
    }
    let (seen, failed) = (Arc::clone(&app.events_seen), Seen::default());
    let handler = async move |event: StreamEvent| {
        let failures = failed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .filter(|id| **id == event.id)
            .count();
        let fails = match &*event.kind {
            "test.fails" => true,
            "test.fails_twice" => failures < 2,
            _ => false,
        };
        if fails {
            failed.lock().unwrap_or_else(PoisonError::into_inner).push(event.id);
            return Err("fails on purpose");
        }
        push(&seen, event.id);
        Ok(())
    };
    tokio::spawn(async move { events.run(handler).await });
    Ok(())
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
        .route("/hooks/seen", get(async |app: State<App>| list(&app.hooks_seen)))
        .route("/events/seen", get(async |app: State<App>| list(&app.events_seen)))
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
    read_events(&app)?;
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
