//! The routes, for whatever framework.

use std::sync::Arc;

use http::header::ALLOW;
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use super::cookies::Jar;
use super::core::Core;
use super::page::{Answer, answer};
use super::provider::parameters;
use super::{flow, logout};

/// The longest body that the routes read, in bytes.
pub const MAX_BODY: usize = 64 * 1024;

/// A request to one of the routes.
#[derive(Clone, Copy, Debug)]
pub struct Routed<'a> {
    /// The method.
    pub method: &'a Method,
    /// The path below the setting `path`, with its slash.
    pub path: &'a str,
    /// The query, without the question mark.
    pub query: &'a [u8],
    /// The fields.
    pub headers: &'a HeaderMap,
    /// The body, of [`MAX_BODY`] bytes at most.
    pub body: &'a [u8],
}

/// Answers it.
pub(super) async fn route(core: &Arc<Core>, request: Routed<'_>) -> Answer {
    let Routed { method, path, query, headers, body } = request;
    let jar = Jar::read(headers);
    let allowed = match path {
        // Not HEAD: a code is redeemed once, and not for somebody who looks whether the page is there.
        "/login" | "/callback" | "/frontchannel-logout" => "GET",
        "/logout" | "/backchannel-logout" => "POST",
        _ => return answer(StatusCode::NOT_FOUND, ""),
    };
    if allowed != method.as_str() {
        let mut refusal = answer(StatusCode::METHOD_NOT_ALLOWED, "");
        refusal.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
        return refusal;
    }
    match path {
        "/login" => flow::begin(core, &jar, &parameters(query)).await,
        "/callback" => flow::finish(core, &jar, &parameters(query)).await,
        "/frontchannel-logout" => logout::front_channel(core, &jar, query).await,
        "/logout" => logout::logout(core, &jar, headers, query).await,
        _ => logout::back_channel(core, body).await,
    }
}
