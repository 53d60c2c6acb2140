//! Pages: HTML under a strict policy, and the page that says what was not accepted.

use axum::response::{IntoResponse as _, Response};
use credenza_protocol::error::Refusal;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};

use crate::flow::Failure;
use crate::pages::{ErrorPage, Frame, Lang, Page, SignedOut, csp, csp_with_frames, form_action_source};
use crate::realm::{Context, Realm};

/// Where the forms of a page may lead.
#[derive(Clone, Copy)]
pub(super) enum Forms<'a> {
    /// To the provider alone.
    Here,
    /// To the provider, which sends the browser on to this URI. Browsers hold the whole chain of
    /// redirects after a form to the policy, and clients redirect further: so any https, and where
    /// the URI is something else, that.
    Onward(&'a str),
    /// Straight to this URI, by itself, with the help of the one script.
    Post(&'a str),
}

/// The frame of a tenant's page.
pub(super) fn frame(realm: &Realm, lang: Lang) -> Frame<'_> {
    Frame { lang, brand: &realm.tenant.settings.display_name, base: &realm.base }
}

/// A page, which nobody may keep or frame.
pub(super) fn html(status: StatusCode, page: &impl Page, forms: Forms<'_>) -> Response {
    let (target, script) = match forms {
        Forms::Here => (None, false),
        Forms::Onward(uri) => (Some(uri), false),
        Forms::Post(uri) => (Some(uri), true),
    };
    let source = target.and_then(form_action_source);
    let sources: Vec<&str> = target.map(|_| "https:").into_iter().chain(source.as_deref()).collect();
    under(&csp(&sources, script), status, page)
}

/// The page that says that the session is over. The clients of `frames` are told by it, and then the person goes on.
pub(super) fn signed_out(
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

/// A page under that policy.
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

/// Tells the person that a request was not accepted, with a code by which the log is found.
pub(super) fn refused(context: &Context, lang: Lang, status: StatusCode, refusal: &impl Refusal) -> Response {
    let support_code = support_code(context);
    let (code, rule) = (refusal.code(), refusal.rule());
    tracing::info!(%support_code, code, rule, reason = %refusal, "refused by page");
    let page = ErrorPage {
        frame: frame(&context.realm, lang),
        title: None,
        explanation: &refusal.to_string(),
        support_code: &support_code,
        rule: Some(rule),
    };
    html(status, &page, Forms::Here)
}

/// Tells the person in plain words why they cannot go on.
pub(super) fn sorry(context: &Context, lang: Lang, status: StatusCode, explanation: &str) -> Response {
    let support_code = support_code(context);
    tracing::info!(%support_code, explanation, "refused by page");
    let page = ErrorPage {
        frame: frame(&context.realm, lang),
        title: None,
        explanation,
        support_code: &support_code,
        rule: None,
    };
    html(status, &page, Forms::Here)
}

/// Tells the person that something of ours failed.
pub(super) fn failed(context: &Context, lang: Lang, failure: &Failure) -> Response {
    tracing::error!(%failure, "failed");
    if matches!(failure, Failure::Store(_)) {
        context.state.metrics.store_errors.increment(1);
    }
    sorry(context, lang, StatusCode::SERVICE_UNAVAILABLE, lang.unavailable())
}

/// The id of the request: it stands in each line of the log about it.
fn support_code(context: &Context) -> String {
    context.request_id.map(|id| id.to_string()).unwrap_or_default()
}

/// There is no such path.
pub(super) async fn not_found() -> Response {
    absent()
}

/// There is no such thing.
pub(super) fn absent() -> Response {
    let headers = [(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "no-store")];
    (StatusCode::NOT_FOUND, headers, "Not found\n").into_response()
}
