//! What all endpoints for clients do: read credentials, and refuse clients.

use axum::response::Response;
use credenza_protocol::client_auth::{Error, Presented};
use credenza_protocol::error::Refusal as _;
use credenza_protocol::params::Params;
use credenza_validator::Challenge;
use http::header::{AUTHORIZATION, HeaderMap, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};

use crate::context::Context;
use crate::http::shared::reply;

/// The credentials of a request.
pub(crate) fn presented(headers: &HeaderMap, form: &Params) -> Result<Presented, Error> {
    Presented::read(headers.get_all(AUTHORIZATION).into_iter().map(HeaderValue::as_bytes), form)
}

/// Refuses a client: 401 with a challenge for `invalid_client` (RFC 6749 5.2), else 400.
pub(crate) fn refused(context: &Context, error: &Error) -> Response {
    let invalid_client = error.code() == "invalid_client";
    let status = if invalid_client { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
    let mut response = reply::refused(status, error);
    let challenge = Challenge::basic(&context.realm.issuer).to_string();
    if invalid_client && let Ok(challenge) = HeaderValue::from_str(&challenge) {
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    response
}
