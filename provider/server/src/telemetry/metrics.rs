//! Metrics in Prometheus' text format. Handles are made once, and counting is one atomic operation; a request
//! looks up its route and formats nothing.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use credenza_protocol::client::GrantType;
use credenza_storage::Sink;
use metrics::{Counter, Gauge, Histogram, Key, Label, Level, Metadata, Recorder, Unit};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

use super::outcomes::{LoginOutcome, LogoutOutcome, MailOutcome, MessageOutcome};
use super::shed::ListenerMetrics;
use super::writer;

use crate::egress::Outcome;

/// Bounds of the histogram of response times, in seconds.
const BUCKETS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];
/// The route label of a request that matched none.
const NO_ROUTE: &str = "none";

const METADATA: Metadata<'static> = Metadata::new(module_path!(), Level::INFO, Some(module_path!()));
const REQUESTS: &str = "credenza_http_requests_total";
const DURATION: &str = "credenza_http_request_duration_seconds";
const TOKENS: &str = "credenza_tokens_issued_total";
const LOGINS: &str = "credenza_logins_total";
const STORE_ERRORS: &str = "credenza_store_errors_total";
const STORAGE_FULL: &str = "credenza_storage_full";
const LINES_DROPPED: &str = "credenza_log_lines_dropped_total";
const PASSWORD_QUEUE: &str = "credenza_password_queue";
const REDIS: &str = "credenza_redis_up";
const LOGOUTS: &str = "credenza_backchannel_logouts_total";
const EVENTS_PENDING: &str = "credenza_events_pending";
const EVENTS_PUBLISHED: &str = "credenza_events_published_total";
const EVENTS_FAILED: &str = "credenza_event_failures_total";
const MESSAGES: &str = "credenza_webhook_messages_total";
const MESSAGES_PENDING: &str = "credenza_webhook_messages_pending";
const MAILS: &str = "credenza_mails_total";
const MAILS_PENDING: &str = "credenza_mails_pending";
const EGRESS: &str = "credenza_egress_fetches_total";
const BUILD: &str = "credenza_build_info";

/// Everything that is counted.
pub struct Metrics {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
    routes: RwLock<HashMap<String, Arc<Route>>>,
    tokens: Vec<(GrantType, Counter)>,
    logins: Vec<(LoginOutcome, Counter)>,
    logouts: Vec<(LogoutOutcome, Counter)>,
    messages: Vec<(MessageOutcome, Counter)>,
    mails: Vec<(MailOutcome, Counter)>,
    egress: Vec<(Outcome, Counter)>,
    /// What the listener counts.
    pub listener: ListenerMetrics,
    /// How often the store failed.
    pub store_errors: Counter,
    /// How many passwords are waiting to be hashed or verified.
    pub password_queue: Gauge,
    storage_full: Gauge,
    lines_dropped: Counter,
}

