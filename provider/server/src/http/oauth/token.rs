//! `/token` (RFC 6749 3.2).

use axum::response::Response;
use credenza_protocol::client_auth::Presented;
use credenza_protocol::params::Params;
use credenza_protocol::token::{Error, TokenRequest, TokenResponse};
use http::StatusCode;
use http::header::HeaderMap;

use super::client;
use crate::context::Context;
use crate::flow::{self, Halt};
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::refresh_cookie::RefreshCookie;
use crate::http::shared::reply;

/// By POST alone. A refresh token that stays in a cookie is no part of the answer.
pub(crate) async fn token(Tenancy(context): Tenancy, headers: HeaderMap, Form(form): Form) -> Response {
    let asked = match Asked::read(&context, &headers, &form).await {
        Ok(asked) => asked,
        Err(halt) => return client::halted(&context, halt),
    };
    match asked.answer(&context, &form).await {
        Ok(mut tokens) => {
            let kept = asked.cookie.take(&mut tokens);
            let mut response = reply::json(StatusCode::OK, &tokens);
            asked.cookie.set(kept.as_ref(), response.headers_mut());
            response
        }
        Err(halt) => {
            let mut cookies = HeaderMap::new();
            asked.cookie.refused(&halt, &mut cookies);
            let mut response = client::halted(&context, halt);
            response.headers_mut().extend(cookies);
            response
        }
    }
}

/// Who asks, and the cookie that their client may have.
struct Asked<'a> {
    presented: Presented,
    cookie: RefreshCookie<'a>,
}

impl<'a> Asked<'a> {
    async fn read(context: &'a Context, headers: &HeaderMap, form: &Params) -> Result<Self, Halt<Error>> {
        if form.repeated().is_some() {
            return Err(Error::Repeated.into());
        }
        let presented = client::presented(headers, form).map_err(Error::from)?;
        let cookie = RefreshCookie::of(context, headers, presented.client_id()).await?;
        Ok(Self { presented, cookie })
    }

    async fn answer(&self, context: &Context, form: &Params) -> Result<TokenResponse, Halt<Error>> {
        let request = TokenRequest::read(form, self.cookie.place()?)?;
        let grant_type = request.grant_type();
        let tokens = flow::token::token(context, &self.presented, request).await?;
        context.state.metrics.token_issued(grant_type);
        Ok(tokens)
    }
}
