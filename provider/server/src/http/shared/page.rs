//! Responses that are pages: HTML under a strict policy, and the error page.

use axum::response::{IntoResponse as _, Response};
use credenza_protocol::authorize::Fault;
use credenza_protocol::error::Refusal as _;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};

use super::failure::{ServerError, report};
use crate::context::Context;
use crate::failure::Failure;
use crate::pages::{ErrorPage, Frame, Lang, Page, SignedOut, csp, csp_with_frames, form_action_source};
use crate::realm::Realm;

/// Where the forms of a page may lead.
#[derive(Clone, Copy)]
pub(crate) enum Forms<'a> {
    /// To the provider alone.
    Here,
    /// To the provider, which then redirects to this URI. Browsers apply the policy to the whole chain of
    /// redirects after a form, and clients redirect further, so any https target is allowed, and the
    /// URI's own scheme or origin where that is something else.
    Onward(&'a str),
    /// Straight to this URI, submitted by the script of the page.
    Post(&'a str),
}

/// What stands around the content of a tenant's page.
pub(crate) fn frame(realm: &Realm, lang: Lang) -> Frame<'_> {
    Frame { lang, brand: &realm.tenant.settings.display_name, base: &realm.base }
}

/// A page, which must not be cached or framed.
pub(crate) fn html(status: StatusCode, page: &impl Page, forms: Forms<'_>) -> Response {
    let (target, script) = match forms {
        Forms::Here => (None, false),
        Forms::Onward(uri) => (Some(uri), false),
        Forms::Post(uri) => (Some(uri), true),
    };
    let source = target.and_then(form_action_source);
    let sources: Vec<&str> = target.map(|_| "https:").into_iter().chain(source.as_deref()).collect();
    under(&csp(&sources, script), status, page)
}

/// The page that says that the session is over. It loads `frames`, which notify clients, and then goes on to `onward`.
pub(crate) fn signed_out(
    context: &Context,
    lang: Lang,
    client_name: Option<&str>,
    frames: &[String],
    onward: Option<&str>,
) -> Response {
    let page = SignedOut { frame: frame(&context.realm, lang), client_name, frames, onward };
    let sources: Vec<String> = frames.iter().filter_map(|uri| form_action_source(uri)).collect();
    let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
    under(&csp_with_frames(&[], onward.is_some(), &sources), StatusCode::OK, &page)
}

/// A page under this policy.
fn under(policy: &str, status: StatusCode, page: &impl Page) -> Response {
    let Ok(policy) = HeaderValue::from_str(policy) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (CONTENT_SECURITY_POLICY, policy),
    ];
    (status, headers, page.html()).into_response()
}

/// The error page about a client's request that was refused.
pub(crate) fn refused(context: &Context, lang: Lang, status: StatusCode, fault: &Fault) -> Response {
    let (code, rule, reason) = (fault.code(), fault.rule(), fault.to_string());
    tracing::info!(support_code = support_code(context), code, rule, reason, "refused by page");
    let explanation = lang.texts().error.fault(fault);
    error(context, lang, status, explanation, Some(&reason), Some(rule))
}

/// The error page about anything else that ends a sign-in. `reason` is for the log, in English.
pub(crate) fn stopped(
    context: &Context,
    lang: Lang,
    status: StatusCode,
    explanation: &str,
    reason: &str,
) -> Response {
    tracing::info!(support_code = support_code(context), reason, "refused by page");
    error(context, lang, status, explanation, None, None)
}

/// The same with the reason on the page, for a developer who looks at it.
#[cfg(feature = "demo")]
pub(crate) fn stopped_in_detail(
    context: &Context,
    lang: Lang,
    status: StatusCode,
    explanation: &str,
    reason: &str,
) -> Response {
    tracing::info!(support_code = support_code(context), reason, "refused by page");
    error(context, lang, status, explanation, Some(reason), None)
}

/// The error page about a failure of our own.
pub(crate) fn failed(context: &Context, lang: Lang, failure: &Failure) -> Response {
    let server_error = report(&context.state, failure);
    let texts = &lang.texts().error;
    let explanation = match server_error {
        ServerError::Unavailable | ServerError::Full => texts.unavailable,
        ServerError::Internal => texts.internal,
    };
    let page = error(context, lang, server_error.status(), explanation, None, None);
    server_error.with_retry_after(page)
}

fn error(
    context: &Context,
    lang: Lang,
    status: StatusCode,
    explanation: &str,
    detail: Option<&str>,
    rule: Option<&str>,
) -> Response {
    let (frame, support_code) = (frame(&context.realm, lang), support_code(context));
    let page = ErrorPage { frame, explanation, detail, rule, support_code: &support_code };
    html(status, &page, Forms::Here)
}

/// The id of the request, which every line of the log about it carries.
fn support_code(context: &Context) -> String {
    context.request_id.map(|id| id.to_string()).unwrap_or_default()
}

/// The fallback of the router: no path matched.
pub(crate) async fn not_found() -> Response {
    absent()
}

/// A path that leads to nothing, such as the logo of an unknown client.
pub(crate) fn absent() -> Response {
    let headers = [(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "no-store")];
    (StatusCode::NOT_FOUND, headers, "Not found\n").into_response()
}
