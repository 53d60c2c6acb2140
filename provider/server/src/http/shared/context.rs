//! Which tenant a request is for: only the path decides, never a header or a field.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::response::Response;
use credenza_protocol::tenant::DEFAULT_TENANT;
use http::Method;
use http::request::Parts;
use http::uri::PathAndQuery;

use super::browser::BrowserHeaders;
use super::{page, reply};
use crate::context::Context;
use crate::failure::Failure;
use crate::state::State;
use crate::telemetry::RequestId;

/// The context of the tenant that the path names.
pub(crate) struct Tenancy(pub(crate) Context);

impl FromRequestParts<State> for Tenancy {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Response> {
        let params = RawPathParams::from_request_parts(parts, state).await.ok();
        let named = params.as_ref().and_then(|params| params.iter().find(|(name, _)| *name == "tenant"));
        let name = match named {
            // An issuer has one URL: the default tenant does not answer at a second one.
            Some((_, DEFAULT_TENANT)) => return Err(page::absent()),
            Some((_, name)) => name,
            None => DEFAULT_TENANT,
        };
        let request_id = parts.extensions.get::<RequestId>().copied();
        let base = named.map(|(_, name)| format!("/t/{name}")).unwrap_or_default();
        match Context::load(state, name, request_id).await {
            Ok(Some(context)) => {
                let here = here(parts, state, &base).map(Into::into);
                Ok(Self(Context { here, ..context }))
            }
            Ok(None) => Err(page::absent()),
            Err(failure) => Err(failed(parts, state, &base, &failure).await),
        }
    }
}

/// Where the browser is, as it would ask for it again; not for a form, which would not be sent again by a link.
fn here(parts: &Parts, state: &State, base: &str) -> Option<String> {
    let path = parts.uri.path_and_query().map_or("/", PathAndQuery::as_str);
    if parts.method != Method::GET || path.starts_with("//") {
        return None;
    }
    // A path below that of the tenant comes without it, the path itself with it.
    let base = if path.starts_with(base) { "" } else { base };
    Some(format!("{}{base}{path}", state.path()))
}

/// Where not even the tenant can be read, people get a page too, which leads to where they wanted to go.
async fn failed(parts: &mut Parts, state: &State, base: &str, failure: &Failure) -> Response {
    let Ok(headers) = BrowserHeaders::from_request_parts(parts, state).await;
    if !headers.shows_pages() {
        return reply::failure(state, failure);
    }
    let again = here(parts, state, base).unwrap_or_else(|| format!("{}/", state.path()));
    let id = parts.extensions.get::<RequestId>().copied();
    page::failed_without_tenant(state, id, headers.lang(None), failure, again)
}
