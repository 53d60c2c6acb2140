//! `/revocations`: the feed of revocations.

use axum::response::{IntoResponse as _, Response};
use credenza_protocol::revocation_feed::MEDIA_TYPE;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE};

use super::context::Tenancy;
use super::reply;
use crate::flow::revocation_feed::feed;

/// The feed. Public for everybody, as the keys are: what it names opens nothing, and is about nobody that the asker does
/// not know.
pub(super) async fn show(Tenancy(context): Tenancy) -> Response {
    let headers = [
        (CONTENT_TYPE, MEDIA_TYPE),
        (CACHE_CONTROL, "public, max-age=1"),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    match feed(&context).await {
        Ok(feed) => (headers, feed.to_string()).into_response(),
        Err(failure) => reply::failure(&context.state, &failure),
    }
}
