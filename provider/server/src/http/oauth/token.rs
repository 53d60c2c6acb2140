//! `/token` (RFC 6749 3.2).

use axum::response::Response;
use credenza_protocol::params::Params;
use credenza_protocol::token::{Error, TokenRequest, TokenResponse};
use http::StatusCode;
use http::header::HeaderMap;

use super::client;
use crate::context::Context;
use crate::flow::{self, Halt};
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::reply;

/// By POST alone.
pub(crate) async fn token(Tenancy(context): Tenancy, headers: HeaderMap, Form(form): Form) -> Response {
    match answer(&context, &headers, &form).await {
        Ok(tokens) => reply::json(StatusCode::OK, &tokens),
        Err(halt) => client::halted(&context, halt),
    }
}

async fn answer(context: &Context, headers: &HeaderMap, form: &Params) -> Result<TokenResponse, Halt<Error>> {
    if form.repeated().is_some() {
        return Err(Error::Repeated.into());
    }
    let presented = client::presented(headers, form).map_err(Error::from)?;
    let request = TokenRequest::read(form)?;
    let grant_type = request.grant_type();
    let tokens = flow::token::token(context, &presented, request).await?;
    context.state.metrics.token_issued(grant_type);
    Ok(tokens)
}