impl Metrics {
    /// Makes the metrics of one server.
    ///
    /// # Errors
    /// Never with the buckets above, which the builder checks.
    pub fn new() -> Result<Self, BuildError> {
        let recorder = PrometheusBuilder::new().set_buckets(&BUCKETS)?.build_recorder();
        describe(&recorder);
        let counter = |name, label, value: &'static str| {
            recorder.register_counter(
                &Key::from_parts(name, vec![Label::from_static_parts(label, value)]),
                &METADATA,
            )
        };
        let tokens =
            GrantType::ALL.map(|grant| (grant, counter(TOKENS, "grant_type", grant.as_str()))).into();
        let logins =
            LoginOutcome::ALL.map(|(outcome, name)| (outcome, counter(LOGINS, "outcome", name))).into();
        let egress = Outcome::ALL.map(|(outcome, name)| (outcome, counter(EGRESS, "outcome", name))).into();
        let logouts =
            LogoutOutcome::ALL.map(|(outcome, name)| (outcome, counter(LOGOUTS, "outcome", name))).into();
        let messages =
            MessageOutcome::ALL.map(|(outcome, name)| (outcome, counter(MESSAGES, "outcome", name))).into();
        let mails = MailOutcome::ALL.map(|(outcome, name)| (outcome, counter(MAILS, "outcome", name))).into();
        let build = vec![Label::from_static_parts("version", env!("CARGO_PKG_VERSION"))];
        recorder.register_gauge(&Key::from_parts(BUILD, build), &METADATA).set(1.0);
        Ok(Self {
            tokens,
            logins,
            logouts,
            messages,
            mails,
            egress,
            listener: ListenerMetrics::new(&recorder),
            store_errors: recorder.register_counter(&Key::from_static_name(STORE_ERRORS), &METADATA),
            password_queue: recorder.register_gauge(&Key::from_static_name(PASSWORD_QUEUE), &METADATA),
            storage_full: recorder.register_gauge(&Key::from_static_name(STORAGE_FULL), &METADATA),
            lines_dropped: recorder.register_counter(&Key::from_static_name(LINES_DROPPED), &METADATA),
            handle: recorder.handle(),
            recorder,
            routes: RwLock::default(),
        })
    }

    /// The token endpoint has issued tokens.
    pub fn token_issued(&self, grant_type: GrantType) {
        if let Some((_, counter)) = self.tokens.iter().find(|(known, _)| *known == grant_type) {
            counter.increment(1);
        }
    }

    /// An attempt to sign in has ended.
    pub fn login(&self, outcome: LoginOutcome) {
        if let Some((_, counter)) = self.logins.iter().find(|(known, _)| *known == outcome) {
            counter.increment(1);
        }
    }

    /// An outbound fetch has ended.
    pub fn egress(&self, outcome: Outcome) {
        if let Some((_, counter)) = self.egress.iter().find(|(known, _)| *known == outcome) {
            counter.increment(1);
        }
    }

    /// An attempt to notify a client of a logout has ended.
    pub fn logout(&self, outcome: LogoutOutcome) {
        if let Some((_, counter)) = self.logouts.iter().find(|(known, _)| *known == outcome) {
            counter.increment(1);
        }
    }

    /// An attempt to send a message to a webhook has ended.
    pub fn message(&self, outcome: MessageOutcome) {
        if let Some((_, counter)) = self.messages.iter().find(|(known, _)| *known == outcome) {
            counter.increment(1);
        }
    }

    /// An attempt to send a mail has ended.
    pub fn mail(&self, outcome: MailOutcome) {
        if let Some((_, counter)) = self.mails.iter().find(|(known, _)| *known == outcome) {
            counter.increment(1);
        }
    }

    /// How many mails are waiting.
    pub fn mails_pending(&self, count: u64) {
        self.recorder.register_gauge(&Key::from_static_name(MAILS_PENDING), &METADATA).set(count as f64);
    }

    /// How many messages to webhooks are waiting.
    pub fn messages_pending(&self, count: u64) {
        self.recorder.register_gauge(&Key::from_static_name(MESSAGES_PENDING), &METADATA).set(count as f64);
    }

    /// Whether Redis answers, if it is used.
    pub fn redis(&self, up: bool) {
        self.recorder.register_gauge(&Key::from_static_name(REDIS), &METADATA).set(f64::from(up));
    }

    /// Whether the disk of the database is full.
    pub fn storage_full(&self, full: bool) {
        self.storage_full.set(f64::from(full));
    }

    /// How many events are waiting for a sink.
    pub fn events_pending(&self, sink: Sink, count: u64) {
        self.recorder.register_gauge(&of_sink(EVENTS_PENDING, sink), &METADATA).set(count as f64);
    }

    /// A sink has acknowledged a number of events.
    pub fn events_published(&self, sink: Sink, count: usize) {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        self.recorder.register_counter(&of_sink(EVENTS_PUBLISHED, sink), &METADATA).increment(count);
    }

    /// A delivery to a sink failed and will be retried.
    pub fn events_failed(&self, sink: Sink) {
        self.recorder.register_counter(&of_sink(EVENTS_FAILED, sink), &METADATA).increment(1);
    }

    /// The text that Prometheus reads.
    #[must_use]
    pub fn render(&self) -> String {
        self.lines_dropped.absolute(writer::dropped());
        self.handle.render()
    }

    /// Sorts the measurements into their buckets; to be called every few seconds, or memory grows until the text
    /// is rendered.
    pub fn upkeep(&self) {
        self.handle.run_upkeep();
    }

    /// The metrics of a route, made when it is first used; their number is that of the paths in the table.
    fn route(&self, path: &str) -> Arc<Route> {
        if let Some(route) = self.routes.read().unwrap_or_else(PoisonError::into_inner).get(path) {
            return Arc::clone(route);
        }
        let labels = vec![Label::new("route", path.to_owned())];
        let duration = self.recorder.register_histogram(&Key::from_parts(DURATION, labels), &METADATA);
        let route = Arc::new(Route { duration, statuses: RwLock::default() });
        let mut routes = self.routes.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(routes.entry(path.to_owned()).or_insert(route))
    }

    fn answered(&self, path: &str, route: &Route, status: u16, span: Duration) {
        route.duration.record(span.as_secs_f64());
        let known = route.statuses.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, counter)) = known.iter().find(|(known, _)| *known == status) {
            return counter.increment(1);
        }
        drop(known);
        let labels = vec![Label::new("route", path.to_owned()), Label::new("status", status.to_string())];
        let counter = self.recorder.register_counter(&Key::from_parts(REQUESTS, labels), &METADATA);
        counter.increment(1);
        // Two requests that get here at once register the same counter; the second entry is never found.
        route.statuses.write().unwrap_or_else(PoisonError::into_inner).push((status, counter));
    }
}

/// The metrics of one route.
struct Route {
    duration: Histogram,
    statuses: RwLock<Vec<(u16, Counter)>>,
}

