//! `/assets/…`: the stylesheet and the scripts, under names that contain a hash of their content.

use axum::Extension;
use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use std::collections::HashMap;

use crate::http::shared::page;
use crate::listener::SharedBytes;
use crate::pages::assets;

/// One file, which browsers may cache for ever.
pub(crate) async fn asset(Path(params): Path<HashMap<String, String>>) -> Response {
    let name = params.get("name").map(String::as_str).unwrap_or_default();
    match assets::find(&format!("/assets/{name}")) {
        Some(asset) => {
            let headers =
                [(CONTENT_TYPE, asset.content_type), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
            (headers, Extension(SharedBytes), asset.body).into_response()
        }
        None => page::absent(),
    }
}
