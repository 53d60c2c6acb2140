//! One request: its body is read, then it is counted, limited, and handed to the router; a panic of a handler ends in a
//! response.

use std::convert::Infallible;
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody as _};
use axum::response::Response;
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Either, Ready, ready};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, EXPECT, FORWARDED};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Version};
use hyper::body::Incoming;
use tokio::time::{Instant, timeout};
use tower::ServiceExt as _;
use tracing::{Instrument as _, Span, field};

use super::activity::Activity;
use super::address::{X_FORWARDED_FOR, client_address, limit_key};
use super::delivery::{OVERHEAD, deliver, deliver_text};
use super::refusal::Refusal;
use super::streamed::{Deadline, HELD, Lent, is_streamed};
use super::{Knowledge, PeerAddr, Refused, body, host};
use crate::config::Limits;
use crate::in_flight::{Permit, Shares, Ticket, WAITING};
use crate::telemetry::{REQUEST_ID, RequestId, RequestIds, Shed, cut};

/// What is asked by those who run the server; it is answered whatever else is turned away.
const HEALTH: [&str; 2] = ["/livez", "/readyz"];
/// Checks of health that may be under way.
const CHECKS: usize = 256;

/// Answers the requests of all connections.
pub(super) struct Answerer {
    router: Router,
    ids: RequestIds,
    knowledge: Knowledge,
    /// Requests that are worked on.
    requests: Arc<Shares>,
    /// Those that wait for other hosts.
    waiting: Arc<Shares>,
    /// Those that ask for the health of the server.
    checks: Arc<Shares>,
    /// Bytes of requests and of answers that are not taken.
    memory: Arc<Shares>,
    client_percent: u8,
    body_bytes: usize,
    body_timeout: Duration,
    request_timeout: Duration,
    has_warned: AtomicBool,
}

/// The connection that a request came on.
pub(super) struct Origin {
    pub(super) peer: PeerAddr,
    /// Whether it is kept for checks of health.
    pub(super) is_reserved: bool,
    pub(super) activity: Arc<Activity>,
}

/// A request that may go on.
struct Admitted {
    holder: IpAddr,
    /// For its head and its body.
    memory: Option<Permit>,
    /// Its place among those that are worked on, unless its body is still to come.
    place: Option<Permit>,
}

/// The answer to a request: at once where it is turned away, so that nothing is kept for it.
type Answering =
    Either<Ready<Result<Response, Infallible>>, BoxFuture<'static, Result<Response, Infallible>>>;

impl Answerer {
    pub(super) fn new(router: Router, limits: &Limits, ids: RequestIds, knowledge: Knowledge) -> Self {
        let shares = |capacity| Shares::new(capacity, limits.address_percent);
        // However little memory there may be, there is some for one request.
        let least = limits.body_bytes.saturating_add(limits.header_bytes).saturating_mul(2);
        Self {
            router,
            ids,
            knowledge,
            requests: shares(limits.requests),
            waiting: shares(WAITING),
            checks: shares(CHECKS),
            memory: shares(limits.memory_bytes.max(least)),
            client_percent: limits.client_percent,
            body_bytes: limits.body_bytes,
            body_timeout: limits.body_timeout,
            request_timeout: limits.request_timeout,
            has_warned: AtomicBool::new(false),
        }
    }

    pub(super) fn trusts(&self, peer: IpAddr) -> bool {
        self.knowledge.trusted_proxies.contains(peer.to_canonical())
    }

    /// Answers a request, whatever happens.
    pub(super) fn answer(self: &Arc<Self>, request: Request<Incoming>, origin: &Arc<Origin>) -> Answering {
        let open = origin.activity.open();
        let id = self.ids.next();
        let holder = self.holder(&request, origin.peer);
        match self.admit(&request, origin, holder) {
            Ok(admitted) => {
                let (answerer, origin) = (Arc::clone(self), Arc::clone(origin));
                Either::Right(Box::pin(async move {
                    let _open = open;
                    Ok(answerer.work(request, admitted, &origin, id).await)
                }))
            }
            Err(refusal) => {
                let path = request.uri().path();
                let (response, body) = self.refuse(refusal, request.version(), path, id);
                let _in_request = span(id, path).entered();
                log(request.method(), path, response.status(), Instant::now());
                Either::Left(ready(Ok(deliver_text(response, body, &origin.activity, &self.memory, holder))))
            }
        }
    }

