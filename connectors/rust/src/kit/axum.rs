//! The kit in Axum.
//!
//! ```
//! use std::time::Duration;
//! use axum::{Router, routing::{get, post}};
//! use credenza_connectors::kit::axum::{Json, attach, body_limit, timeout};
//! use credenza_connectors::kit::Kit;
//!
//! async fn echo(Json(body): Json<serde_json::Value>) -> Json<serde_json::Value> {
//!     Json(body)
//! }
//! # async fn report() {}
//! let app: Router = Router::new()
//!     .route("/echo", body_limit(post(echo), 64 * 1024))
//!     .route("/report", timeout(get(report), Duration::from_secs(120)));
//! let app = attach(app, &Kit::new().origin("https://api.example"));
//! ```

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, OriginalUri, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use http::header::{CONTENT_TYPE, LINK};
use http::{HeaderName, HeaderValue, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::problem::Problem;
use super::{Envelope, Health, Kit, RateLimits, headers};
use crate::Caller;

/// How long `/readyz` may take.
const READY: Duration = Duration::from_secs(5);

/// The application with the kit around all of its routes that are there so far. Outermost, so that it sees every answer.
/// Errors whose body is empty or plain text become problems; a handler that has more to say returns a [`Problem`].
pub fn attach<S: Clone + Send + Sync + 'static>(app: Router<S>, kit: &Kit) -> Router<S> {
    app.layer(DefaultBodyLimit::max(kit.body_limit)).layer(from_fn_with_state(kit.clone(), around))
}

/// A route with a limit of the body of its own, in bytes, in place of the one around all routes.
pub fn body_limit<S: Clone + Send + Sync + 'static>(route: MethodRouter<S>, bytes: usize) -> MethodRouter<S> {
    route.layer(DefaultBodyLimit::max(bytes))
}

/// A route with a limit of time of its own, in place of the one around all routes.
pub fn timeout<S: Clone + Send + Sync + 'static>(
    route: MethodRouter<S>,
    timeout: Duration,
) -> MethodRouter<S> {
    route.layer(from_fn(move |request: Request, next: Next| {
        Kit::replace_timeout(timeout);
        next.run(request)
    }))
}

/// A route with limits of rate. Behind a guard: put its layer on afterwards.
pub fn rate_limit<S: Clone + Send + Sync + 'static>(
    route: MethodRouter<S>,
    limits: RateLimits,
) -> MethodRouter<S> {
    let limits = Arc::new(limits);
    route.layer(from_fn(move |caller: Caller, request: Request, next: Next| {
        let limits = Arc::clone(&limits);
        async move {
            let rates = match limits.count(&caller).await {
                Ok(rates) => rates,
                Err(problem) => return problem.into_response(),
            };
            let mut response = next.run(request).await;
            for (name, value) in rates.fields() {
                if let Ok(value) = HeaderValue::try_from(value) {
                    response.headers_mut().insert(HeaderName::from_static(name), value);
                }
            }
            response
        }
    }))
}

/// `/livez` and `/readyz`.
pub fn health<S: Clone + Send + Sync + 'static>(health: &Health) -> Router<S> {
    let health = health.clone();
    let ready = move || async move {
        // Checks have a limit of their own.
        Kit::replace_timeout(READY);
        let (is_ready, body) = health.ready().await;
        let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        (status, Json(body))
    };
    let live = || async { Json(serde_json::json!({ "status": "ok" })) };
    Router::new().route("/livez", get(live)).route("/readyz", get(ready))
}

async fn around(State(kit): State<Kit>, request: Request, next: Next) -> Response {
    let uri = request.extensions().get::<OriginalUri>().map_or_else(|| request.uri(), |original| &original.0);
    let passing = kit.take(request.method(), uri.path(), request.headers());
    let mut response = match passing.run(next.run(request)).await {
        Ok(response) => response,
        Err(problem) => passing.within(|| problem.into_response()),
    };
    if let Some(body) = passing.as_problem(response.status(), response.headers_mut()) {
        response = response.map(|_| Body::from(body));
    }
    passing.finish(response.status(), response.headers_mut());
    response
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.answer()
    }
}

impl IntoResponse for Envelope {
    fn into_response(self) -> Response {
        let mut response = Json(self.body).into_response();
        if let Some(link) = self.link.and_then(|link| HeaderValue::try_from(link).ok()) {
            response.headers_mut().insert(LINK, link);
        }
        response
    }
}

/// A body in JSON. What is none is answered by the problems `unsupported_media_type`, `body_too_large` and
/// `invalid_json`.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(
    /// What is, or was, in the body.
    pub T,
);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !headers::is_json(request.headers()) {
            return Err(Problem::new(415, "unsupported_media_type"));
        }
        let body = Bytes::from_request(request, state).await.map_err(|rejection| {
            match rejection.into_response().status() {
                StatusCode::PAYLOAD_TOO_LARGE => Problem::new(413, "body_too_large"),
                _ => Problem::new(400, "invalid_body"),
            }
        })?;
        let read = serde_json::from_slice(&body);
        read.map(Self).map_err(|error| Problem::new(400, "invalid_json").detail(error.to_string()))
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => ([(CONTENT_TYPE, "application/json")], body).into_response(),
            Err(error) => {
                tracing::error!(target: "credenza", reason = %error, "an answer cannot be written");
                Problem::new(500, "internal_error").into_response()
            }
        }
    }
}
