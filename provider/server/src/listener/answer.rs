//! One request: counted, limited, and handed to the router; a panic of a handler ends in a response.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use http::header::{CONNECTION, CONTENT_LENGTH, EXPECT, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Version};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};
use tower::ServiceExt as _;
use tracing::Instrument as _;

use super::PeerAddr;
use crate::config::Limits;
use crate::telemetry::{REQUEST_ID, RequestId, RequestIds};

/// How much of a body that is too large is read and dropped before it is refused.
const DISCARDED: usize = 1 << 20;
/// For how long it is read at most.
const DISCARDING: Duration = Duration::from_secs(1);

/// Answers the requests of all connections.
#[derive(Clone)]
pub(super) struct Answerer {
    router: Router,
    in_flight: Arc<Semaphore>,
    ids: RequestIds,
    body_bytes: usize,
    request_timeout: Duration,
}

impl Answerer {
    pub(super) fn new(router: Router, limits: &Limits, ids: RequestIds) -> Self {
        Self {
            router,
            in_flight: Arc::new(Semaphore::new(limits.requests)),
            ids,
            body_bytes: limits.body_bytes,
            request_timeout: limits.request_timeout,
        }
    }

    /// Answers a request, whatever happens.
    pub(super) async fn answer(
        self,
        request: Request<Incoming>,
        peer: PeerAddr,
    ) -> Result<Response, Infallible> {
        let id = self.ids.next();
        let span = tracing::error_span!("request", %id);
        let mut response = self.handle(request, peer, id).instrument(span).await;
        response.headers_mut().insert(REQUEST_ID, id.header());
        Ok(response)
    }

    async fn handle(self, request: Request<Incoming>, peer: PeerAddr, id: RequestId) -> Response {
        let (start, version) = (Instant::now(), request.version());
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let response = match self.in_flight.try_acquire() {
            Ok(_permit) if declared(request.headers()) > self.body_bytes => {
                discard(request).await;
                refuse(StatusCode::PAYLOAD_TOO_LARGE, "The body is too large", version)
            }
            Ok(_permit) => self.route(request, peer, id).await,
            Err(_) => refuse(StatusCode::SERVICE_UNAVAILABLE, "Too many requests at the moment", version),
        };
        log(&method, &path, response.status(), start);
        response
    }

    async fn route(&self, request: Request<Incoming>, peer: PeerAddr, id: RequestId) -> Response {
        let version = request.version();
        let mut request = request.map(|body| Body::new(Limited::new(body, self.body_bytes)));
        request.extensions_mut().insert(peer);
        request.extensions_mut().insert(id);
        let answer = AssertUnwindSafe(self.router.clone().oneshot(request)).catch_unwind();
        match timeout(self.request_timeout, answer).await {
            Ok(Ok(Ok(response))) => response,
            // The panic hook of telemetry has logged the place.
            Ok(Err(_panic)) => refuse(StatusCode::INTERNAL_SERVER_ERROR, "Internal error", version),
            Err(_) => refuse(StatusCode::SERVICE_UNAVAILABLE, "The request took too long", version),
        }
    }
}

/// The declared length of the body; hyper refuses one that cannot be parsed.
fn declared(headers: &HeaderMap) -> usize {
    let length = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    length.and_then(|value| value.parse().ok()).unwrap_or(0)
}

/// Reads and drops part of a body that is too large: otherwise a client that is still sending would see its
/// stream reset before it sees the response. A client that sent `Expect` (RFC 9110 10.1.1) has not begun to send.
async fn discard(request: Request<Incoming>) {
    if request.headers().contains_key(EXPECT) {
        return;
    }
    let mut body = Limited::new(request.into_body(), DISCARDED);
    let all = async { while let Some(Ok(_)) = body.frame().await {} };
    let _ = timeout(DISCARDING, all).await;
}

fn refuse(status: StatusCode, why: &'static str, version: Version) -> Response {
    let mut response = (status, [("cache-control", "no-store")], format!("{why}\n")).into_response();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    // HTTP/2 has no such field (RFC 9113 8.2.2); there only the stream ends.
    if version < Version::HTTP_2 {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// The query is not logged, since it may contain codes and hints.
fn log(method: &Method, path: &str, status: StatusCode, start: Instant) {
    let status = status.as_u16();
    let milliseconds = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    if status >= 500 {
        tracing::warn!(%method, path, status, milliseconds, "answered");
    } else {
        tracing::debug!(%method, path, status, milliseconds, "answered");
    }
}
