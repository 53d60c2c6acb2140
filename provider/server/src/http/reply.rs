//! Answers: JSON, redirects, and what is said when something of ours fails.

use axum::response::{IntoResponse as _, Response};
use credenza_protocol::error::Refusal;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, PRAGMA, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use schemars::JsonSchema;
use serde::Serialize;

use crate::flow::Failure;
use crate::state::State;

/// The body of an error (RFC 6749 5.2).
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ErrorBody {
    /// The registered code.
    pub(super) error: &'static str,
    /// What is wrong, for a developer.
    pub(super) error_description: String,
}

/// A JSON answer that nobody may keep (RFC 6749 5.1).
pub(super) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    let Ok(body) = serde_json::to_vec(body) else {
        tracing::error!("an answer cannot be written");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (PRAGMA, HeaderValue::from_static("no-cache")),
    ];
    (status, headers, body).into_response()
}

/// A JWT that nobody may keep (OpenID Connect Core 5.3.2).
pub(super) fn jwt(token: String) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/jwt")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (PRAGMA, HeaderValue::from_static("no-cache")),
    ];
    (StatusCode::OK, headers, token).into_response()
}

/// A refusal as JSON, and the rule that was broken into the log.
pub(super) fn refused(status: StatusCode, refusal: &impl Refusal) -> Response {
    tracing::info!(code = refusal.code(), rule = refusal.rule(), reason = %refusal, "refused");
    json(status, &ErrorBody { error: refusal.code(), error_description: refusal.to_string() })
}

/// Something of ours failed. Never a verdict about the request.
pub(super) fn failure(state: &State, failure: &Failure) -> Response {
    tracing::error!(%failure, "failed");
    if matches!(failure, Failure::Store(_)) {
        state.metrics.store_errors.increment(1);
    }
    let (status, error) = match failure {
        Failure::Store(_) | Failure::Busy => (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable"),
        Failure::Keys(_) | Failure::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "server_error"),
    };
    let description = "the provider cannot answer now".to_owned();
    let mut response = json(status, &ErrorBody { error, error_description: description });
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

/// Sends the browser on by GET, whatever it came by: a form with a password is never sent along
/// (RFC 9700 4.12).
pub(super) fn see_other(location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(location) => (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response(),
        Err(error) => {
            tracing::error!(%error, "a redirect cannot be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
