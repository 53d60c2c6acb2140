//! `/introspect` (RFC 7662).

use axum::response::Response;
use credenza_protocol::client_auth::Error;
use credenza_protocol::secret::Secret;
use credenza_protocol::token;
use http::StatusCode;
use http::header::HeaderMap;

use super::client;
use crate::failure::Failure;
use crate::flow::{Halt, client::authenticate, introspect as flow};
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::reply;

/// For clients that authenticate; a public client is refused (RFC 7662 2.1).
pub(crate) async fn introspect(Tenancy(context): Tenancy, headers: HeaderMap, Form(form): Form) -> Response {
    if form.repeated().is_some() {
        return reply::refused(StatusCode::BAD_REQUEST, &token::Error::Repeated);
    }
    let presented = match client::presented(&headers, &form) {
        Ok(presented) => presented,
        Err(error) => return client::refused(&context, &error),
    };
    let asker = match authenticate(&context, &presented).await {
        Ok(record) if record.client.is_public() => return client::refused(&context, &Error::Failed),
        Ok(record) => record,
        Err(Halt::Refused(error)) => return client::refused(&context, &error),
        Err(Halt::Failed(failure)) => return reply::failure(&context.state, &failure),
    };
    let Some(token) = form.get("token").map(Secret::presented) else {
        return reply::refused(StatusCode::BAD_REQUEST, &token::Error::Missing("token"));
    };
    match flow::introspect(&context, &asker.client, &token).await {
        Ok(answer) => reply::json(StatusCode::OK, &answer),
        Err(error) => reply::failure(&context.state, &Failure::from(error)),
    }
}
