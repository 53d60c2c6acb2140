//! `/revocations`: the feed of revocations.

use axum::response::{IntoResponse as _, Response};
use credenza_protocol::revocation_feed::MEDIA_TYPE;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use crate::flow::revocation_feed::feed;
use crate::http::shared::context::Tenancy;
use crate::http::shared::reply;

/// The feed. It is public, as the keys are: the ids in it give access to nothing, and mean something only to those who
/// have seen the tokens.
pub(crate) async fn show(Tenancy(context): Tenancy) -> Response {
    let headers = [(CONTENT_TYPE, MEDIA_TYPE), (CACHE_CONTROL, "public, max-age=1")];
    match feed(&context).await {
        Ok(feed) => (headers, feed.to_string()).into_response(),
        Err(failure) => reply::failure(&context.state, &failure),
    }
}
