//! `/logout` (OpenID Connect RP-Initiated Logout 2): by GET and by POST.

use axum::extract::RawQuery;
use axum::response::Response;
use credenza_protocol::authorize::Fault;
use credenza_protocol::error::Refusal as _;
use credenza_protocol::logout::{LogoutRequest, Refused};
use credenza_protocol::params::Params;
use http::StatusCode;
use url::form_urlencoded;

use crate::context::Context;
use crate::failure::Failure;
use crate::flow::logout::{self, Prepared};
use crate::http::shared::browser::{BrowserHeaders, clear_session};
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::page::{self, Forms};
use crate::http::shared::{csrf, lost, refresh_cookie, reply};
use crate::pages::{Frame, LogoutConfirm, LogoutRefusal, SignedOut};

/// The kind of form that the CSRF token is bound to.
const FORM: &str = "logout";
/// The parameters of section 2.
const PARAMETERS: [&str; 5] =
    ["id_token_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales"];

/// By GET.
pub(crate) async fn get(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    RawQuery(query): RawQuery,
) -> Response {
    let params = Params::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    requested(&context, &headers, &params, false).await
}

/// By POST. A form of another site arrives without the session's cookie (`SameSite=Lax`), which the browser sends
/// after one redirect. Only then is it known whose session would end, and whether to ask.
pub(crate) async fn post(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(params): Form) -> Response {
    match headers.browser(&context).session {
        Some(_) => requested(&context, &headers, &params, false).await,
        None => by_get(&context, &params),
    }
}

/// The address of what the form was answered with, opened once more: the question, if there is still one.
pub(crate) async fn again(Tenancy(context): Tenancy) -> Response {
    by_get(&context, &Params::default())
}

/// The form of the page that asks.
pub(crate) async fn confirm(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    Form(params): Form,
) -> Response {
    let Some(handle) = headers.browser(&context).session else {
        return by_get(&context, &params);
    };
    if !csrf::is_right(&context, FORM, "", &handle, params.get("csrf")) {
        return lost::forged(&context, headers.lang(None), "/logout");
    }
    if params.get("decision") == Some("cancel") {
        return reply::see_other(&format!("{}/account", context.realm.base));
    }
    requested(&context, &headers, &params, true).await
}

/// The same request by GET.
fn by_get(context: &Context, params: &Params) -> Response {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(params.pairs().filter(|(name, _)| PARAMETERS.contains(name)));
    reply::see_other(&format!("{}/logout?{}", context.realm.base, query.finish()))
}

async fn requested(
    context: &Context,
    headers: &BrowserHeaders,
    params: &Params,
    confirmed: bool,
) -> Response {
    let lang = headers.lang(params.get("ui_locales"));
    let Some(request) = LogoutRequest::read(params) else {
        return page::refused(context, lang, StatusCode::BAD_REQUEST, &Fault::SomethingRepeated);
    };
    let handle = headers.browser(context).session;
    let prepared = match logout::prepare(context, &request, handle.as_ref(), confirmed).await {
        Ok(prepared) => prepared,
        Err(error) => return page::failed(context, lang, &Failure::from(error)),
    };
    let Prepared { plan, client, session } = prepared;
    let refused = plan.refused.map(|refused| report(context, refused));
    let refused = refused.as_ref().map(|refused| refused.shown(session.is_some()));
    let client_name = client.as_ref().map(|record| record.client.client_name.as_str());
    if let (true, false, Some(session), Some(handle)) = (plan.ask, confirmed, &session, &handle) {
        let page = LogoutConfirm {
            frame: page::frame(context, lang),
            client_name,
            username: Some(&session.user.username),
            action: &format!("{}/logout/confirm", context.realm.base),
            csrf: &csrf::token(context, FORM, "", handle),
            hidden: repeated(params),
            refused,
        };
        let onward = plan.redirect.as_deref();
        return page::html(StatusCode::OK, &page, onward.map_or(Forms::Here, Forms::Onward));
    }
    let ended = match &session {
        Some(session) => logout::end(context, session).await,
        None => Ok(vec![]),
    };
    let frames = match ended {
        Ok(frames) => frames,
        Err(error) => return page::failed(context, lang, &Failure::from(error)),
    };
    let mut response = match plan.redirect.as_deref() {
        Some(location) if frames.is_empty() => reply::see_other(location),
        onward => {
            // Its address is not opened once more, in another language, while clients are being told.
            let frame = page::frame(context, lang);
            let frame = Frame { here: frame.here.filter(|_| frames.is_empty()), ..frame };
            let frames = &frames;
            page::signed_out(&SignedOut { client_name, frames, onward, refused, ..SignedOut::of(frame) })
        }
    };
    // Where no cookie came, none is cleared: the browser may have one that it did not send.
    if handle.is_some() {
        clear_session(context, response.headers_mut());
        refresh_cookie::clear_all(context, headers, response.headers_mut());
    }
    response
}

/// What of the request is not followed, with its texts for the page.
struct Reported {
    what: Refused,
    detail: String,
    support_code: String,
}

/// Logs what of the request is not followed.
fn report(context: &Context, what: Refused) -> Reported {
    let (detail, support_code) = (what.to_string(), page::support_code(context));
    tracing::info!(support_code, rule = what.rule(), reason = detail, "logout request not followed");
    Reported { what, detail, support_code }
}

impl Reported {
    fn shown(&self, has_ended: bool) -> LogoutRefusal<'_> {
        let Self { what, detail, support_code } = self;
        LogoutRefusal { what: *what, detail, rule: what.rule(), has_ended, support_code }
    }
}

/// The parameters of the request, as hidden fields of the form that asks.
fn repeated(params: &Params) -> Vec<(&'static str, &str)> {
    PARAMETERS.into_iter().filter_map(|name| params.get(name).map(|value| (name, value))).collect()
}
