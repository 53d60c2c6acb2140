//! `/register` (RFC 7591 3) and `/register/{client_id}` (RFC 7592 2).

use axum::extract::{RawPathParams, RawQuery, Request};
use axum::response::{IntoResponse as _, Response};
use credenza_protocol::bearer;
use credenza_protocol::error::Refusal as _;
use credenza_protocol::ids::ClientId;
use credenza_protocol::params::Params;
use credenza_protocol::registration::{ClientInformation, Error};
use credenza_protocol::secret::Secret;
use credenza_validator::Challenge;
use http::header::{AUTHORIZATION, HeaderMap, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};

use crate::context::Context;
use crate::flow::{Halt, register as flow};
use crate::http::shared::address::ClientAddress;
use crate::http::shared::context::Tenancy;
use crate::http::shared::{json, reply};

/// A client registers itself.
pub(crate) async fn create(
    Tenancy(context): Tenancy,
    RawQuery(query): RawQuery,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let token = token(&headers, query);
    let registered = async {
        let admitted = flow::admit(&context, token, address).await?;
        let members = json::members(request).await?;
        flow::register(&context, admitted, members).await
    };
    answer(&context, StatusCode::CREATED, registered.await)
}

/// A client looks at its registration.
pub(crate) async fn show(
    Tenancy(context): Tenancy,
    path: RawPathParams,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let opened = flow::open(&context, &client_id(&path), token(&headers, query)).await;
    answer(&context, StatusCode::OK, opened.map(|opened| flow::read(&context, &opened)))
}

/// A client changes its registration.
pub(crate) async fn update(
    Tenancy(context): Tenancy,
    path: RawPathParams,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let updated = async {
        let opened = flow::open(&context, &client_id(&path), token(&headers, query)).await?;
        let members = json::members(request).await?;
        flow::update(&context, opened, members).await
    };
    answer(&context, StatusCode::OK, updated.await)
}

/// A client ends itself.
pub(crate) async fn delete(
    Tenancy(context): Tenancy,
    path: RawPathParams,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let deleted = async {
        let opened = flow::open(&context, &client_id(&path), token(&headers, query)).await?;
        flow::delete(&context, &opened).await
    };
    match deleted.await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(halt) => halted(&context, halt),
    }
}

fn client_id(path: &RawPathParams) -> ClientId {
    let named = path.iter().find(|(name, _)| *name == "client_id");
    ClientId::new(named.map(|(_, value)| value).unwrap_or_default())
}

/// An initial or registration access token: in the header alone (RFC 6750 2.1).
fn token(headers: &HeaderMap, query: Option<String>) -> Result<Secret, bearer::Error> {
    let query = Params::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    bearer::token(headers.get_all(AUTHORIZATION).into_iter().map(HeaderValue::as_bytes), &query, None)
}

fn answer(context: &Context, status: StatusCode, answer: Result<ClientInformation, Halt<Error>>) -> Response {
    match answer {
        Ok(information) => reply::json(status, &information),
        Err(halt) => halted(context, halt),
    }
}

fn halted(context: &Context, halt: Halt<Error>) -> Response {
    match halt {
        Halt::Refused(error) => refused(context, &error),
        Halt::Failed(failure) => reply::failure(&context.state, &failure),
    }
}

/// With the challenge of RFC 6750 3 where a token is missing or not good; where none came, neither it nor the body
/// tells of an error (3.1).
fn refused(context: &Context, error: &Error) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let is_missing = *error == Error::Token(bearer::Error::Missing);
    let mut response = if is_missing { status.into_response() } else { reply::refused(status, error) };
    let mut add = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    if let Error::Token(_) = error {
        let challenge = Challenge::bearer().realm(&context.realm.issuer);
        let told = if is_missing { challenge } else { challenge.error(error.code()) };
        add(WWW_AUTHENTICATE, &told.to_string());
    }
    if let Error::TooMany(wait) = error {
        add(RETRY_AFTER, &wait.0.to_string());
    }
    response
}
