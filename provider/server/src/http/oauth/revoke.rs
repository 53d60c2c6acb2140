//! `/revoke` (RFC 7009).

use axum::response::{IntoResponse as _, Response};
use credenza_protocol::secret::Secret;
use credenza_protocol::token;
use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderMap};

use super::client;
use crate::failure::Failure;
use crate::flow::{Halt, client::authenticate, revoke as flow};
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::reply;

/// For every client, public ones included: whoever holds a token may revoke it.
pub(crate) async fn revoke(Tenancy(context): Tenancy, headers: HeaderMap, Form(form): Form) -> Response {
    if form.repeated().is_some() {
        return reply::refused(StatusCode::BAD_REQUEST, &token::Error::Repeated);
    }
    let presented = match client::presented(&headers, &form) {
        Ok(presented) => presented,
        Err(error) => return client::refused(&context, &error),
    };
    let asker = match authenticate(&context, &presented).await {
        Ok(record) => record,
        Err(Halt::Refused(error)) => return client::refused(&context, &error),
        Err(Halt::Failed(failure)) => return reply::failure(&context.state, &failure),
    };
    let Some(token) = form.get("token").map(Secret::presented) else {
        return reply::refused(StatusCode::BAD_REQUEST, &token::Error::Missing("token"));
    };
    match flow::revoke(&context, &asker.client, &token).await {
        Ok(()) => (StatusCode::OK, [(CACHE_CONTROL, "no-store")]).into_response(),
        Err(error) => reply::failure(&context.state, &Failure::from(error)),
    }
}
