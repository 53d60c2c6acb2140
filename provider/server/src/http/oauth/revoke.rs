//! `/revoke` (RFC 7009).

use axum::response::{IntoResponse as _, Response};
use credenza_protocol::params::Params;
use credenza_protocol::token::Error;
use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderMap};

use super::client;
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::{self, Halt};
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;

/// For every client, public ones included: whoever holds a token may revoke it.
pub(crate) async fn revoke(Tenancy(context): Tenancy, headers: HeaderMap, Form(form): Form) -> Response {
    match answer(&context, &headers, &form).await {
        Ok(()) => (StatusCode::OK, [(CACHE_CONTROL, "no-store")]).into_response(),
        Err(halt) => client::halted(&context, halt),
    }
}

async fn answer(context: &Context, headers: &HeaderMap, form: &Params) -> Result<(), Halt<Error>> {
    let asker = client::authenticated(context, headers, form).await?;
    let token = client::token(form)?;
    Ok(flow::revoke::revoke(context, &asker.client, &token).await.map_err(Failure::from)?)
}
