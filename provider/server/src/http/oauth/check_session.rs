//! `/check_session` (OpenID Connect Session Management 3.2): the only page that other sites may frame.

use axum::response::{IntoResponse as _, Response};
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};

use crate::http::shared::browser::state_cookie;
use crate::http::shared::context::Tenancy;
use crate::http::shared::layers::Frameable;
use crate::pages::{CheckSession, FRAMEABLE_CSP, Page as _};

/// The iframe. It is the same for everybody: its script reads in the browser what it needs to know of a sign-in.
pub(crate) async fn show(Tenancy(context): Tenancy) -> Response {
    let page = CheckSession { base: &context.realm.base, cookie: &state_cookie(&context) };
    let headers = [(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_SECURITY_POLICY, FRAMEABLE_CSP)];
    let mut response = (headers, page.html()).into_response();
    response.extensions_mut().insert(Frameable);
    response
}
