//! `/login`: the sign-in page and its form.

use axum::extract::RawQuery;
use axum::response::Response;
use credenza_protocol::params::Params;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};

use super::not_found;
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::authenticators::passkeys;
use crate::flow::interaction::{Pending, Purpose};
use crate::flow::mailed::Asked;
use crate::flow::outcome::{Browser, Outcome};
use crate::flow::password_reset;
use crate::flow::sign_in::password::{self, Attempt, Credentials};
use crate::flow::sign_in::{Taken, mailed, passkey};
use crate::flow::sign_in_steps::{MAIL_PAGE, PASSWORD, SIGN_UP_PAGE};
use crate::flow::{Halt, decide, session, sign_up};
use crate::http::shared::browser::{BrowserHeaders, clear_notice, set_devices, set_session, set_state};
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::page::{self, Forms};
use crate::http::shared::{csrf, lost, notice, reply, robot_check, step};
use crate::pages::{Applicant, Lang, Login, LoginError, PasskeyForm};
use crate::telemetry::LoginOutcome;

/// The kind of form that the CSRF token is bound to.
const FORM: &str = "login";

/// The page. What an attempt before it came to is shown once.
pub(crate) async fn show(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    RawQuery(query): RawQuery,
) -> Response {
    let (pending, lang) = match step::shown(&context, &headers, query).await {
        Ok(named) => named,
        Err(response) => return response,
    };
    let Some(notice) = notice::find(&context, &headers, &pending) else {
        let username = match &pending.purpose {
            Purpose::Authorize(authorization) => authorization.request.login_hint.as_deref(),
            Purpose::Account(visit) => visit.again.as_deref(),
        };
        return shown(&context, lang, &pending, (username.unwrap_or_default(), None, None));
    };
    let said = (&*notice.username, Some(notice.error), notice.robot_check.as_deref());
    let mut response = shown(&context, lang, &pending, said);
    clear_notice(&context, response.headers_mut());
    response
}

/// The form.
pub(crate) async fn submit(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    let submitted = step::submitted(&context, &headers, FORM, &form).await;
    let (pending, lang) = match submitted {
        Ok(submitted) => submitted,
        Err(response) => return response,
    };
    let browser = headers.browser(&context);
    if form.get("cancel").is_some() {
        return cancelled(&context, lang, pending, &browser).await;
    }
    let username = form.get("username").unwrap_or_default();
    if let Some(response) = form.get("passkey") {
        let answer = (form.get("ticket").unwrap_or_default(), response, lang);
        return by_passkey(&context, pending, answer, &headers).await;
    }
    let by_mail = form.get("mail").is_some();
    match may_go_on(&context, &pending, (username, by_mail, &form), &browser).await {
        Ok(Ok(())) => {}
        Ok(Err(ticket)) => {
            context.state.metrics.login(LoginOutcome::Failed);
            return failed(&context, &pending, (username, Some(ticket)), LoginError::Robot);
        }
        Err(failure) => return page::failed(&context, lang, &failure),
    }
    if by_mail {
        return mail(&context, lang, &pending, username, &headers).await;
    }
    let credentials = Credentials {
        username,
        password: form.get("password").unwrap_or_default().to_owned(),
        user_agent: headers.user_agent(),
    };
    match password::attempt(&context, pending, credentials, &browser).await {
        Ok(Attempt::Taken(taken)) => signed_in(&context, lang, taken),
        Ok(Attempt::Wrong(pending)) => {
            context.state.metrics.login(LoginOutcome::Failed);
            match password::is_robot_check_due(&context, username, &browser).await {
                Ok(is_due) => failed(&context, &pending, (username, is_due.then_some("")), LoginError::Wrong),
                Err(failure) => page::failed(&context, lang, &failure),
            }
        }
        Ok(Attempt::Waits(pending)) => {
            context.state.metrics.login(LoginOutcome::Failed);
            failed(&context, &pending, (username, None), LoginError::Waits)
        }
        Ok(Attempt::Throttled(pending, wait)) => {
            context.state.metrics.login(LoginOutcome::Throttled);
            let seconds = u64::try_from(wait.0).unwrap_or_default().max(1);
            failed(&context, &pending, (username, Some("")), LoginError::Throttled { seconds })
        }
        Err(halt) => {
            if matches!(halt, Halt::Failed(Failure::Busy)) {
                context.state.metrics.login(LoginOutcome::Busy);
            }
            lost::halted(&context, lang, halt)
        }
    }
}

/// The answer of the browser that was asked for a passkey.
async fn by_passkey(
    context: &Context,
    pending: Pending,
    answer: (&str, &str, Lang),
    headers: &BrowserHeaders,
) -> Response {
    let (browser, lang) = (headers.browser(context), answer.2);
    match passkey::attempt(context, pending, answer, None, (&browser, headers.user_agent())).await {
        Ok(passkey::Attempt::Taken(taken)) => signed_in(context, lang, taken),
        Ok(passkey::Attempt::Refused(pending)) => {
            context.state.metrics.login(LoginOutcome::Failed);
            failed(context, &pending, ("", None), LoginError::Passkey)
        }
        Err(halt) => lost::halted(context, lang, halt),
    }
}

/// Whether something is done for whoever sent this form. They have to show that they are no robot before mail is sent, and before
/// another password is tried after several were wrong.
async fn may_go_on<'a>(
    context: &Context,
    pending: &Pending,
    (username, by_mail, form): (&str, bool, &'a Params),
    browser: &Browser,
) -> Result<Result<(), &'a str>, Failure> {
    if !by_mail && !password::is_robot_check_due(context, username, browser).await? {
        return Ok(Ok(()));
    }
    robot_check::passed(context, pending, (FORM, form), browser).await
}

