//! A service with the whole kit, as the runner of the shared cases starts it: all settings by the environment.

#[path = "shared/kit.rs"]
mod shared;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::{Bytes, Data, Path, Query, ServiceConfig, resource};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use credenza_connectors::actix::{Caller, protect};
use credenza_connectors::events::Received;
use credenza_connectors::kit::actix::{Json, around, body_limit, health, rate_limit, timeout};
use credenza_connectors::kit::{Envelope, Health, Kit, Problem, RateLimits, log};
use credenza_connectors::service::{As, Call, NewUser, ServiceError, User};
use credenza_connectors::{Guard, Needs, Settings};
use http::HeaderMap;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::shared::{App as State, Failure, app, hooked, list, needed, problem, read_events, setting};

/// What others take for their answers is beyond the limit of this service's own work.
const CALLS: Duration = Duration::from_secs(15);

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

async fn slow(wait: Query<Wait>) -> Json<Value> {
    tokio::time::sleep(Duration::from_millis(wait.ms)).await;
    Json(json!({ "ms": wait.ms }))
}

#[expect(clippy::panic, reason = "that is what it is for")]
async fn fail() -> &'static str {
    panic!("inside-of-the-handler")
}

// Lists, gates, limits.

async fn items(app: Data<State>, caller: Caller, request: HttpRequest) -> Result<Envelope, Problem> {
    let uri = request.uri().to_string().parse().map_err(|_| Problem::of_status(400))?;
    shared::items(&app.pages.read(&uri, &caller)?)
}

async fn edit(app: Data<State>, caller: Caller) -> Result<Json<Value>, Problem> {
    app.roles.require(&caller, "items:write")?;
    Ok(Json(json!({ "edited": true })))
}

async fn reports(app: Data<State>, caller: Caller) -> Result<Json<Value>, Problem> {
    app.plans.require(&caller)?;
    Ok(Json(json!({ "reports": [] })))
}

async fn exports(app: Data<State>, caller: Caller) -> Result<Json<Value>, Problem> {
    app.features.require(&caller, "exports").await?;
    Ok(Json(json!({ "exports": [] })))
}

#[derive(Deserialize)]
struct Used {
    used: u64,
}

async fn projects(app: Data<State>, caller: Caller, used: Query<Used>) -> Result<Json<Value>, Problem> {
    app.features.limit(&caller, "projects", used.used).await?;
    Ok(Json(json!({ "used": used.used })))
}

// Calls to others.

async fn called(app: &State, call: &Call<'_>, by: As<'_>) -> Result<HttpResponse, Problem> {
    let answer = app.service.call(call, by).await.map_err(problem)?;
    if answer.status().is_server_error() {
        return Err(problem(ServiceError::Unavailable(String::new())));
    }
    let status = actix_web::http::StatusCode::from_u16(answer.status().as_u16()).unwrap_or_default();
    Ok(HttpResponse::build(status).content_type("application/json").body(answer.into_body()))
}

async fn machine(app: Data<State>) -> Result<HttpResponse, Problem> {
    called(&app, &Call::get("/machine"), As::Itself).await
}

async fn behalf(app: Data<State>, _: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    called(&app, &Call::get("/behalf"), As::Caller(&headers(&request))).await
}

/// The fields of a request of Actix, which stands on an older crate `http`.
fn headers(request: &HttpRequest) -> HeaderMap {
    let field = |name: &actix_web::http::header::HeaderName, value: &actix_web::http::header::HeaderValue| {
        let name = http::HeaderName::from_bytes(name.as_str().as_bytes()).ok()?;
        Some((name, http::HeaderValue::from_bytes(value.as_bytes()).ok()?))
    };
    let mut headers = HeaderMap::new();
    for (name, value) in request.headers().iter().filter_map(|(name, value)| field(name, value)) {
        headers.append(name, value);
    }
    headers
}

async fn create_user(app: Data<State>, Json(user): Json<NewUser>) -> Result<HttpResponse, Problem> {
    app.users.create(&user).await.map(|user| HttpResponse::Created().json(user)).map_err(problem)
}

#[derive(Deserialize)]
struct Named {
    username: String,
}

async fn find_users(app: Data<State>, named: Query<Named>) -> Result<Json<Value>, Problem> {
    app.users.find(&named.username).await.map(|items| Json(json!({ "items": items }))).map_err(problem)
}

async fn get_user(app: Data<State>, id: Path<String>) -> Result<Json<User>, Problem> {
    app.users.get(&id).await.map(Json).map_err(problem)
}

