//! Answers of the routes: redirects, and the page that tells of a failed sign-in.

use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, RETRY_AFTER, SET_COOKIE, VARY,
};
use http::{HeaderName, HeaderValue, Response, StatusCode};

use super::core::Core;
use super::error::{RETRY_AFTER as SOON, SignInError};

/// What our page may do: nothing.
const POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// An answer.
pub(super) type Answer = Response<String>;

/// An answer that is nobody else's.
pub(super) fn answer(status: StatusCode, body: impl Into<String>) -> Answer {
    let mut answer = Response::new(body.into());
    *answer.status_mut() = status;
    for (name, value) in private() {
        answer.headers_mut().insert(name, value);
    }
    answer
}

/// The fields of whatever depends on a session.
pub(super) fn private() -> [(HeaderName, HeaderValue); 2] {
    [
        (CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
        (VARY, HeaderValue::from_static("Cookie")),
    ]
}

/// Sends the browser elsewhere.
pub(super) fn redirect(status: StatusCode, location: &str) -> Answer {
    let mut answer = answer(status, "");
    // What has been through a URL parser is a value.
    if let Ok(location) = HeaderValue::try_from(location) {
        answer.headers_mut().insert(LOCATION, location);
    }
    answer
}

/// An answer in JSON.
pub(super) fn json(status: StatusCode, body: &serde_json::Value) -> Answer {
    let mut answer = answer(status, body.to_string());
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

/// A page.
pub(super) fn html(status: StatusCode, policy: &str, body: String) -> Answer {
    let mut answer = answer(status, body);
    let fields = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, policy),
        (HeaderName::from_static("x-content-type-options"), "nosniff"),
        (HeaderName::from_static("referrer-policy"), "no-referrer"),
    ];
    for (name, value) in fields {
        if let Ok(value) = HeaderValue::try_from(value) {
            answer.headers_mut().insert(name, value);
        }
    }
    answer
}

/// The page that tells of a failed sign-in, and offers to sign in again.
pub(super) fn failed(core: &Core, error: SignInError, return_to: &str) -> Answer {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let body = match &core.config.on_error {
        Some(page) => page(&error),
        None => page(core, error, return_to),
    };
    let mut answer = html(status, POLICY, body);
    if error == SignInError::Unavailable {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static(SOON));
    }
    answer
}

fn page(core: &Core, error: SignInError, return_to: &str) -> String {
    let link = escape(&login_path(&core.config.path, return_to));
    let message = error.message();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Sign-in failed</title></head>\n<body><main><h1>You are not signed in</h1>\n\
         <p>{message}</p>\n<p><a href=\"{link}\">Sign in again</a></p></main></body>\n</html>\n"
    )
}

/// Where people are sent to sign in, and come back from.
pub(super) fn login_path(path: &str, return_to: &str) -> String {
    let return_to: String = url::form_urlencoded::byte_serialize(return_to.as_bytes()).collect();
    format!("{path}/login?return_to={return_to}")
}

/// Adds what is set in the browser.
pub(super) fn with_cookies(mut answer: Answer, set: &[String]) -> Answer {
    for value in set.iter().filter_map(|value| HeaderValue::try_from(value).ok()) {
        answer.headers_mut().append(SET_COOKIE, value);
    }
    answer
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
