//! `/login/add-second-factor`: an application that shows codes, or a passkey, is set up by whoever has no second factor where the tenant requires
//! one, before they are signed in.

use axum::extract::RawQuery;
use axum::response::Response;
use credenza_protocol::user::User;
use http::StatusCode;

use super::login;
use crate::context::Context;
use crate::flow::authenticators::totp::{self, NewTotp};
use crate::flow::interaction::Pending;
use crate::flow::sign_in::add_second_factor::{self, Tried};
use crate::flow::sign_in_steps::{self, ADD_SECOND_FACTOR};
use crate::http::shared::browser::BrowserHeaders;
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::page;
use crate::http::shared::{csrf, lost, step};
use crate::pages::{
    AuthenticatorApp, AuthenticatorAppError, Lang, PasskeyForm, RecoveryCodes, RecoveryCodesForm,
};

/// The kind of form that the CSRF token is bound to.
const FORM: &str = ADD_SECOND_FACTOR.page;

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
    match add_second_factor::turn_to_add(&context, &pending).await {
        Ok(Some(user)) => begun(&context, lang, (&pending, &user), None).await,
        Ok(None) => step::again(&context, lang, pending),
        Err(failure) => page::failed(&context, lang, &failure),
    }
}

/// Its form, and that of the recovery codes.
pub(crate) async fn submit(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    let (pending, lang) = match step::submitted(&context, &headers, FORM, &form).await {
        Ok(submitted) => submitted,
        Err(response) => return response,
    };
    let user = match add_second_factor::turn(&context, &pending).await {
        Ok(Some(user)) => user,
        Ok(None) => return step::again(&context, lang, pending),
        Err(failure) => return page::failed(&context, lang, &failure),
    };
    if let Some(proof) = form.get("proof") {
        let browser = headers.browser(&context);
        let gone_on =
            add_second_factor::go_on(&context, pending, (user, proof), (&browser, headers.user_agent()));
        return match gone_on.await {
            Ok(Ok(taken)) => login::signed_in(&context, lang, taken),
            Ok(Err(pending)) => step::again(&context, lang, *pending),
            Err(halt) => lost::halted(&context, lang, halt),
        };
    }
    let field = |name| form.get(name).unwrap_or_default();
    let tried = match form.get("passkey") {
        Some(response) => {
            let answer = (field("ticket"), response, lang);
            add_second_factor::add_passkey(&context, &pending, &user, answer).await
        }
        None => {
            let typed = (field("ticket"), field("code"), lang);
            add_second_factor::add(&context, &pending, &user, typed).await
        }
    };
    match tried {
        Ok(Tried::Added(codes, proof)) => {
            let handle = pending.handle.reveal();
            let page = RecoveryCodes {
                frame: page::frame(&context, lang),
                codes: &codes,
                onward: &format!("{}/{FORM}", context.realm.base),
                form: Some(RecoveryCodesForm {
                    request: handle,
                    csrf: &csrf::token(&context, FORM, handle, &pending.binding),
                    proof: proof.reveal(),
                }),
            };
            page::html(StatusCode::OK, &page, step::forms(&pending))
        }
        Ok(Tried::Wrong(new)) => {
            shown(&context, lang, (&pending, &user, &new), Some(AuthenticatorAppError::Wrong)).await
        }
        Ok(Tried::NoPasskey) => {
            begun(&context, lang, (&pending, &user), Some(AuthenticatorAppError::Passkey)).await
        }
        Ok(Tried::Expired) => {
            begun(&context, lang, (&pending, &user), Some(AuthenticatorAppError::Expired)).await
        }
        Err(failure) => page::failed(&context, lang, &failure),
    }
}

/// The page with a new secret.
async fn begun(
    context: &Context,
    lang: Lang,
    (pending, user): (&Pending, &User),
    error: Option<AuthenticatorAppError>,
) -> Response {
    match totp::begin(context, &user.user_id) {
        Ok(new) => shown(context, lang, (pending, user, &new), error).await,
        Err(failure) => page::failed(context, lang, &failure),
    }
}

async fn shown(
    context: &Context,
    lang: Lang,
    (pending, user, new): (&Pending, &User, &NewTotp),
    error: Option<AuthenticatorAppError>,
) -> Response {
    let passkey = match add_second_factor::begin_passkey(context, pending, user).await {
        Ok(passkey) => passkey,
        Err(failure) => return page::failed(context, lang, &failure),
    };
    let handle = pending.handle.reveal();
    let (base, brand) = (&context.realm.base, &context.realm.tenant.settings.display_name);
    let page = AuthenticatorApp {
        frame: page::frame(context, lang),
        action: &format!("{base}/{FORM}"),
        request: Some(handle),
        csrf: &csrf::token(context, FORM, handle, &pending.binding),
        ticket: new.ticket.reveal(),
        secret: &new.secret.text(),
        uri: &new.secret.uri(brand, &user.username),
        username: &user.username,
        passkey: passkey.as_ref().map(|begun| PasskeyForm {
            options: &begun.options,
            ticket: begun.ticket.reveal(),
            is_quiet: true,
        }),
        error,
        way_back: &format!("{base}/{}?request={handle}", sign_in_steps::page(None)),
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page::html_of_sign_in(status, &page, step::forms(pending), passkey.is_some().into())
}
