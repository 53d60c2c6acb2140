//! Responses: JSON, JWTs, redirects and failures.

use axum::response::{IntoResponse as _, Response};
use credenza_protocol::error::Refusal;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, PRAGMA};
use http::{HeaderValue, StatusCode};
use schemars::JsonSchema;
use serde::Serialize;

use crate::failure::Failure;
use crate::state::State;

/// The body of an error (RFC 6749 5.2).
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OAuthError")]
pub(crate) struct ErrorBody {
    /// The registered error code.
    pub(crate) error: &'static str,
    /// What is wrong, for a developer.
    pub(crate) error_description: String,
}

/// A JSON response that must not be cached (RFC 6749 5.1).
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    let Ok(body) = serde_json::to_vec(body) else {
        tracing::error!("a response cannot be serialized");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (PRAGMA, HeaderValue::from_static("no-cache")),
    ];
    (status, headers, body).into_response()
}

/// A JWT that must not be cached (OpenID Connect Core 5.3.2).
pub(crate) fn jwt(token: String) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/jwt")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (PRAGMA, HeaderValue::from_static("no-cache")),
    ];
    (StatusCode::OK, headers, token).into_response()
}

/// A refusal as JSON; the log gets the rule that was broken as well.
pub(crate) fn refused(status: StatusCode, refusal: &impl Refusal) -> Response {
    tracing::info!(code = refusal.code(), rule = refusal.rule(), reason = %refusal, "refused");
    json(status, &ErrorBody { error: refusal.code(), error_description: refusal.to_string() })
}

/// A failure of our own as JSON.
pub(crate) fn failure(state: &State, failure: &Failure) -> Response {
    let error = super::failure::report(state, failure);
    let body = ErrorBody { error: error.code(), error_description: error.description().to_owned() };
    error.with_retry_after(json(error.status(), &body))
}

/// Redirects the browser by GET, whatever the method of its request, so that a form with a password is never
/// submitted a second time (RFC 9700 4.12).
pub(crate) fn see_other(location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(location) => (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response(),
        Err(error) => {
            tracing::error!(%error, "a redirect holds an invalid location");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
