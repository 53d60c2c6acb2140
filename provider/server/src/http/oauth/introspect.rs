//! `/introspect` (RFC 7662).

use axum::response::Response;
use credenza_protocol::client_auth::{self, AuthMethod};
use credenza_protocol::introspection::Introspection;
use credenza_protocol::params::Params;
use credenza_protocol::token::Error;
use http::StatusCode;
use http::header::HeaderMap;

use super::client;
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::{self, Halt};
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::reply;
use crate::telemetry::RefusedClient;

/// For clients that authenticate; a public client is refused (RFC 7662 2.1).
pub(crate) async fn introspect(Tenancy(context): Tenancy, headers: HeaderMap, Form(form): Form) -> Response {
    match answer(&context, &headers, &form).await {
        Ok(answer) => reply::json(StatusCode::OK, &answer),
        Err(halt) => client::halted(&context, halt),
    }
}

async fn answer(context: &Context, headers: &HeaderMap, form: &Params) -> Result<Introspection, Halt<Error>> {
    let asker = client::authenticated(context, headers, form).await?;
    if asker.client.is_public() {
        let refused = RefusedClient {
            fault: "a public client proves nothing, so it learns nothing",
            used: AuthMethod::None,
            registered: Some(AuthMethod::None),
            clocks: None,
        };
        refused.log();
        return Err(Error::Client(client_auth::Error::Failed).into());
    }
    let token = client::token(form)?;
    Ok(flow::introspect::introspect(context, &asker.client, &token).await.map_err(Failure::from)?)
}
