//! Which tenant a request is for: only the path decides, never a header or a field.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::response::Response;
use credenza_protocol::tenant::DEFAULT_TENANT;
use http::request::Parts;

use super::{page, reply};
use crate::context::Context;
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
        match Context::load(state, name, request_id).await {
            Ok(Some(context)) => Ok(Self(context)),
            Ok(None) => Err(page::absent()),
            Err(failure) => Err(reply::failure(state, &failure)),
        }
    }
}
