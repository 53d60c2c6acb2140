//! `/login/second-factor`: the code of an application, or a recovery code, after the first step of a sign-in.

use axum::extract::RawQuery;
use axum::response::Response;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};

use super::login;
use crate::context::Context;
use crate::flow::authenticators::{passkeys, trusted_browsers};
use crate::flow::interaction::Pending;
use crate::flow::sign_in::passkey;
use crate::flow::sign_in::second_factor::{self, Attempt, Turn, Typed};
use crate::flow::sign_in_steps::{self, SECOND_FACTOR};
use crate::http::shared::browser::{BrowserHeaders, set_trusted};
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::page;
use crate::http::shared::{csrf, lost, step};
use crate::pages::{Lang, PasskeyForm, SecondFactor, SecondFactorError};
use crate::telemetry::LoginOutcome;

/// The kind of form that the CSRF token is bound to.
const FORM: &str = SECOND_FACTOR.page;

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
    match second_factor::turn(&context, &pending).await {
        Ok(Some(turn)) => shown(&context, lang, (&pending, &turn), None),
        Ok(None) => step::again(&context, lang, pending),
        Err(failure) => page::failed(&context, lang, &failure),
    }
}

/// Its forms.
pub(crate) async fn submit(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    let (pending, lang) = match step::submitted(&context, &headers, FORM, &form).await {
        Ok(submitted) => submitted,
        Err(response) => return response,
    };
    let turn = match second_factor::turn(&context, &pending).await {
        Ok(Some(turn)) => turn,
        Ok(None) => return step::again(&context, lang, pending),
        Err(failure) => return page::failed(&context, lang, &failure),
    };
    if let Some(response) = form.get("passkey") {
        let answer = (form.get("ticket").unwrap_or_default(), response, lang);
        return by_passkey(&context, (pending, turn), answer, &headers).await;
    }
    let typed = match form.get("recovery_code") {
        Some(code) => Typed::Recovery(code),
        None => {
            Typed::Code { code: form.get("code").unwrap_or_default(), trust: form.get("trust").is_some() }
        }
    };
    let wrong = match typed {
        Typed::Recovery(_) => SecondFactorError::WrongRecovery,
        Typed::Code { .. } => SecondFactorError::Wrong,
    };
    let browser = headers.browser(&context);
    let attempt =
        second_factor::attempt(&context, pending, (turn, typed, lang), (&browser, headers.user_agent()));
    let (pending, turn, error) = match attempt.await {
        Ok(Attempt::Taken(taken, trusted)) => {
            let mut response = login::signed_in(&context, lang, taken);
            if let Some((secrets, lifetime)) = trusted.zip(trusted_browsers::lifetime(&context)) {
                set_trusted(&context, response.headers_mut(), &secrets, lifetime);
            }
            return response;
        }
        Ok(Attempt::Wrong(pending, turn)) => (pending, turn, wrong),
        Ok(Attempt::Used(pending, turn)) => (pending, turn, SecondFactorError::Used),
        Ok(Attempt::TooMany(pending, turn, wait)) => {
            let seconds = u64::try_from(wait.0).unwrap_or_default().max(1);
            (pending, turn, SecondFactorError::TooMany { seconds })
        }
        Err(halt) => return lost::halted(&context, lang, halt),
    };
    context.state.metrics.login(match error {
        SecondFactorError::TooMany { .. } => LoginOutcome::Throttled,
        _ => LoginOutcome::Failed,
    });
    shown(&context, lang, (&pending, &turn), Some(error))
}

/// The answer of the browser that was asked for a passkey, which must be that of the person whose turn it is.
async fn by_passkey(
    context: &Context,
    (pending, turn): (Pending, Turn),
    answer: (&str, &str, Lang),
    headers: &BrowserHeaders,
) -> Response {
    let (browser, lang, only) = (headers.browser(context), answer.2, Some(&turn.user.user_id));
    match passkey::attempt(context, pending, answer, only, (&browser, headers.user_agent())).await {
        Ok(passkey::Attempt::Taken(taken)) => login::signed_in(context, lang, taken),
        Ok(passkey::Attempt::Refused(pending)) => {
            context.state.metrics.login(LoginOutcome::Failed);
            shown(context, lang, (&pending, &turn), Some(SecondFactorError::Passkey))
        }
        Err(halt) => lost::halted(context, lang, halt),
    }
}

fn shown(
    context: &Context,
    lang: Lang,
    (pending, turn): (&Pending, &Turn),
    error: Option<SecondFactorError>,
) -> Response {
    let handle = pending.handle.reveal();
    let base = &context.realm.base;
    let begun = match turn.held.passkey.then(|| passkeys::ask(context, pending)).transpose() {
        Ok(begun) => begun.flatten(),
        Err(failure) => return page::failed(context, lang, &failure),
    };
    let page = SecondFactor {
        frame: step::frame(context, lang, &pending.purpose),
        action: &format!("{base}/{FORM}"),
        request: handle,
        csrf: &csrf::token(context, FORM, handle, &pending.binding),
        username: &turn.user.username,
        has_totp: turn.held.totp,
        trust_for: trusted_browsers::lifetime(context),
        passkey: begun.as_ref().map(|begun| PasskeyForm {
            options: &begun.options,
            ticket: begun.ticket.reveal(),
            is_quiet: true,
        }),
        error,
        way_back: &format!("{base}/{}?request={handle}", sign_in_steps::page(None)),
    };
    let status = match error {
        None => StatusCode::OK,
        Some(SecondFactorError::TooMany { .. }) => StatusCode::TOO_MANY_REQUESTS,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let mut response = page::html_of_sign_in(status, &page, step::forms(pending), begun.is_some().into());
    if let Some(SecondFactorError::TooMany { seconds }) = error {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds)); // RFC 6585 4
    }
    response
}
