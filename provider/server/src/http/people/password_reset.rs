//! `/forgot-password` and `/reset-password`: a new password for somebody who has forgotten theirs.

use axum::extract::RawQuery;
use axum::response::Response;
use credenza_protocol::params::Params;
use credenza_storage::EmailChallenge;
use http::StatusCode;

use super::not_found;
use crate::accounts::new_password::Unfit;
use crate::context::Context;
use crate::flow::interaction::{Pending, Purpose};
use crate::flow::mailed::Asked;
use crate::flow::password_reset::{self as flow, PAGE, Reset};
use crate::http::shared::browser::BrowserHeaders;
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::mailed::{self, Again};
use crate::http::shared::page::{self, Forms};
use crate::http::shared::{csrf, reply, robot_check, step, way_on};
use crate::pages::{
    Destination, ForgotError, ForgotPassword, Lang, MailSent, PasswordChanged, ResetPassword, WayOn,
};

/// The page on which somebody asks. Without an interaction it begins one, so that its form is bound to the browser.
pub(crate) async fn ask(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    RawQuery(query): RawQuery,
) -> Response {
    let lang = headers.lang(None);
    if context.state.mail.is_none() {
        return not_found::page(&context, lang);
    }
    let params = Params::parse(query.clone().unwrap_or_default().as_bytes()).unwrap_or_default();
    if params.get("request").is_none() {
        return match flow::begin(&context, &headers.browser(&context)).await {
            Ok(outcome) => step::outcome(&context, lang, outcome),
            Err(failure) => page::failed(&context, lang, &failure),
        };
    }
    let (pending, lang) = match step::shown(&context, &headers, query).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    if params.get("sent").is_some() {
        let sent = MailSent {
            frame: step::frame(&context, lang, &pending.purpose),
            way_back: &way_back(&context, &pending),
            again: &own(&context, &pending),
        };
        return page::html(StatusCode::OK, &sent, Forms::Here);
    }
    let hint = match &pending.purpose {
        Purpose::Authorize(authorization) => authorization.request.login_hint.as_deref(),
        Purpose::Account(_) => None,
    };
    asking(&context, lang, &pending, (hint.unwrap_or_default(), "", None))
}

/// Its form.
pub(crate) async fn asked(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    if context.state.mail.is_none() {
        return not_found::page(&context, headers.lang(None));
    }
    let (pending, lang) = match step::submitted(&context, &headers, PAGE, &form).await {
        Ok(submitted) => submitted,
        Err(response) => return response,
    };
    let (browser, typed) = (headers.browser(&context), form.get("username").unwrap_or_default().trim());
    match robot_check::passed(&context, &pending, (PAGE, &form), &browser).await {
        Ok(Ok(())) => {}
        Ok(Err(ticket)) => {
            return asking(&context, lang, &pending, (typed, ticket, Some(ForgotError::Robot)));
        }
        Err(failure) => return page::failed(&context, lang, &failure),
    }
    match flow::ask(&context, &pending, typed, (&browser, lang)).await {
        Ok(Asked::Taken(())) => reply::see_other(&format!("{}&sent=1", own(&context, &pending))),
        Ok(Asked::TooMany(wait)) => {
            let seconds = u64::try_from(wait.0).unwrap_or_default().max(1);
            asking(&context, lang, &pending, (typed, "", Some(ForgotError::Throttled(seconds))))
        }
        Err(failure) => page::failed(&context, lang, &failure),
    }
}

/// The page of the link. To open it spends nothing: scanners of mail open links too.
pub(crate) async fn choose(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    RawQuery(query): RawQuery,
) -> Response {
    let lang = headers.lang(None);
    let token = &*mailed::token(query);
    match flow::look(&context, token).await {
        Ok(Some(challenge)) => choosing(&context, lang, token, (&challenge, None)),
        Ok(None) => dead(&context, lang),
        Err(failure) => page::failed(&context, lang, &failure),
    }
}

/// Its form. Who has the token may use it, in whichever browser; nobody else can make this form.
pub(crate) async fn chosen(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    let lang = headers.lang(None);
    let token = form.get("token").filter(|_| form.repeated().is_none()).unwrap_or_default();
    let password = form.get("password").unwrap_or_default().to_owned();
    match flow::reset(&context, token, password, lang).await {
        Ok(Reset::Done(request)) => changed(&context, lang, &headers, request).await,
        Ok(Reset::Unfit(challenge, error)) => choosing(&context, lang, token, (&challenge, Some(error))),
        Ok(Reset::Dead) => dead(&context, lang),
        Err(failure) => page::failed(&context, lang, &failure),
    }
}

fn asking(
    context: &Context,
    lang: Lang,
    pending: &Pending,
    (username, ticket, error): (&str, &str, Option<ForgotError>),
) -> Response {
    let asked = match robot_check::asked(context, pending, PAGE, ticket) {
        Ok(asked) => asked,
        Err(failure) => return page::failed(context, lang, &failure),
    };
    let robot_check = robot_check::part(asked.as_ref());
    let handle = pending.handle.reveal();
    let page = ForgotPassword {
        frame: step::frame(context, lang, &pending.purpose),
        action: &format!("{}/{PAGE}", context.realm.base),
        request: handle,
        csrf: &csrf::token(context, PAGE, handle, &pending.binding),
        username,
        robot_check,
        error,
        way_back: &way_back(context, pending),
    };
    let again = match error {
        None => Again::Not,
        Some(ForgotError::Robot) => Again::Wrong,
        Some(ForgotError::Throttled(seconds)) => Again::TooMany(seconds),
    };
    mailed::asking(&page, again, robot_check::scripts(robot_check, false))
}

fn choosing(
    context: &Context,
    lang: Lang,
    token: &str,
    (challenge, error): (&EmailChallenge, Option<Unfit>),
) -> Response {
    let page = ResetPassword {
        frame: page::frame(context, lang),
        action: &format!("{}/reset-password", context.realm.base),
        token,
        username: &challenge.user.username,
        least: context.realm.tenant.settings.password_least_length.into(),
        error,
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page::html(status, &page, Forms::Here)
}

/// The link was used, has expired, was replaced by a newer one, or never was one.
fn dead(context: &Context, lang: Lang) -> Response {
    let said = (lang.texts().password_reset.link_is_dead, "the link to a new password is not good");
    let way_on = match context.state.mail {
        Some(_) => WayOn { uri: format!("{}/{PAGE}", context.realm.base), to: Destination::ForgotPassword },
        None => way_on::home(context),
    };
    page::ended(context, lang, StatusCode::BAD_REQUEST, said, way_on)
}

/// On to the sign-in: the one that the person was in, if this is the browser that they were in.
async fn changed(
    context: &Context,
    lang: Lang,
    headers: &BrowserHeaders,
    request: Option<String>,
) -> Response {
    let binding = headers.browser(context).binding;
    let pending = Pending::find(context, request.as_deref().unwrap_or_default(), binding.as_ref()).await;
    let uri = match pending {
        Ok(pending) => way_back(context, &pending),
        Err(_) => format!("{}/account/login", context.realm.base),
    };
    let way_on = WayOn { uri, to: Destination::SignIn };
    let page = PasswordChanged { frame: page::frame(context, lang), way_on };
    page::html(StatusCode::OK, &page, Forms::Here)
}

fn own(context: &Context, pending: &Pending) -> String {
    format!("{}/{PAGE}?request={}", context.realm.base, pending.handle.reveal())
}

fn way_back(context: &Context, pending: &Pending) -> String {
    format!("{}/login?request={}", context.realm.base, pending.handle.reveal())
}
