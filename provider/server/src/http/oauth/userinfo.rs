//! `/userinfo` (OpenID Connect Core 5.3): by GET and by POST.

use axum::extract::{FromRequest as _, RawQuery, Request};
use axum::response::{IntoResponse as _, Response};
use credenza_protocol::bearer::{self, Error};
use credenza_protocol::error::Refusal as _;
use credenza_protocol::params::Params;
use credenza_validator::Challenge;
use http::header::{AUTHORIZATION, HeaderMap, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};

use crate::context::Context;
use crate::flow::jwt_response::Userinfo;
use crate::flow::{Halt, userinfo as flow};
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::{self, Form};
use crate::http::shared::reply;

/// By GET.
pub(crate) async fn get(
    Tenancy(context): Tenancy,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    answer(&context, query, &headers, None).await
}

/// By POST: the token in the header, or in a form (RFC 6750 2.2).
pub(crate) async fn post(Tenancy(context): Tenancy, RawQuery(query): RawQuery, request: Request) -> Response {
    let headers = request.headers().clone();
    if !form::is_form(&request) {
        return answer(&context, query, &headers, None).await;
    }
    match Form::from_request(request, &()).await {
        Ok(Form(form)) => answer(&context, query, &headers, Some(&form)).await,
        Err(response) => response,
    }
}

async fn answer(
    context: &Context,
    query: Option<String>,
    headers: &HeaderMap,
    form: Option<&Params>,
) -> Response {
    let authorization = headers.get_all(AUTHORIZATION).into_iter().map(HeaderValue::as_bytes);
    let query = Params::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let token = match bearer::token(authorization, &query, form) {
        Ok(token) => token,
        Err(error) => return refused(context, error),
    };
    match flow::userinfo(context, &token).await {
        Ok(Userinfo::Json(claims)) => reply::json(StatusCode::OK, &claims),
        Ok(Userinfo::Jwt(token)) => reply::jwt(token),
        Err(Halt::Refused(error)) => refused(context, error),
        Err(Halt::Failed(failure)) => reply::failure(&context.state, &failure),
    }
}

/// The challenge of RFC 6750 3; without a token, neither it nor the body names an error (3.1).
fn refused(context: &Context, error: Error) -> Response {
    let mut challenge = Challenge::bearer().realm(&context.realm.issuer);
    if error != Error::Missing {
        challenge = challenge.error(error.code()).error_description(&error.to_string());
    }
    if error == Error::InsufficientScope {
        challenge = challenge.scope("openid");
    }
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::UNAUTHORIZED);
    let mut response = match error {
        Error::Missing => status.into_response(),
        _ => reply::refused(status, &error),
    };
    if let Ok(challenge) = HeaderValue::from_str(&challenge.to_string()) {
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    response
}