/// Has a link mailed to sign in by. The answer is the same for every name.
async fn mail(
    context: &Context,
    lang: Lang,
    pending: &Pending,
    typed: &str,
    headers: &BrowserHeaders,
) -> Response {
    if !mailed::is_offered(context, pending) {
        return not_found::page(context, lang);
    }
    let name = typed.trim();
    if name.is_empty() {
        return failed(context, pending, (typed, None), LoginError::NameMissing);
    }
    let browser = headers.browser(context);
    match mailed::ask(context, pending, name, (&browser, headers.user_agent(), lang)).await {
        Ok(Asked::Taken(ticket)) => {
            let (request, ticket) = (pending.handle.reveal(), ticket.reveal());
            reply::see_other(&format!("{}/{MAIL_PAGE}?request={request}&ticket={ticket}", context.realm.base))
        }
        Ok(Asked::TooMany(wait)) => {
            let seconds = u64::try_from(wait.0).unwrap_or_default().max(1);
            failed(context, pending, (typed, None), LoginError::Throttled { seconds })
        }
        Err(failure) => page::failed(context, lang, &failure),
    }
}

/// The person does not sign in.
async fn cancelled(context: &Context, lang: Lang, pending: Pending, browser: &Browser) -> Response {
    match session::find(context, browser.session.as_ref()).await {
        Ok(session) => step::taken(context, lang, decide::deny(context, pending, session.as_ref()).await),
        Err(error) => page::failed(context, lang, &Failure::from(error)),
    }
}

/// Goes on after a step of a sign-in, and counts the sign-in where that was the last one.
pub(super) fn signed_in(context: &Context, lang: Lang, taken: Taken) -> Response {
    if taken.session.is_some() {
        context.state.metrics.login(LoginOutcome::Succeeded);
    }
    self::taken(context, lang, taken)
}

/// Goes on after a step; where that was the last one, the browser gets its session.
pub(super) fn taken(context: &Context, lang: Lang, taken: Taken) -> Response {
    let is_answered = matches!(taken.outcome, Outcome::SignedIn { .. });
    let mut response = step::outcome(context, lang, taken.outcome);
    if let Some(session) = taken.session {
        set_session(context, response.headers_mut(), &session.handle);
        set_devices(context, response.headers_mut(), &session.devices);
        if !is_answered {
            set_state(context, response.headers_mut(), &session.browser_state);
        }
    }
    response
}

/// Leads back to the page, which says what went wrong. A reload then loads the page and sends no password.
fn failed(
    context: &Context,
    pending: &Pending,
    (username, robot_check): (&str, Option<&str>),
    error: LoginError,
) -> Response {
    let page = format!("{}/{}?request={}", context.realm.base, PASSWORD.page, pending.handle.reveal());
    let mut response = reply::see_other(&page);
    notice::set(context, response.headers_mut(), pending, (error, username, robot_check));
    response
}

/// The page; its status says what it tells of.
fn shown(
    context: &Context,
    lang: Lang,
    pending: &Pending,
    (username, error, ticket): (&str, Option<LoginError>, Option<&str>),
) -> Response {
    let by_mail = mailed::is_offered(context, pending);
    let asked = match robot_check::asked(context, pending, FORM, ticket.unwrap_or_default()) {
        Ok(asked) => asked.filter(|_| by_mail || ticket.is_some()),
        Err(failure) => return page::failed(context, lang, &failure),
    };
    let robot_check = robot_check::part(asked.as_ref());
    let (applicant, forms) = match &pending.purpose {
        Purpose::Authorize(authorization) => {
            let redirect_uri = authorization.request.to.redirect_uri.as_str();
            (step::applicant(context, authorization), Forms::Onward(redirect_uri))
        }
        Purpose::Account(_) => {
            let name = context.realm.tenant.settings.display_name.as_str();
            (Applicant { name, ..Applicant::default() }, Forms::Here)
        }
    };
    let handle = pending.handle.reveal();
    let base = &context.realm.base;
    let forgot_password =
        context.state.mail.as_ref().map(|_| format!("{base}/{}?request={handle}", password_reset::PAGE));
    let sign_up = sign_up::is_open(context).then(|| format!("{base}/{SIGN_UP_PAGE}?request={handle}"));
    let begun = match passkeys::ask(context, pending) {
        Ok(begun) => begun,
        Err(failure) => return page::failed(context, lang, &failure),
    };
    let page = Login {
        frame: step::frame(context, lang, &pending.purpose),
        applicant,
        action: &format!("{}/login", context.realm.base),
        request: pending.handle.reveal(),
        csrf: &csrf::token(context, FORM, pending.handle.reveal(), &pending.binding),
        username,
        by_email: context.realm.tenant.settings.sign_in_by_email,
        forgot_password: forgot_password.as_deref(),
        sign_up: sign_up.as_deref(),
        is_again: matches!(&pending.purpose, Purpose::Account(visit) if visit.again.is_some()),
        by_mail,
        passkey: begun.as_ref().map(|begun| PasskeyForm {
            options: &begun.options,
            ticket: begun.ticket.reveal(),
            is_quiet: error == Some(LoginError::Passkey),
        }),
        robot_check,
        error,
    };
    let status = match error {
        None => StatusCode::OK,
        Some(LoginError::Throttled { .. }) => StatusCode::TOO_MANY_REQUESTS,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let mut response =
        page::html_of_sign_in(status, &page, forms, robot_check::scripts(robot_check, begun.is_some()));
    if let Some(LoginError::Throttled { seconds }) = error {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds)); // RFC 6585 4
    }
    response
}