/// A layer of the router: measures each request under the route that it matched.
pub async fn track(State(metrics): State<Arc<Metrics>>, request: Request, next: Next) -> Response {
    let start = Instant::now();
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let path = matched.as_ref().map_or(NO_ROUTE, MatchedPath::as_str);
    let route = metrics.route(path);
    let response = next.run(request).await;
    metrics.answered(path, &route, response.status().as_u16(), start.elapsed());
    response
}

fn of_sink(name: &'static str, sink: Sink) -> Key {
    Key::from_parts(name, vec![Label::from_static_parts("sink", sink.as_str())])
}

fn describe(recorder: &PrometheusRecorder) {
    let counters = [
        (REQUESTS, "Requests by route and status."),
        (TOKENS, "Responses of the token endpoint with tokens."),
        (LOGINS, "Attempts to sign in with a password."),
        (LOGOUTS, "Back-channel logout notifications, by outcome."),
        (MESSAGES, "Attempts to send a message to a webhook, by outcome."),
        (MAILS, "Attempts to send a mail, by outcome."),
        (STORE_ERRORS, "Failures of the store."),
        (LINES_DROPPED, "Lines of the log of this process that were dropped."),
        (EVENTS_PUBLISHED, "Events that a sink has acknowledged."),
        (EGRESS, "Outbound fetches of URLs from client metadata, by outcome."),
        (EVENTS_FAILED, "Deliveries of events that failed and are retried."),
    ];
    for (name, text) in counters {
        recorder.describe_counter(name.into(), Some(Unit::Count), text.into());
    }
    recorder.describe_histogram(
        DURATION.into(),
        Some(Unit::Seconds),
        "Time to the response, by route.".into(),
    );
    recorder.describe_gauge(
        PASSWORD_QUEUE.into(),
        Some(Unit::Count),
        "Passwords that are waiting to be hashed or verified.".into(),
    );
    recorder.describe_gauge(
        STORAGE_FULL.into(),
        None,
        "Whether the database has no room, and what needs room is refused.".into(),
    );
    recorder.describe_gauge(REDIS.into(), None, "Whether Redis answers, if it is used.".into());
    let waiting =
        "Events that are waiting for a sink, in the whole installation; every node reports the same number.";
    recorder.describe_gauge(EVENTS_PENDING.into(), Some(Unit::Count), waiting.into());
    let messages = "Messages that are waiting for webhooks, in the whole installation; every node reports the same number.";
    recorder.describe_gauge(MESSAGES_PENDING.into(), Some(Unit::Count), messages.into());
    let mails =
        "Mails that are waiting to be sent, in the whole installation; every node reports the same number.";
    recorder.describe_gauge(MAILS_PENDING.into(), Some(Unit::Count), mails.into());
    recorder.describe_gauge(BUILD.into(), None, "The running version, as a label; always 1.".into());
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use http::StatusCode;
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn requests_are_counted_by_route_and_status() {
        let metrics = Arc::new(Metrics::new().unwrap());
        let router = Router::new()
            .route("/t/{name}/token", get(|| async { StatusCode::UNAUTHORIZED }))
            .route("/token", get(|| async { "ok" }))
            .layer(from_fn_with_state(Arc::clone(&metrics), track));
        for path in ["/token", "/token", "/t/a/token", "/t/b/token", "/nothing", "/else"] {
            let request = Request::builder().uri(path).body(Body::empty()).unwrap();
            let _ = router.clone().oneshot(request).await.unwrap();
        }
        let text = metrics.render();
        for line in [
            "credenza_http_requests_total{route=\"/token\",status=\"200\"} 2",
            "credenza_http_requests_total{route=\"/t/{name}/token\",status=\"401\"} 2",
            "credenza_http_requests_total{route=\"none\",status=\"404\"} 2",
            "credenza_http_request_duration_seconds_count{route=\"/token\"} 2",
        ] {
            assert!(text.contains(line), "{line} in\n{text}");
        }
        assert!(!text.contains("/nothing"), "{text}");
    }

    #[test]
    fn everything_is_there_from_the_start() {
        let metrics = Metrics::new().unwrap();
        metrics.token_issued(GrantType::RefreshToken);
        metrics.login(LoginOutcome::Failed);
        metrics.store_errors.increment(1);
        metrics.password_queue.increment(2.0);
        let text = metrics.render();
        for line in [
            "credenza_tokens_issued_total{grant_type=\"refresh_token\"} 1",
            "credenza_tokens_issued_total{grant_type=\"authorization_code\"} 0",
            "credenza_logins_total{outcome=\"failed\"} 1",
            "credenza_store_errors_total 1",
            "credenza_storage_full 0",
            "credenza_log_lines_dropped_total ",
            "credenza_password_queue 2",
            "credenza_build_info{version=",
        ] {
            assert!(text.contains(line), "{line} in\n{text}");
        }
    }

    #[test]
    fn two_servers_of_one_process_count_apart() {
        let (one, other) = (Metrics::new().unwrap(), Metrics::new().unwrap());
        one.store_errors.increment(1);
        assert!(one.render().contains("credenza_store_errors_total 1"));
        assert!(other.render().contains("credenza_store_errors_total 0"));
    }
}
