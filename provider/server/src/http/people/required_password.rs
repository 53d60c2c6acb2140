//! `/login/new-password`: a password that has to be changed before the person is signed in.

use axum::extract::RawQuery;
use axum::response::Response;
use http::StatusCode;

use super::login;
use crate::context::Context;
use crate::flow::interaction::Pending;
use crate::flow::sign_in::new_password::{self, Chosen, Turn};
use crate::flow::sign_in_steps::{self, NEW_PASSWORD};
use crate::http::shared::browser::BrowserHeaders;
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::page;
use crate::http::shared::{csrf, lost, step};
use crate::pages::{Lang, RequiredPassword, RequiredPasswordError};

/// The kind of form that the CSRF token is bound to.
const FORM: &str = NEW_PASSWORD.page;

/// The page.
pub(crate) async fn show(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    RawQuery(query): RawQuery,
) -> Response {
    let (pending, lang) = match step::shown(&context, &headers, query).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    match new_password::turn(&context, &pending).await {
        Ok(Some(turn)) => shown(&context, lang, (&pending, &turn), None),
        Ok(None) => step::again(&context, lang, pending),
        Err(failure) => page::failed(&context, lang, &failure),
    }
}

/// The form.
pub(crate) async fn submit(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    let (pending, lang) = match step::submitted(&context, &headers, FORM, &form).await {
        Ok(submitted) => submitted,
        Err(response) => return response,
    };
    let turn = match new_password::turn(&context, &pending).await {
        Ok(Some(turn)) => turn,
        Ok(None) => return step::again(&context, lang, pending),
        Err(failure) => return page::failed(&context, lang, &failure),
    };
    let typed = (turn, form.get("password").unwrap_or_default().to_owned(), lang);
    let browser = headers.browser(&context);
    match new_password::choose(&context, pending, typed, (&browser, headers.user_agent())).await {
        Ok(Chosen::Taken(taken)) => login::signed_in(&context, lang, taken),
        Ok(Chosen::Unfit(pending, turn, unfit)) => {
            shown(&context, lang, (&*pending, &*turn), Some(RequiredPasswordError::Unfit(unfit)))
        }
        Ok(Chosen::Same(pending, turn)) => {
            shown(&context, lang, (&*pending, &*turn), Some(RequiredPasswordError::Same))
        }
        Ok(Chosen::Overtaken(pending)) => step::again(&context, lang, *pending),
        Err(halt) => lost::halted(&context, lang, halt),
    }
}

fn shown(
    context: &Context,
    lang: Lang,
    (pending, turn): (&Pending, &Turn),
    error: Option<RequiredPasswordError>,
) -> Response {
    let handle = pending.handle.reveal();
    let base = &context.realm.base;
    let page = RequiredPassword {
        frame: page::frame(context, lang),
        action: &format!("{base}/{FORM}"),
        request: handle,
        csrf: &csrf::token(context, FORM, handle, &pending.binding),
        username: turn.username(),
        least: context.realm.tenant.settings.password_least_length.into(),
        error,
        way_back: &format!("{base}/{}?request={handle}", sign_in_steps::page(None)),
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page::html(status, &page, step::forms(pending))
}
