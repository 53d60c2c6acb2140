//! `/logos/{client_id}`: the logo of a client (`logo_uri`, OpenID Connect Registration 2). `/brand/logo` and
//! `/brand/logo-dark`: that of the tenant, and with a client behind it that of its brand.

use std::collections::HashMap;

use axum::Extension;
use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use credenza_protocol::brand::Brand;
use credenza_protocol::ids::ClientId;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};

use crate::context::Context;
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
    shown(&context, record.as_ref().and_then(|record| record.client.logo_uri.as_deref())).await
}

/// The logo of a brand.
pub(crate) async fn of_brand(
    Tenancy(context): Tenancy,
    Path(params): Path<HashMap<String, String>>,
) -> Response {
    let kind = params.get("logo").map(String::as_str).unwrap_or_default();
    let Some(client_id) = params.get("client_id") else {
        return shown(&context, logo_uri(&context.realm.tenant.settings.brand, kind)).await;
    };
    match context.client(&ClientId::new(client_id.as_str())).await {
        Ok(record) => {
            let brand = record.as_ref().and_then(|record| record.client.brand.as_ref());
            shown(&context, brand.and_then(|brand| logo_uri(brand, kind))).await
        }
        Err(error) => reply::failure(&context.state, &Failure::from(error)),
    }
}

fn logo_uri<'a>(brand: &'a Brand, kind: &str) -> Option<&'a str> {
    match kind {
        "logo" => brand.logo_uri.as_deref(),
        "logo-dark" => brand.logo_uri_dark.as_deref(),
        _ => None,
    }
}

async fn shown(context: &Context, logo_uri: Option<&str>) -> Response {
    let Some(logo_uri) = logo_uri else { return page::absent() };
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
