//! `/assets/…`: the stylesheet and the scripts, under names that contain a hash of their content, and the module for
//! applications in the browser, under a name without it as well. They are public, and pages of any origin may load them.

use axum::Extension;
use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, CONTENT_LOCATION, CONTENT_TYPE, ETAG, HeaderMap, IF_NONE_MATCH};
use http::{HeaderValue, StatusCode};
use std::borrow::Cow;
use std::collections::HashMap;

use crate::http::shared::page;
use crate::listener::SharedBytes;
use crate::pages::assets::{self, Asset};

/// For a name that will only ever mean this content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// For the name of the newest version: a new one is in use everywhere after this time.
const FOR_A_WHILE: &str = "public, max-age=300";

/// One file.
pub(crate) async fn asset(Path(params): Path<HashMap<String, String>>, headers: HeaderMap) -> Response {
    let name = params.get("name").map(String::as_str).unwrap_or_default();
    let path = format!("/assets/{name}");
    match assets::find(&path) {
        Some(asset) if asset.path == path => {
            let headers = [(CONTENT_TYPE, asset.content_type), (CACHE_CONTROL, FOR_EVER)];
            (headers, body(asset.body)).into_response()
        }
        Some(newest) => of_the_moment(newest, &headers),
        None => page::absent(),
    }
}

/// What is built in is one copy for all answers.
fn body(body: Cow<'static, str>) -> Response {
    match body {
        Cow::Borrowed(body) => (Extension(SharedBytes), body).into_response(),
        Cow::Owned(body) => body.into_response(),
    }
}

/// The newest version. `Content-Location` says where it will be for ever, for pages that name it with its hash
/// (`integrity`).
fn of_the_moment(asset: Asset, asked: &HeaderMap) -> Response {
    let known = asked.get_all(IF_NONE_MATCH).into_iter().filter_map(|value| value.to_str().ok());
    // RFC 9110 13.1.2: a weak tag is as good here.
    let is_known = known
        .flat_map(|tags| tags.split(','))
        .map(|tag| tag.trim().trim_start_matches("W/"))
        .any(|tag| tag == "*" || tag == asset.etag);
    let mut response = match is_known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => ([(CONTENT_TYPE, asset.content_type)], body(asset.body)).into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(FOR_A_WHILE));
    let place = asset.path.trim_start_matches("/assets/");
    for (name, value) in [(ETAG, asset.etag.as_str()), (CONTENT_LOCATION, place)] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    response
}
