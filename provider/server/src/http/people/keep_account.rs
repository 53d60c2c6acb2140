//! `/login/keep-account` and `/account/keep`: whoever has asked for the deletion of their account keeps it, by signing in or by
//! the link in a mail.

use axum::extract::RawQuery;
use axum::response::Response;
use credenza_protocol::params::Params;
use credenza_storage::UserDeletion;
use http::StatusCode;

use super::login;
use crate::context::Context;
use crate::flow::sign_in::kept_account::{self, Kept};
use crate::flow::sign_in_steps::KEEP_ACCOUNT;
use crate::http::shared::browser::BrowserHeaders;
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::page::{self, Forms};
use crate::http::shared::{csrf, lost, step};
use crate::pages::{AccountKept, Destination, KeepAccount, Lang, WayOn};
use crate::people::deletion;

/// The kind of form that the CSRF token is bound to.
const FORM: &str = KEEP_ACCOUNT.page;
/// Where links lead.
const LINKED: &str = "account/keep";

/// The page of somebody who has signed in.
pub(crate) async fn ask(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    RawQuery(query): RawQuery,
) -> Response {
    let (pending, lang) = match step::shown(&context, &headers, query).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    match kept_account::turn(&context, &pending).await {
        Ok(Some(deletion)) => {
            let handle = pending.handle.reveal();
            let csrf = csrf::token(&context, FORM, handle, &pending.binding);
            let base = &context.realm.base;
            let page = KeepAccount {
                frame: page::frame(&context, lang),
                action: &format!("{base}/{FORM}"),
                hidden: vec![("request", handle), ("csrf", csrf.as_str())],
                username: &deletion.username,
                deletes_at: deletion.deletes_at,
            };
            page::html(StatusCode::OK, &page, step::forms(&pending))
        }
        Ok(None) => step::again(&context, lang, pending),
        Err(failure) => page::failed(&context, lang, &failure),
    }
}

/// Its form.
pub(crate) async fn keep(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    let (pending, lang) = match step::submitted(&context, &headers, FORM, &form).await {
        Ok(submitted) => submitted,
        Err(response) => return response,
    };
    let deletion = match kept_account::turn(&context, &pending).await {
        Ok(Some(deletion)) => deletion,
        Ok(None) => return step::again(&context, lang, pending),
        Err(failure) => return page::failed(&context, lang, &failure),
    };
    let browser = headers.browser(&context);
    match kept_account::keep(&context, pending, &deletion, (&browser, headers.user_agent())).await {
        Ok(Kept::Taken(taken)) => login::signed_in(&context, lang, taken),
        Ok(Kept::Late(pending)) => step::again(&context, lang, *pending),
        Err(halt) => lost::halted(&context, lang, halt),
    }
}

/// The page of the link in a mail. Opening it spends nothing.
pub(crate) async fn linked(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    RawQuery(query): RawQuery,
) -> Response {
    let lang = headers.lang(None);
    let params = Params::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let token = params.get("token").filter(|_| params.repeated().is_none()).unwrap_or_default();
    match deletion::look(&context, token).await {
        Ok(Some(found)) => by_link(&context, lang, token, &found),
        Ok(None) => dead(&context, lang),
        Err(failure) => page::failed(&context, lang, &failure),
    }
}

/// Its form, which does.
pub(crate) async fn keep_by_link(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    Form(form): Form,
) -> Response {
    let lang = headers.lang(None);
    let token = form.get("token").filter(|_| form.repeated().is_none()).unwrap_or_default();
    match deletion::keep(&context, token).await {
        Ok(true) => {
            let page = AccountKept { frame: page::frame(&context, lang), way_on: to_sign_in(&context) };
            page::html(StatusCode::OK, &page, Forms::Here)
        }
        Ok(false) => dead(&context, lang),
        Err(failure) => page::failed(&context, lang, &failure),
    }
}

fn by_link(context: &Context, lang: Lang, token: &str, found: &UserDeletion) -> Response {
    let page = KeepAccount {
        frame: page::frame(context, lang),
        action: &format!("{}/{LINKED}", context.realm.base),
        hidden: vec![("token", token)],
        username: &found.username,
        deletes_at: found.deletes_at,
    };
    page::html(StatusCode::OK, &page, Forms::Here)
}

fn dead(context: &Context, lang: Lang) -> Response {
    let why = "the link to keep an account is not good, or not any more";
    let said = (lang.texts().deletion.link_is_dead, why);
    page::ended(context, lang, StatusCode::BAD_REQUEST, said, to_sign_in(context))
}

fn to_sign_in(context: &Context) -> WayOn<'static> {
    WayOn { uri: format!("{}/account/login", context.realm.base), to: Destination::SignIn }
}
