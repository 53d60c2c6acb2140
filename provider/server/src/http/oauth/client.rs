//! What all endpoints for clients do: read credentials, authenticate, and refuse.

use std::sync::Arc;

use axum::response::Response;
use credenza_protocol::client_auth::{Error, Presented};
use credenza_protocol::error::Refusal as _;
use credenza_protocol::params::Params;
use credenza_protocol::secret::Secret;
use credenza_protocol::token;
use credenza_validator::Challenge;
use http::header::{AUTHORIZATION, HeaderMap, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};

use crate::context::Context;
use crate::flow::Halt;
use crate::flow::client::authenticate;
use crate::http::shared::reply;
use crate::loaded_client::LoadedClient;
use crate::telemetry;

/// The credentials of a request.
pub(crate) fn presented(headers: &HeaderMap, form: &Params) -> Result<Presented, Error> {
    let presented =
        Presented::read(headers.get_all(AUTHORIZATION).into_iter().map(HeaderValue::as_bytes), form);
    let client_id = match &presented {
        Ok(presented) => Some(presented.client_id().as_str()),
        Err(_) => form.get("client_id"),
    };
    if let Some(client_id) = client_id {
        telemetry::of_client(client_id);
    }
    presented
}

/// The client that asks. Its form may repeat no parameter (RFC 6749 3.2).
pub(crate) async fn authenticated(
    context: &Context,
    headers: &HeaderMap,
    form: &Params,
) -> Result<Arc<LoadedClient>, Halt<token::Error>> {
    if form.repeated().is_some() {
        return Err(token::Error::Repeated.into());
    }
    let presented = presented(headers, form).map_err(token::Error::from)?;
    authenticate(context, &presented).await.map_err(|halt| halt.map(token::Error::from))
}

/// The token that a request is about (RFC 7009 2.1, RFC 7662 2.1).
pub(crate) fn token(form: &Params) -> Result<Secret, token::Error> {
    form.get("token").map(Secret::presented).ok_or(token::Error::Missing("token"))
}

/// The answer to a request that is refused or has failed.
pub(crate) fn halted(context: &Context, halt: Halt<token::Error>) -> Response {
    match halt {
        Halt::Refused(token::Error::Client(error)) => refused(context, &error),
        Halt::Refused(error) => reply::refused(StatusCode::BAD_REQUEST, &error),
        Halt::Failed(failure) => reply::failure(&context.state, &failure),
    }
}

/// Refuses a client: 401 with a challenge for `invalid_client` (RFC 6749 5.2), else 400.
fn refused(context: &Context, error: &Error) -> Response {
    let invalid_client = error.code() == "invalid_client";
    let status = if invalid_client { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
    let mut response = reply::refused(status, error);
    let challenge = Challenge::basic(&context.realm.issuer).to_string();
    if invalid_client && let Ok(challenge) = HeaderValue::from_str(&challenge) {
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    response
}
