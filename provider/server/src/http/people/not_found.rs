//! Every path that leads nowhere: a page for people, and a line of text for everybody else.

use axum::Extension;
use axum::extract::State as Shared;
use axum::response::Response;
use credenza_protocol::tenant::DEFAULT_TENANT;
use http::{StatusCode, Uri};

use crate::context::Context;
use crate::http::shared::browser::BrowserHeaders;
use crate::http::shared::{page, way_on};
use crate::pages::Lang;
use crate::state::State;
use crate::telemetry::RequestId;

/// The fallback of the router.
pub(crate) async fn show(
    Shared(state): Shared<State>,
    id: Option<Extension<RequestId>>,
    headers: BrowserHeaders,
    uri: Uri,
) -> Response {
    if !headers.shows_pages() {
        return page::absent();
    }
    let named = uri.path().strip_prefix("/t/").and_then(|rest| rest.split('/').next());
    match Context::load(&state, named.unwrap_or(DEFAULT_TENANT), id.map(|id| id.0)).await {
        Ok(Some(context)) => self::page(&context, headers.lang(None)),
        _ => page::absent(),
    }
}

/// The page; also where what is asked for is not offered.
pub(crate) fn page(context: &Context, lang: Lang) -> Response {
    let said = (lang.texts().error.not_found, "no path matches");
    page::ended(context, lang, StatusCode::NOT_FOUND, said, way_on::start(context))
}
