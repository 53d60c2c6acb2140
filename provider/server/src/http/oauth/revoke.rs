//! `/revoke` (RFC 7009).

use axum::response::{IntoResponse as _, Response};
use credenza_protocol::params::Params;
use credenza_protocol::refresh_token_cookie::Place;
use credenza_protocol::token::Error;
use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderMap};

use super::client;
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::{self, Halt};
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::refresh_cookie::RefreshCookie;

/// For every client, public ones included: whoever holds a token may revoke it. Without a token, a page ends the one in the
/// cookie of its client.
pub(crate) async fn revoke(Tenancy(context): Tenancy, headers: HeaderMap, Form(form): Form) -> Response {
    match answer(&context, &headers, &form).await {
        Ok(cookies) => {
            let mut response = (StatusCode::OK, [(CACHE_CONTROL, "no-store")]).into_response();
            response.headers_mut().extend(cookies);
            response
        }
        Err(halt) => client::halted(&context, halt),
    }
}

/// Revokes, and answers what the response says of the cookie.
async fn answer(context: &Context, headers: &HeaderMap, form: &Params) -> Result<HeaderMap, Halt<Error>> {
    let asker = client::authenticated(context, headers, form).await?;
    let mut cookies = HeaderMap::new();
    let cookie = RefreshCookie::of(context, headers, &asker.client.client_id).await?;
    cookie.share(&mut cookies);
    let token = match client::token(form) {
        Ok(token) => Some(token),
        Err(missing) => match cookie.place()? {
            Place::Parameter => return Err(missing.into()),
            Place::Cookie(token) => {
                cookie.clear(&mut cookies);
                token
            }
        },
    };
    if let Some(token) = token {
        flow::revoke::revoke(context, &asker.client, &token).await.map_err(Failure::from)?;
    }
    Ok(cookies)
}