    /// The address that the request counts for.
    fn holder(&self, request: &Request<Incoming>, peer: PeerAddr) -> IpAddr {
        let (peer, headers) = (peer.0.ip(), request.headers());
        if !self.trusts(peer) && (headers.contains_key(X_FORWARDED_FOR) || headers.contains_key(FORWARDED)) {
            self.knowledge.metrics.forwarded.increment(1);
            if !self.has_warned.swap(true, Ordering::Relaxed) {
                tracing::warn!(
                    %peer,
                    "X-Forwarded-For or Forwarded comes from a peer that trusted_proxies does not list, so everyone \
                     behind it counts as one address: if it is your proxy, list it"
                );
            }
        }
        limit_key(client_address(peer, headers, &self.knowledge.trusted_proxies))
    }

    /// Finds a place for a request, by its head alone.
    fn admit(
        &self,
        request: &Request<Incoming>,
        origin: &Origin,
        holder: IpAddr,
    ) -> Result<Admitted, Refusal> {
        host::check(request).map_err(|why| Refusal::new(StatusCode::BAD_REQUEST, why))?;
        if is_check(request) {
            let place = self.checks.take(holder, 1).map_err(Refusal::requests)?;
            return Ok(Admitted { holder, memory: None, place: Some(place) });
        }
        if origin.is_reserved {
            return Err(Refusal::unavailable("Too many connections at the moment", Shed::Reserved));
        }
        let memory = self.memory(request, holder)?;
        let place = match request.body().is_end_stream() || is_streamed(request) {
            true => Some(self.requests.take(holder, 1).map_err(Refusal::requests)?),
            false => None,
        };
        Ok(Admitted { holder, memory: Some(memory), place })
    }

    /// Reads the rest of the request and answers it.
    async fn work(
        &self,
        request: Request<Incoming>,
        admitted: Admitted,
        origin: &Origin,
        id: RequestId,
    ) -> Response {
        let (start, version, holder) = (Instant::now(), request.version(), admitted.holder);
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let span = span(id, &path);
        let answered = async {
            let answered = self.handle(request, admitted, origin, id).await;
            let status = answered.as_ref().map_or_else(|refusal| refusal.status, Response::status);
            log(&method, &path, status, start);
            answered
        };
        match answered.instrument(span).await {
            Ok(mut response) => {
                response.headers_mut().insert(REQUEST_ID, id.header());
                deliver(response, &origin.activity, &self.memory, holder).await
            }
            Err(refusal) => {
                let (response, body) = self.refuse(refusal, version, &path, id);
                deliver_text(response, body, &origin.activity, &self.memory, holder)
            }
        }
    }

    async fn handle(
        &self,
        request: Request<Incoming>,
        admitted: Admitted,
        origin: &Origin,
        id: RequestId,
    ) -> Result<Response, Refusal> {
        let Admitted { holder, memory: _memory, place } = admitted;
        let (request, place) = match place {
            Some(place) if is_streamed(&request) => return self.stream(request, place, origin, id).await,
            Some(place) => (request.map(|_| Body::empty()), place),
            None => {
                let request = self.read(request).await?.map(Body::from);
                (request, self.requests.take(holder, 1).map_err(Refusal::requests)?)
            }
        };
        self.route(request, place, origin, id).await
    }

    /// Hands over a request whose body the handler reads itself.
    async fn stream(
        &self,
        request: Request<Incoming>,
        place: Permit,
        origin: &Origin,
        id: RequestId,
    ) -> Result<Response, Refusal> {
        let deadline = Deadline(Instant::now() + self.request_timeout);
        let (parts, body) = request.into_parts();
        let expects = parts.headers.contains_key(EXPECT);
        let (body, mut returned) = Lent::new(body);
        let mut request = Request::from_parts(parts, Body::new(body));
        request.extensions_mut().insert(deadline);
        let answer = self.route(request, place, origin, id).await;
        // A client that sent `Expect` (RFC 9110 10.1.1) has not begun to send where nothing was read.
        if let (Ok(rest), false) = (returned.try_recv(), expects) {
            body::discard(rest).await;
        }
        answer
    }

