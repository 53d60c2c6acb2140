//! `/logos/{client_id}`: the logo of a client (`logo_uri`, OpenID Connect Registration 2).

use std::collections::HashMap;

use axum::Extension;
use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use credenza_protocol::ids::ClientId;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};

use crate::failure::Failure;
use crate::http::shared::context::Tenancy;
use crate::http::shared::{page, reply};
use crate::listener::SharedBytes;

/// An SVG is a document as well: opened by itself, it must be able to do nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// The logo.
pub(crate) async fn get(Tenancy(context): Tenancy, Path(params): Path<HashMap<String, String>>) -> Response {
    let client_id = ClientId::new(params.get("client_id").map(String::as_str).unwrap_or_default());
    let record = match context.client(&client_id).await {
        Ok(record) => record,
        Err(error) => return reply::failure(&context.state, &Failure::from(error)),
    };
    let Some(logo_uri) = record.as_ref().and_then(|record| record.client.logo_uri.as_deref()) else {
        return page::absent();
    };
    match context.state.logos.get(&context.state.egress, logo_uri).await {
        Some(logo) => {
            let headers = [
                (CONTENT_TYPE, logo.content_type),
                (CACHE_CONTROL, "private, max-age=3600"),
                (CONTENT_SECURITY_POLICY, POLICY),
            ];
            (headers, Extension(SharedBytes), logo.body.clone()).into_response()
        }
        None => page::absent(),
    }
}
