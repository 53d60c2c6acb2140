//! Cross-origin calls (Fetch 3.2), without cookies but for those of `refresh_cookie`, whose endpoints say so themselves. What is public, or opened by a token alone, may be called from any
//! origin; the endpoints of a public client from the origins of the tenant's clients: those of their redirect URIs, and
//! those that an operator has added.

use axum::extract::{FromRequestParts as _, Request, State as Shared};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, ORIGIN, VARY,
};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use super::context::Tenancy;
use crate::state::State;

/// The request headers that a script may send: those of the protocols, and those that fetch clients add by themselves.
const HEADERS: [&str; 20] = [
    "accept",
    "accept-language",
    "authorization",
    "baggage",
    "cache-control",
    "content-language",
    "content-type",
    "dpop",
    "idempotency-key",
    "if-match",
    "if-none-match",
    "mcp-protocol-version",
    "pragma",
    "sentry-trace",
    "traceparent",
    "tracestate",
    "user-agent",
    "x-correlation-id",
    "x-request-id",
    "x-requested-with",
];
/// The response headers that a script may read.
const EXPOSED: &str = "retry-after, www-authenticate, x-request-id";
/// How long a browser may keep the answer to a preflight, in seconds.
const MAX_AGE: &str = "600";

/// The methods of the endpoints of the protocols.
const CALLS: Calls = Calls { methods: "GET, POST", exposed: EXPOSED };
/// The methods of the paths for everybody.
const EVERY_CALL: Calls = Calls { methods: "GET, POST, PUT, DELETE", exposed: EXPOSED };
/// The methods of the account API.
const ACCOUNT_CALLS: Calls = Calls {
    methods: "GET, POST, PATCH, DELETE",
    exposed: "etag, idempotency-replayed, link, location, retry-after, www-authenticate, x-request-id",
};

/// What scripts may do at some paths.
#[derive(Clone, Copy)]
struct Calls {
    /// The methods.
    methods: &'static str,
    /// The response headers that they may read.
    exposed: &'static str,
}

/// The layer of the endpoints of the protocols that scripts of registered origins may call.
pub(crate) async fn registered(Shared(state): Shared<State>, request: Request, next: Next) -> Response {
    of_registered(CALLS, state, request, next).await
}

/// The layer of the account API, which scripts of registered origins may call too.
pub(crate) async fn account(Shared(state): Shared<State>, request: Request, next: Next) -> Response {
    of_registered(ACCOUNT_CALLS, state, request, next).await
}

/// Answers preflights itself; a request without `Origin` passes through at no cost.
async fn of_registered(calls: Calls, state: State, request: Request, next: Next) -> Response {
    let Some(origin) = request.headers().get(ORIGIN).cloned() else {
        return next.run(request).await;
    };
    let asked = Preflight::read(&request);
    let (mut parts, body) = request.into_parts();
    let is_registered = is_registered(&state, &mut parts, &origin).await;
    let mut response = match asked {
        Some(_) => StatusCode::NO_CONTENT.into_response(),
        None => next.run(Request::from_parts(parts, body)).await,
    };
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_static("origin"));
    if is_registered {
        permit(headers, origin, calls, asked);
    }
    response
}

/// The layer of the paths that scripts of any origin may call. The answer is the same for all of them, with `Origin` or
/// without, so that caches need not keep one for each.
pub(crate) async fn everybody(request: Request, next: Next) -> Response {
    let asked = Preflight::read(&request);
    let mut response = match asked {
        Some(_) => StatusCode::NO_CONTENT.into_response(),
        None => next.run(request).await,
    };
    permit(response.headers_mut(), HeaderValue::from_static("*"), EVERY_CALL, asked);
    response
}

/// What a preflight asks for (Fetch 3.2.2): those of its headers that are allowed.
struct Preflight(Vec<&'static str>);

impl Preflight {
    /// `None` for any other request.
    fn read(request: &Request) -> Option<Self> {
        let headers = request.headers();
        let is_preflight = request.method() == Method::OPTIONS && headers.contains_key(ORIGIN);
        let asked = headers.get_all(ACCESS_CONTROL_REQUEST_HEADERS).iter();
        let asked: Vec<_> =
            asked.filter_map(|names| names.to_str().ok()).flat_map(|names| names.split(',')).collect();
        let is_asked = |name: &&str| asked.iter().any(|asked| asked.trim().eq_ignore_ascii_case(name));
        is_preflight.then(|| Self(HEADERS.into_iter().filter(is_asked).collect()))
    }
}

fn permit(headers: &mut HeaderMap, origin: HeaderValue, calls: Calls, asked: Option<Preflight>) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    let Some(Preflight(asked)) = asked else {
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(calls.exposed));
        return;
    };
    headers.append(VARY, HeaderValue::from_static("access-control-request-headers"));
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(calls.methods));
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(MAX_AGE));
    if !asked.is_empty()
        && let Ok(asked) = HeaderValue::try_from(asked.join(", "))
    {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, asked);
    }
}

/// Whether a client of the tenant has the origin; if the store fails, no origin is allowed.
async fn is_registered(state: &State, parts: &mut Parts, origin: &HeaderValue) -> bool {
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    let Ok(Tenancy(context)) = Tenancy::from_request_parts(parts, state).await else {
        return false;
    };
    let tenant = &context.realm.tenant.tenant_id;
    state.store.clients.has_origin(tenant, origin).await.unwrap_or(false)
}