    /// The answer to a request that is turned away, and its body.
    fn refuse(&self, refusal: Refusal, version: Version, path: &str, id: RequestId) -> (Response, Bytes) {
        if let Some(reason) = refusal.shed {
            self.knowledge.metrics.shed(reason);
        }
        let mut response = refusal.response(version);
        response.headers_mut().insert(REQUEST_ID, id.header());
        let text = refusal.text(version);
        let Refusal { status, sentence, .. } = refusal;
        let worded = self.knowledge.wording.as_ref().filter(|_| !text.is_empty());
        match worded.and_then(|wording| wording(path, &Refused { status, sentence, id })) {
            Some((media_type, body)) => {
                response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
                (response, body)
            }
            None => (response, Bytes::from_static(text.as_bytes())),
        }
    }

    /// Memory for the head, and for the body, which is not there yet.
    fn memory(&self, request: &Request<Incoming>, holder: IpAddr) -> Result<Permit, Refusal> {
        let body = match request.body().is_end_stream() {
            true => 0,
            false => declared(request.headers()).unwrap_or(self.body_bytes).min(self.body_bytes),
        };
        let body = u64::try_from(body).unwrap_or(u64::MAX);
        let body = if is_streamed(request) { HELD } else { body };
        let bytes = head(request).saturating_add(body);
        self.memory.take(holder, bytes.saturating_add(OVERHEAD)).map_err(Refusal::memory)
    }

    async fn read(&self, request: Request<Incoming>) -> Result<Request<Bytes>, Refusal> {
        let is_too_long = declared(request.headers()).is_some_and(|length| length > self.body_bytes);
        let (parts, body) = request.into_parts();
        let read = match is_too_long {
            true => {
                // A client that sent `Expect` (RFC 9110 10.1.1) has not begun to send.
                if !parts.headers.contains_key(EXPECT) {
                    body::discard(body).await;
                }
                Err(body::Fault::TooLong)
            }
            false => body::read(body, self.body_bytes, self.body_timeout).await,
        };
        match read {
            Ok(body) => Ok(Request::from_parts(parts, body)),
            Err(fault) => {
                let shed = (fault == body::Fault::TooSlow).then_some(Shed::SlowBody);
                Err(Refusal { shed, ..Refusal::new(fault.status(), fault.sentence()) })
            }
        }
    }

    async fn route(
        &self,
        mut request: Request<Body>,
        place: Permit,
        origin: &Origin,
        id: RequestId,
    ) -> Result<Response, Refusal> {
        let _working = origin.activity.working();
        request.extensions_mut().insert(origin.peer);
        request.extensions_mut().insert(id);
        let ticket = Ticket::new(place, &self.waiting, self.client_percent);
        let answer = AssertUnwindSafe(self.router.clone().oneshot(request)).catch_unwind();
        match timeout(self.request_timeout, Arc::clone(&ticket).hold(answer)).await {
            // What the handler made of it would be a verdict about somebody who only came at the wrong time.
            Ok(Ok(Ok(response))) if ticket.was_refused() && is_error(response.status()) => {
                Err(Refusal::too_many("Too many requests of yours wait for other hosts", Shed::OtherHosts))
            }
            Ok(Ok(Ok(response))) => Ok(response),
            // The panic hook of telemetry has logged the place.
            Ok(Err(_panic)) => Err(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal error")),
            Err(_) => Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "The request took too long")),
        }
    }
}

fn is_error(status: StatusCode) -> bool {
    status.is_client_error() || status.is_server_error()
}

/// Whether it asks for the health of the server, in the one way that needs nothing.
fn is_check(request: &Request<Incoming>) -> bool {
    request.body().is_end_stream()
        && (request.method() == Method::GET || request.method() == Method::HEAD)
        && HEALTH.contains(&request.uri().path())
}

/// The declared length of the body; hyper refuses one that cannot be parsed.
fn declared(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The length of the head, without what every head has.
fn head(request: &Request<Incoming>) -> u64 {
    let fields = request.headers().iter();
    let fields: usize = fields.map(|(name, value)| name.as_str().len() + value.len()).sum();
    let query = request.uri().query().map_or(0, str::len);
    u64::try_from(fields + request.uri().path().len() + query).unwrap_or(u64::MAX)
}

/// What every line about a request says: its id, its path and, once it is known, the client that it is from.
fn span(id: RequestId, path: &str) -> Span {
    tracing::error_span!("request", %id, path = cut(path), client_id = field::Empty)
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
