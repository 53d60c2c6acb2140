//! Cross-origin calls (Fetch 3.2): a script may call the endpoints of a public client from an origin where a client
//! of the tenant has a redirect URI, and never with cookies.

use axum::extract::{FromRequestParts as _, Request, State as Shared};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ORIGIN, VARY,
};
use http::request::Parts;
use http::{HeaderValue, StatusCode};

use super::context::Tenancy;
use crate::state::State;

/// Answers a preflight request; [`allow`] adds the headers.
pub(crate) async fn preflight() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// The layer of the paths that scripts may call. A request without `Origin` passes through at no cost.
pub(crate) async fn allow(Shared(state): Shared<State>, request: Request, next: Next) -> Response {
    let Some(origin) = request.headers().get(ORIGIN).cloned() else {
        return next.run(request).await;
    };
    let (mut parts, body) = request.into_parts();
    let registered = is_registered(&state, &mut parts, &origin).await;
    let mut response = next.run(Request::from_parts(parts, body)).await;
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_static("origin"));
    if registered {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("authorization, content-type"));
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("www-authenticate"));
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    }
    response
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
