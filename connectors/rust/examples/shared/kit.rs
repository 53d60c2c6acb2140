//! What the services have in common that the runner of the shared cases starts; all settings by the environment.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use credenza_connectors::events::async_nats::ConnectOptions;
use credenza_connectors::events::{Message, NatsStream, RedisStream, StreamEvent, Webhooks};
use credenza_connectors::kit::{Envelope, Features, Page, Pages, Plans, Problem, Roles};
use credenza_connectors::service::{ClientConfig, Service, ServiceError, Users};
use serde_json::{Value, json};

pub(crate) type Failure = Box<dyn std::error::Error>;
pub(crate) type Seen = Arc<Mutex<Vec<String>>>;
/// How often the handler of an event has failed.
type Failed = Mutex<HashMap<String, u32>>;

const UPGRADE: &str = "https://app.example/upgrade";

#[derive(Clone)]
pub(crate) struct App {
    pub(crate) roles: Roles,
    pub(crate) plans: Plans,
    pub(crate) features: Features,
    pub(crate) pages: Pages,
    pub(crate) service: Service,
    pub(crate) users: Users,
    pub(crate) webhooks: Option<Webhooks>,
    pub(crate) hooks_seen: Seen,
    pub(crate) events_seen: Seen,
}

/// A setting, unless it is empty.
pub(crate) fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A setting that has to be there.
pub(crate) fn needed(name: &str) -> Result<String, String> {
    setting(name).ok_or_else(|| format!("{name} is missing"))
}

/// Everything that handlers need.
pub(crate) fn app() -> Result<App, Failure> {
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

/// What this service answers when a call failed.
pub(crate) fn problem(error: ServiceError) -> Problem {
    match error {
        ServiceError::UserAlreadyExists => Problem::new(409, "user_exists"),
        ServiceError::Conflict(_) => Problem::new(409, "conflict"),
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

fn push(seen: &Seen, id: String) {
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    if !seen.contains(&id) {
        seen.push(id);
    }
}

/// What is handled of a webhook.
pub(crate) fn hooked(app: &App, message: Message) {
    if message.body.get("type").is_some_and(|kind| kind == "features.changed") {
        app.features.drop_plan(message.body.pointer("/data/plan").and_then(Value::as_str));
    }
    push(&app.hooks_seen, message.id);
}

/// The ids that were seen.
pub(crate) fn list(seen: &Seen) -> Vec<String> {
    seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// A page of the five hundred items.
pub(crate) fn items(page: &Page) -> Result<Envelope, Problem> {
    let after: u32 = page.position()?.unwrap_or(0);
    let kind = |id: u32| if id.is_multiple_of(2) { "even" } else { "odd" };
    let is_asked = |id: &u32| *id > after && page.filter("kind").is_none_or(|asked| asked == kind(*id));
    let mut rest = (1..=500_u32).filter(is_asked);
    let ids: Vec<u32> = rest.by_ref().take(page.limit()).collect();
    let next = rest.next().and(ids.last());
    let items: Vec<Value> = ids.iter().map(|id| json!({ "id": id, "kind": kind(*id) })).collect();
    page.envelope(&items, next)
}

/// Reads the streams that there are.
pub(crate) async fn read_events(app: &App) -> Result<(), Failure> {
    let group = setting("GROUP").unwrap_or_else(|| "app".to_owned());
    if let (Some(url), Some(stream)) = (setting("REDIS_URL"), setting("STREAM")) {
        let mut events = RedisStream::new(&url, stream, &group)?;
        if let Some(ms) = setting("CLAIM_AFTER_MS") {
            events = events.claim_after(Duration::from_millis(ms.parse()?));
        }
        let (seen, failed) = (Arc::clone(&app.events_seen), Failed::default());
        let handler = async move |event| handled(&seen, &failed, event);
        tokio::spawn(async move { events.run(handler).await });
    }
    if let (Some(url), Some(stream)) = (setting("NATS_URL"), setting("NATS_STREAM")) {
        let client = ConnectOptions::new().retry_on_initial_connect().connect(url).await?;
        let events = NatsStream::new(client, stream, &group);
        let (seen, failed) = (Arc::clone(&app.events_seen), Failed::default());
        let handler = async move |event| handled(&seen, &failed, event);
        tokio::spawn(async move { events.run(handler).await });
    }
    Ok(())
}

/// Remembers an event, or fails, as its type says.
fn handled(seen: &Seen, failed: &Failed, event: StreamEvent) -> Result<(), &'static str> {
    let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
    let failures = failed.entry(event.id.clone()).or_default();
    let fails = match &*event.kind {
        "test.fails" => true,
        "test.fails_twice" => *failures < 2,
        _ => false,
    };
    if fails {
        *failures += 1;
        return Err("fails on purpose");
    }
    push(seen, event.id);
    Ok(())
}
