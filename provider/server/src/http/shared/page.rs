//! Responses that are pages: HTML under a strict policy, and the error page.

use axum::response::{IntoResponse as _, Response};
use credenza_protocol::authorize::Fault;
use credenza_protocol::client::Client;
use credenza_protocol::error::Refusal as _;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use url::Url;

use super::failure::{ServerError, report};
use super::way_on;
use crate::context::Context;
use crate::failure::Failure;
use crate::pages::{
    Destination, ErrorPage, Finished, Frame, Lang, Look, Page, Scripts, SignedOut, WayOn, csp,
    csp_with_frames, form_action_source,
};
use crate::state::State;
use crate::telemetry::RequestId;

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
pub(crate) fn frame(context: &Context, lang: Lang) -> Frame<'_> {
    let (realm, here) = (&context.realm, context.here.as_deref());
    let settings = &realm.tenant.settings;
    let look = Look { tenant: Some(&settings.brand), client: None };
    Frame { lang, brand: &settings.display_name, base: &realm.base, look, here }
}

/// The same for a page of a sign-in to this client, which may have a brand of its own.
pub(crate) fn frame_of<'a>(context: &'a Context, lang: Lang, client: &'a Client) -> Frame<'a> {
    let frame = frame(context, lang);
    let client = client.brand.as_ref().map(|brand| (client.client_id.as_str(), brand));
    Frame { look: Look { client, ..frame.look }, ..frame }
}

/// A page, which must not be cached or framed.
pub(crate) fn html(status: StatusCode, page: &impl Page, forms: Forms<'_>) -> Response {
    html_of_sign_in(status, page, forms, matches!(forms, Forms::Post(_)).into())
}

/// The same with these scripts on a page of a sign-in.
pub(crate) fn html_of_sign_in(
    status: StatusCode,
    page: &impl Page,
    forms: Forms<'_>,
    scripts: Scripts,
) -> Response {
    let target = match forms {
        Forms::Here => None,
        Forms::Onward(uri) | Forms::Post(uri) => Some(uri),
    };
    let source = target.and_then(form_action_source);
    let sources: Vec<&str> = target.map(|_| "https:").into_iter().chain(source.as_deref()).collect();
    under(&csp(&sources, scripts), status, page)
}

/// The same with a script of the provider's own, without which the page works too.
pub(crate) fn html_with_script(status: StatusCode, page: &impl Page) -> Response {
    under(&csp(&[], true), status, page)
}

/// The page that says that the session is over. It loads its frames, which notify clients, and then goes on by itself.
pub(crate) fn signed_out(page: &SignedOut<'_>) -> Response {
    let sources: Vec<String> = page.frames.iter().filter_map(|uri| form_action_source(uri)).collect();
    let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
    under(&csp_with_frames(&[], page.onward.is_some(), &sources), StatusCode::OK, page)
}

/// A page under this policy.
pub(crate) fn under(policy: &str, status: StatusCode, page: &impl Page) -> Response {
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

/// The error page about anything else that ends a sign-in: why, in the person's language and in English for the log, and
/// where they go on.
pub(crate) fn ended(
    context: &Context,
    lang: Lang,
    status: StatusCode,
    (explanation, reason): (&str, &str),
    way_on: WayOn<'_>,
) -> Response {
    tracing::info!(support_code = support_code(context), reason, "refused by page");
    let (frame, support_code) = (frame(context, lang), support_code(context));
    let page =
        ErrorPage { frame, explanation, detail: None, rule: None, support_code: &support_code, way_on };
    html(status, &page, Forms::Here)
}

/// The page about a form that comes a second time (RFC 9110 15.5.10).
pub(crate) fn finished(context: &Context, lang: Lang, way_on: WayOn<'_>) -> Response {
    let support_code = support_code(context);
    tracing::info!(support_code, reason = "finished already", "refused by page");
    let page = Finished { frame: frame(context, lang), way_on, support_code: &support_code };
    html(StatusCode::CONFLICT, &page, Forms::Here)
}

/// The error page with the reason on it, for a developer who looks at it.
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
    let page = error(context, lang, server_error.status(), explanation(lang, server_error), None, None);
    server_error.with_retry_after(page)
}

/// The same where the tenant is not known: under the name of the host, and with a link to try again.
pub(crate) fn failed_without_tenant(
    state: &State,
    id: Option<RequestId>,
    lang: Lang,
    failure: &Failure,
    again: String,
) -> Response {
    let server_error = report(state, failure);
    let host = Url::parse(&state.issuer).ok().and_then(|issuer| issuer.host_str().map(str::to_owned));
    let page = ErrorPage {
        frame: Frame {
            lang,
            brand: host.as_deref().unwrap_or_default(),
            base: state.path(),
            ..Frame::default()
        },
        explanation: explanation(lang, server_error),
        detail: None,
        rule: None,
        support_code: &id.map(|id| id.to_string()).unwrap_or_default(),
        way_on: WayOn { uri: again, to: Destination::PageAgain },
    };
    server_error.with_retry_after(html(server_error.status(), &page, Forms::Here))
}

fn explanation(lang: Lang, server_error: ServerError) -> &'static str {
    let texts = &lang.texts().error;
    match server_error {
        ServerError::Unavailable | ServerError::Full => texts.unavailable,
        ServerError::Internal => texts.internal,
        ServerError::Nul => texts.unreadable,
    }
}

fn error(
    context: &Context,
    lang: Lang,
    status: StatusCode,
    explanation: &str,
    detail: Option<&str>,
    rule: Option<&str>,
) -> Response {
    let (frame, support_code) = (frame(context, lang), support_code(context));
    let way_on = way_on::home(context);
    let page = ErrorPage { frame, explanation, detail, rule, support_code: &support_code, way_on };
    html(status, &page, Forms::Here)
}

/// The id of the request, which every line of the log about it carries.
pub(crate) fn support_code(context: &Context) -> String {
    context.request_id.map(|id| id.to_string()).unwrap_or_default()
}

/// A path that leads to nothing, such as the logo of an unknown client.
pub(crate) fn absent() -> Response {
    let headers = [(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "no-store")];
    (StatusCode::NOT_FOUND, headers, "Not found\n").into_response()
}
