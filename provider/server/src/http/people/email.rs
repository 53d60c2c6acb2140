//! `/account/email` and `/account/email/code`: a person changes their address of mail.

use axum::extract::RawQuery;
use axum::response::Response;
use credenza_protocol::params::Params;
use credenza_protocol::secret::Secret;
use credenza_storage::SessionRecord;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};

use super::account::{self, is_said, recently_signed_in, signed_in};
use super::email_links::{self, PAGE};
use super::not_found;
use crate::context::Context;
use crate::flow::account_page::AccountPage;
use crate::flow::mailed::Asked;
use crate::flow::mailed::code::Typed;
use crate::flow::mailed::ticket::Ticket;
use crate::flow::sign_up::Unusable;
use crate::http::shared::browser::BrowserHeaders;
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::page::{self, Forms};
use crate::http::shared::{csrf, lost, reply};
use crate::pages::{AccountPlace, CodeError, Email, EmailCode, EmailError, Lang};
use crate::people::email::{self as flow, Unwanted};

/// The path of the page that asks for the code, and the kind of its form.
const CODE: &str = "account/email/code";

/// The page.
pub(crate) async fn show(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    RawQuery(query): RawQuery,
) -> Response {
    let lang = headers.lang(None);
    if !flow::is_open(&context) {
        return not_found::page(&context, lang);
    }
    match recently_signed_in(&context, &headers, AccountPage::Email).await {
        Ok((handle, own)) => {
            let is_changed = is_said(&context, PAGE, email_links::CHANGED, query, &handle);
            shown(&context, lang, (&handle, &own), ("", None, is_changed)).await
        }
        Err(response) => response,
    }
}

/// Its forms: another address is asked for, or no longer wanted.
pub(crate) async fn submit(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    let lang = headers.lang(None);
    if !flow::is_open(&context) {
        return not_found::page(&context, lang);
    }
    let (handle, own) = match recently_signed_in(&context, &headers, AccountPage::Email).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let is_own = csrf::is_right(&context, PAGE, "", &handle, form.get("csrf"));
    if form.repeated().is_some() || !is_own {
        return lost::forged(&context, lang, &format!("/{PAGE}"));
    }
    if form.get("cancel").is_some() {
        return match flow::cancel(&context, &own.user).await {
            Ok(_) => reply::see_other(&format!("{}/{PAGE}", context.realm.base)),
            Err(failure) => page::failed(&context, lang, &failure),
        };
    }
    let (browser, typed) = (headers.browser(&context), form.get("email").unwrap_or_default().trim());
    let error = match flow::ask(&context, &own.user, typed, (&browser, lang)).await {
        Ok(Ok(Asked::Taken(ticket))) => {
            let base = &context.realm.base;
            return reply::see_other(&format!("{base}/{CODE}?ticket={}", ticket.reveal()));
        }
        Ok(Ok(Asked::TooMany(wait))) => {
            EmailError::Throttled(u64::try_from(wait.0).unwrap_or_default().max(1))
        }
        Ok(Err(Unwanted::Own)) => EmailError::Own,
        Ok(Err(Unwanted::Unusable(Unusable::NotAnAddress))) => EmailError::NotAnAddress,
        Ok(Err(Unwanted::Unusable(Unusable::NotAdmitted(why)))) => {
            tracing::info!(reason = %why, "an address is not admitted");
            EmailError::NotAdmitted
        }
        Err(failure) => return page::failed(&context, lang, &failure),
    };
    shown(&context, lang, (&handle, &own), (typed, Some(error), false)).await
}

/// The page that asks for the code of the mail.
pub(crate) async fn code(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    RawQuery(query): RawQuery,
) -> Response {
    let lang = headers.lang(None);
    let (handle, own) = match signed_in(&context, &headers).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let params = Params::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let sealed = params.get("ticket").unwrap_or_default();
    match flow::opened(&context, &own.user, sealed) {
        Some(ticket) => coding(&context, lang, &handle, (sealed, &ticket), None),
        None => lost::forged(&context, lang, &format!("/{PAGE}")),
    }
}

/// Its form. The right code does what the link does.
pub(crate) async fn coded(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    let lang = headers.lang(None);
    let (handle, own) = match signed_in(&context, &headers).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let sealed = form.get("ticket").unwrap_or_default();
    let is_own = csrf::is_right(&context, CODE, "", &handle, form.get("csrf"));
    let ticket = flow::opened(&context, &own.user, sealed).filter(|_| is_own && form.repeated().is_none());
    let Some(ticket) = ticket else { return lost::forged(&context, lang, &format!("/{PAGE}")) };
    let error = match flow::enter(&context, &own.user, &ticket, form.get("code").unwrap_or_default()).await {
        Ok(Typed::Right(secret)) => {
            return match flow::confirm(&context, &own.user, secret.reveal(), lang).await {
                Ok(confirmed) => email_links::confirmed(&context, lang, &handle, confirmed),
                Err(failure) => page::failed(&context, lang, &failure),
            };
        }
        Ok(Typed::Wrong) => CodeError::Wrong,
        Ok(Typed::TooMany(_)) => CodeError::TooMany,
        Err(failure) => return page::failed(&context, lang, &failure),
    };
    coding(&context, lang, &handle, (sealed, &ticket), Some(error))
}

async fn shown(
    context: &Context,
    lang: Lang,
    (handle, own): (&Secret, &SessionRecord),
    (typed, error, is_changed): (&str, Option<EmailError>, bool),
) -> Response {
    let pending = match flow::pending(context, &own.user).await {
        Ok(pending) => pending.map(|pending| pending.address),
        Err(failure) => return page::failed(context, lang, &failure),
    };
    let claims = &own.user.claims;
    let page = Email {
        frame: page::frame(context, lang),
        nav: account::nav(context, lang, Some(AccountPlace::Email)),
        action: &format!("{}/{PAGE}", context.realm.base),
        csrf: &csrf::token(context, PAGE, "", handle),
        address: claims.email.as_deref().map(|email| (email, claims.email_verified == Some(true))),
        pending: pending.as_deref(),
        typed,
        error,
        is_changed,
    };
    match error {
        None => page::html(StatusCode::OK, &page, Forms::Here),
        Some(EmailError::Throttled(seconds)) => {
            let mut response = page::html(StatusCode::TOO_MANY_REQUESTS, &page, Forms::Here);
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds)); // RFC 6585 4
            response
        }
        Some(_) => page::html(StatusCode::UNPROCESSABLE_ENTITY, &page, Forms::Here),
    }
}

fn coding(
    context: &Context,
    lang: Lang,
    handle: &Secret,
    (sealed, ticket): (&str, &Ticket),
    error: Option<CodeError>,
) -> Response {
    let page = EmailCode {
        frame: page::frame(context, lang),
        nav: account::nav(context, lang, Some(AccountPlace::Email)),
        action: &format!("{}/{CODE}", context.realm.base),
        csrf: &csrf::token(context, CODE, "", handle),
        ticket: sealed,
        email: &ticket.typed,
        error,
        again: &format!("{}/{PAGE}", context.realm.base),
    };
    let status = match error {
        None => StatusCode::OK,
        Some(CodeError::Wrong) => StatusCode::UNPROCESSABLE_ENTITY,
        Some(CodeError::TooMany) => StatusCode::TOO_MANY_REQUESTS,
    };
    page::html(status, &page, Forms::Here)
}
