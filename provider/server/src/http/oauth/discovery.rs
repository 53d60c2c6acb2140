//! `/.well-known/…` (OpenID Connect Discovery 4, RFC 8414 3) and `/jwks` (RFC 7517 5): documents made
//! once for each revision of the tenant.

use axum::Extension;
use axum::body::Bytes;
use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use crate::http::shared::context::Tenancy;
use crate::http::shared::reply;
use crate::keys::schedule::JWKS_MAX_AGE;
use crate::listener::SharedBytes;

/// The provider metadata.
pub(crate) async fn metadata(Tenancy(context): Tenancy) -> Response {
    document("application/json", context.realm.metadata.clone())
}

/// The public keys.
pub(crate) async fn jwks(Tenancy(context): Tenancy) -> Response {
    match context.jwks().await {
        Ok(keys) => document("application/jwk-set+json", keys),
        Err(failure) => reply::failure(&context.state, &failure),
    }
}

/// Public, for scripts of other sites too: it holds nothing about a person.
fn document(content_type: &'static str, body: Bytes) -> Response {
    let cache_control = format!("public, max-age={}", JWKS_MAX_AGE.0);
    let headers = [(CONTENT_TYPE, content_type), (CACHE_CONTROL, cache_control.as_str())];
    (headers, Extension(SharedBytes), body).into_response()
}
