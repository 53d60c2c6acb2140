//! `/login`: the sign-in page and its form.

use axum::extract::{Query, State as Shared};
use axum::response::Response;
use credenza_protocol::time::Seconds;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use serde::Deserialize;

use crate::context::Context;
use crate::failure::Failure;
use crate::flow::interaction::{Pending, Purpose};
use crate::flow::outcome::{Browser, Outcome};
use crate::flow::sign_in::Taken;
use crate::flow::sign_in::password::{self, Attempt, Credentials};
use crate::flow::{Halt, decide, session};
use crate::http::shared::browser::{BrowserHeaders, set_devices, set_session, set_state};
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::page::{self, Forms};
use crate::http::shared::{csrf, step};
use crate::pages::{Lang, Login, LoginError};
use crate::state::State;
use crate::telemetry::LoginOutcome;

/// The kind of form that the CSRF token is bound to.
const FORM: &str = "login";

/// The query of every page about a pending request.
#[derive(Deserialize)]
pub(crate) struct About {
    /// The handle of the request.
    pub(crate) request: Option<String>,
}

/// The page.
pub(crate) async fn show(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    Query(about): Query<About>,
) -> Response {
    match step::shown(&context, &headers, about.request.as_deref()).await {
        Ok((pending, lang)) => {
            let Purpose::Authorize(authorization) = &pending.purpose;
            let username = authorization.request.login_hint.clone().unwrap_or_default();
            shown(&context, lang, StatusCode::OK, &pending, &username, None)
        }
        Err(response) => response,
    }
}

/// The form.
pub(crate) async fn submit(
    Tenancy(context): Tenancy,
    Shared(state): Shared<State>,
    headers: BrowserHeaders,
    Form(form): Form,
) -> Response {
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
    let credentials = Credentials {
        username,
        password: form.get("password").unwrap_or_default().to_owned(),
        user_agent: headers.user_agent(),
    };
    match password::attempt(&context, pending, credentials, &browser).await {
        Ok(Attempt::Taken(taken)) => {
            if taken.session.is_some() {
                state.metrics.login(LoginOutcome::Succeeded);
            }
            self::taken(&context, lang, taken)
        }
        Ok(Attempt::Wrong(pending)) => {
            state.metrics.login(LoginOutcome::Failed);
            shown(
                &context,
                lang,
                StatusCode::UNPROCESSABLE_ENTITY,
                &pending,
                username,
                Some(LoginError::Wrong),
            )
        }
        Ok(Attempt::Throttled(pending, wait)) => {
            state.metrics.login(LoginOutcome::Throttled);
            throttled(&context, lang, &pending, username, wait)
        }
        Err(halt) => {
            if matches!(halt, Halt::Failed(Failure::Busy)) {
                state.metrics.login(LoginOutcome::Busy);
            }
            step::halted(&context, lang, halt)
        }
    }
}

/// The person does not sign in.
async fn cancelled(context: &Context, lang: Lang, pending: Pending, browser: &Browser) -> Response {
    match session::find(context, browser.session.as_ref()).await {
        Ok(session) => step::taken(context, lang, decide::deny(context, pending, session.as_ref()).await),
        Err(error) => page::failed(context, lang, &Failure::from(error)),
    }
}

/// Goes on after a step of a sign-in; where that was the last one, the browser gets its session.
fn taken(context: &Context, lang: Lang, taken: Taken) -> Response {
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

/// The page once more, which says when to try again (RFC 6585 4).
fn throttled(context: &Context, lang: Lang, pending: &Pending, username: &str, wait: Seconds) -> Response {
    let seconds = u64::try_from(wait.0).unwrap_or_default().max(1);
    let error = Some(LoginError::Throttled { seconds });
    let mut response = shown(context, lang, StatusCode::TOO_MANY_REQUESTS, pending, username, error);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

fn shown(
    context: &Context,
    lang: Lang,
    status: StatusCode,
    pending: &Pending,
    username: &str,
    error: Option<LoginError>,
) -> Response {
    let Purpose::Authorize(authorization) = &pending.purpose;
    let redirect_uri = &authorization.request.to.redirect_uri;
    let page = Login {
        frame: page::frame(&context.realm, lang),
        applicant: step::applicant(context, authorization),
        action: &format!("{}/login", context.realm.base),
        request: pending.handle.reveal(),
        csrf: &csrf::token(context, FORM, pending.handle.reveal(), &pending.binding),
        username,
        error,
    };
    page::html(status, &page, Forms::Onward(redirect_uri))
}
