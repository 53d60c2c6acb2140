//! `/login/mail` and `/login/link`: a sign-in by what is mailed.

use axum::extract::RawQuery;
use axum::response::Response;
use credenza_protocol::params::Params;
use credenza_storage::SignInLink as Standing;
use http::StatusCode;

use super::login;
use crate::context::Context;
use crate::flow::interaction::{Pending, Purpose};
use crate::flow::sign_in::link::{self, ByLink, Opened};
use crate::flow::sign_in::mailed::{self as flow, ByCode};
use crate::flow::sign_in_steps::{LINK_PAGE, MAIL_PAGE, PASSWORD};
use crate::http::shared::browser::{BrowserHeaders, set_binding};
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::mailed::{Code, coding, token};
use crate::http::shared::page::{self, Forms};
use crate::http::shared::{csrf, lost, step, way_on};
use crate::pages::{CodeError, CodeOf, Destination, Lang, SignInElsewhere, SignInLink, WayOn};
use crate::telemetry::LoginOutcome;

/// The page that asks for the code of the mail.
pub(crate) async fn code(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    RawQuery(query): RawQuery,
) -> Response {
    let params = Params::parse(query.clone().unwrap_or_default().as_bytes()).unwrap_or_default();
    let (pending, lang) = match step::shown(&context, &headers, query).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let sealed = params.get("ticket").unwrap_or_default();
    match flow::opened(&context, &pending, sealed) {
        Some(ticket) => typing(&context, lang, &pending, (sealed, &ticket.typed), None),
        None => lost::forged(&context, lang, &own(&pending)),
    }
}

/// Its form. The right code signs in.
pub(crate) async fn coded(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    let (pending, lang) = match step::submitted(&context, &headers, MAIL_PAGE, &form).await {
        Ok(submitted) => submitted,
        Err(response) => return response,
    };
    let sealed = form.get("ticket").unwrap_or_default();
    let Some(ticket) = flow::opened(&context, &pending, sealed) else {
        return lost::forged(&context, lang, &own(&pending));
    };
    let (browser, typed) = (headers.browser(&context), form.get("code").unwrap_or_default());
    let entered = flow::by_code(&context, pending, (&ticket, typed), (&browser, headers.user_agent())).await;
    let metrics = &context.state.metrics;
    let (pending, error) = match entered {
        Ok(ByCode::Taken(taken)) => {
            return login::signed_in(&context, lang, taken);
        }
        Ok(ByCode::Wrong(pending)) => {
            metrics.login(LoginOutcome::Failed);
            (pending, CodeError::Wrong)
        }
        Ok(ByCode::TooMany(pending)) => {
            metrics.login(LoginOutcome::Throttled);
            (pending, CodeError::TooMany)
        }
        Err(halt) => return lost::halted(&context, lang, halt),
    };
    typing(&context, lang, &pending, (sealed, &ticket.typed), Some(error))
}

/// The page of the link. To open it spends nothing: programs that scan mail open links too.
pub(crate) async fn open(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    RawQuery(query): RawQuery,
) -> Response {
    let (lang, browser) = (headers.lang(None), headers.browser(&context));
    let token = token(query);
    match link::open(&context, &token, &browser).await {
        Ok(Opened::Here(link, pending)) => {
            let lang = headers.lang(pending.purpose.ui_locales());
            asking(&context, lang, &pending, (&link, &token)).await
        }
        Ok(Opened::Given(link, pending)) => {
            let mut response = asking(&context, lang, &pending, (&link, &token)).await;
            set_binding(&context, response.headers_mut(), &pending.binding);
            response
        }
        Ok(Opened::Elsewhere(link, origin, code)) => {
            let page = SignInElsewhere {
                frame: page::frame(&context, lang),
                username: &link.user.username,
                device: &origin.device,
                asked_at: origin.asked_at,
                code: &code,
            };
            page::html(StatusCode::OK, &page, Forms::Here)
        }
        Ok(Opened::Dead) => dead(&context, lang, None),
        Err(halt) => lost::halted(&context, lang, halt),
    }
}

/// Its form.
pub(crate) async fn opened(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    let (pending, lang) = match step::submitted(&context, &headers, LINK_PAGE, &form).await {
        Ok(submitted) => submitted,
        Err(response) => return response,
    };
    let (browser, token) = (headers.browser(&context), form.get("token").unwrap_or_default());
    let way_back = way_back(&context, &pending);
    match link::sign_in(&context, pending, token, (&browser, headers.user_agent())).await {
        Ok(ByLink::Taken(taken)) => login::signed_in(&context, lang, taken),
        Ok(ByLink::Again(pending)) => step::outcome(&context, lang, pending.step("consent")),
        Ok(ByLink::Dead) => dead(&context, lang, Some(way_back)),
        Err(halt) => lost::halted(&context, lang, halt),
    }
}

async fn asking(
    context: &Context,
    lang: Lang,
    pending: &Pending,
    (link, token): (&Standing, &str),
) -> Response {
    let handle = pending.handle.reveal();
    let client = match &pending.purpose {
        Purpose::Authorize(authorization) => Some(authorization.client.clone()),
        Purpose::Account(visit) => match &visit.client_id {
            None => None,
            Some(client_id) => match context.client(client_id).await {
                Ok(found) => found,
                Err(error) => return page::failed(context, lang, &error.into()),
            },
        },
    };
    let onward = match &pending.purpose {
        Purpose::Authorize(authorization) => Some(authorization.request.to.redirect_uri.clone()),
        Purpose::Account(_) => {
            client.as_ref().map(|record| way_on::to_client(context, Some(&record.client)).uri)
        }
    };
    let brand = context.realm.tenant.settings.display_name.as_str();
    let page = SignInLink {
        frame: page::frame(context, lang),
        name: client.as_ref().map_or(brand, |record| record.client.client_name.as_str()),
        username: &link.user.username,
        is_given: link.request.is_none(),
        action: &format!("{}/{LINK_PAGE}", context.realm.base),
        request: handle,
        csrf: &csrf::token(context, LINK_PAGE, handle, &pending.binding),
        token,
    };
    page::html(StatusCode::OK, &page, onward.as_deref().map_or(Forms::Here, Forms::Onward))
}

fn typing(
    context: &Context,
    lang: Lang,
    pending: &Pending,
    (ticket, typed): (&str, &str),
    error: Option<CodeError>,
) -> Response {
    let code = Code {
        of: CodeOf::SignIn,
        path: MAIL_PAGE,
        ticket,
        typed,
        error,
        again: &format!("{}{}", context.realm.base, own(pending)),
        way_back: &way_back(context, pending),
    };
    // The right code may lead on to the application.
    let forms = match &pending.purpose {
        Purpose::Authorize(authorization) => Forms::Onward(&authorization.request.to.redirect_uri),
        Purpose::Account(_) => Forms::Here,
    };
    coding(context, lang, pending, (code, forms))
}

/// The link was used, has expired, or never was one.
fn dead(context: &Context, lang: Lang, way_back: Option<String>) -> Response {
    let said = (lang.texts().sign_in_by_mail.link_is_dead, "the link to sign in by is not good");
    let uri = way_back.unwrap_or_else(|| format!("{}/account/login", context.realm.base));
    page::ended(context, lang, StatusCode::BAD_REQUEST, said, WayOn { uri, to: Destination::SignIn })
}

/// The page on which this person asks, by its path under the issuer.
fn own(pending: &Pending) -> String {
    format!("/{}?request={}", PASSWORD.page, pending.handle.reveal())
}

fn way_back(context: &Context, pending: &Pending) -> String {
    format!("{}{}", context.realm.base, own(pending))
}