async fn disable_user(app: Data<State>, id: Path<String>) -> Result<Json<User>, Problem> {
    app.users.disable(&id).await.map(Json).map_err(problem)
}

async fn enable_user(app: Data<State>, id: Path<String>) -> Result<Json<User>, Problem> {
    app.users.enable(&id).await.map(Json).map_err(problem)
}

async fn delete_user(app: Data<State>, id: Path<String>) -> Result<HttpResponse, Problem> {
    app.users.delete(&id).await.map(|()| HttpResponse::NoContent().finish()).map_err(problem)
}

// Events.

async fn hook(app: Data<State>, request: HttpRequest, body: Bytes) -> Result<HttpResponse, Problem> {
    let webhooks = app.webhooks.as_ref().ok_or_else(|| Problem::of_status(404))?;
    let headers = headers(&request);
    let received = webhooks.receive(&headers, &body, async |message| {
        hooked(&app, message);
        Ok::<(), Infallible>(())
    });
    match received.await {
        Ok(Ok(Received::Handled)) => Ok(HttpResponse::NoContent().finish()),
        Ok(Ok(Received::Before)) => Ok(HttpResponse::Ok().finish()),
        Err(_) => Err(Problem::new(400, "invalid_signature")),
    }
}

fn routes(config: &mut ServiceConfig, guard: &Guard, limits: &Arc<RateLimits>) {
    let guarded = || protect(guard, Needs::new());
    config
        .service(resource("/echo").post(echo))
        .service(resource("/upload").app_data(body_limit(65_536)).post(upload))
        .service(resource("/slow").get(slow))
        .service(resource("/slower").wrap(timeout(Duration::from_secs(1))).get(slow))
        .service(resource("/fail").get(fail))
        .service(resource("/items").wrap(guarded()).get(items))
        .service(resource("/limited").wrap(rate_limit(limits)).wrap(guarded()).get(async || Json(json!({}))))
        .service(resource("/edit").wrap(guarded()).get(edit))
        .service(resource("/reports").wrap(guarded()).get(reports))
        .service(resource("/exports").wrap(guarded()).wrap(timeout(CALLS)).get(exports))
        .service(resource("/projects").wrap(guarded()).wrap(timeout(CALLS)).get(projects))
        .service(resource("/call/machine").wrap(timeout(CALLS)).get(machine))
        .service(resource("/call/behalf").wrap(guarded()).wrap(timeout(CALLS)).get(behalf))
        .service(resource("/call/users").wrap(timeout(CALLS)).post(create_user).get(find_users))
        .service(resource("/call/users/{id}").wrap(timeout(CALLS)).get(get_user).delete(delete_user))
        .service(resource("/call/users/{id}/disable").wrap(timeout(CALLS)).post(disable_user))
        .service(resource("/call/users/{id}/enable").wrap(timeout(CALLS)).post(enable_user))
        .service(resource("/hooks/credenza").post(hook))
        .service(resource("/hooks/seen").get(async |app: Data<State>| Json(list(&app.hooks_seen))))
        .service(resource("/events/seen").get(async |app: Data<State>| Json(list(&app.events_seen))));
}

#[actix_web::main]
async fn main() -> Result<(), Failure> {
    log::init(tracing::Level::INFO)?;
    let port = setting("PORT").unwrap_or_else(|| "0".to_owned());
    let listener = std::net::TcpListener::bind(format!("127.0.0.1:{port}"))?;
    let address = listener.local_addr()?;
    let origin = setting("ORIGIN").unwrap_or_else(|| format!("http://{address}"));
    let audience = setting("AUDIENCE").unwrap_or_else(|| origin.clone());
    let guard = Guard::new(Settings::new(needed("ISSUER")?, audience))?;
    let window = Duration::from_secs(2);
    let mut limits = RateLimits::new("limited").caller(5, window).tenant(20, window);
    let mut checks = Health::new().issuer(&guard);
    if let Some(url) = setting("REDIS_URL") {
        limits = limits.redis(&url)?;
        checks = checks.redis(&url)?;
    }
    let (app, limits) = (Data::new(app()?), Arc::new(limits));
    read_events(&app).await?;
    let kit = Kit::new().origin(&origin).body_limit(1_024).timeout(Duration::from_millis(300));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(app.clone())
            .app_data(body_limit(kit.longest_body()))
            .configure(|config| routes(config, &guard, &limits))
            .configure(health(&checks))
            .wrap(around(&kit))
    });
    println!("listening on http://{address}");
    Ok(server.workers(2).listen(listener)?.run().await?)
}
