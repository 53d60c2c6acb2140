//! `/login`: the sign-in page and its form.

use axum::extract::{Extension, Query, State as Shared};
use axum::response::Response;
use http::StatusCode;
use http::header::HeaderMap;
use serde::Deserialize;

use super::browser::{BrowserHeaders, set_session, set_state};
use super::context::Tenancy;
use super::form::Form;
use super::page::{self, Forms};
use super::{csrf, step};
use crate::flow::authorize::Outcome;
use crate::flow::interaction::Pending;
use crate::flow::login::{self, Credentials, SignIn};
use crate::flow::{Failure, Halt};
use crate::listener::{PeerAddr, client_address, limit_key};
use crate::pages::{Lang, Login, LoginError};
use crate::realm::Context;
use crate::state::State;
use crate::telemetry::LoginOutcome;

/// What the hidden field of this form is made for.
const FORM: &str = "login";

/// The query of every page about a request under way.
#[derive(Deserialize)]
pub(super) struct About {
    /// The handle of the request.
    pub(super) request: Option<String>,
}

/// The page.
pub(super) async fn show(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    Query(about): Query<About>,
) -> Response {
    match step::pending(&context, &headers, about.request.as_deref()).await {
        Ok((pending, lang)) => {
            let username = pending.request.login_hint.clone().unwrap_or_default();
            shown(&context, lang, StatusCode::OK, &pending, &username, None)
        }
        Err(response) => response,
    }
}

/// The form.
pub(super) async fn submit(
    Tenancy(context): Tenancy,
    Shared(state): Shared<State>,
    headers: BrowserHeaders,
    peer: Option<Extension<PeerAddr>>,
    all: HeaderMap,
    Form(form): Form,
) -> Response {
    let submitted = step::submitted(&context, &headers, FORM, &form).await;
    let (pending, lang) = match submitted {
        Ok(submitted) => submitted,
        Err(response) => return response,
    };
    if form.get("cancel").is_some() {
        return match login::deny(&context, pending).await {
            Ok(outcome) => step::outcome(&context, lang, outcome),
            Err(halt) => step::halted(&context, lang, halt),
        };
    }
    let username = form.get("username").unwrap_or_default();
    let address = peer
        .map(|Extension(PeerAddr(peer))| limit_key(client_address(peer.ip(), &all, &state.trusted_proxies)));
    let credentials = Credentials {
        username,
        password: form.get("password").unwrap_or_default().to_owned(),
        address,
        user_agent: headers.user_agent(),
    };
    match login::sign_in(&context, pending, credentials, &headers.browser(&context)).await {
        Ok(SignIn::Done { handle, browser_state, outcome }) => {
            state.metrics.login(LoginOutcome::Succeeded);
            let is_answered = matches!(outcome, Outcome::SignedIn { .. });
            let mut response = step::outcome(&context, lang, outcome);
            set_session(&context, response.headers_mut(), &handle);
            if !is_answered {
                set_state(&context, response.headers_mut(), &browser_state);
            }
            response
        }
        Ok(SignIn::Wrong(pending)) => {
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
        Ok(SignIn::Throttled(pending, wait)) => {
            state.metrics.login(LoginOutcome::Throttled);
            let minutes = u64::try_from(wait.0).unwrap_or_default().div_ceil(60);
            let error = Some(LoginError::Throttled { minutes });
            shown(&context, lang, StatusCode::TOO_MANY_REQUESTS, &pending, username, error)
        }
        Err(halt) => {
            if matches!(halt, Halt::Failed(Failure::Busy)) {
                state.metrics.login(LoginOutcome::Busy);
            }
            step::halted(&context, lang, halt)
        }
    }
}

fn shown(
    context: &Context,
    lang: Lang,
    status: StatusCode,
    pending: &Pending,
    username: &str,
    error: Option<LoginError>,
) -> Response {
    let redirect_uri = &pending.request.to.redirect_uri;
    let page = Login {
        frame: page::frame(&context.realm, lang),
        applicant: step::applicant(context, pending),
        action: &format!("{}/login", context.realm.base),
        request: pending.handle.reveal(),
        csrf: &csrf::token(context, FORM, pending.handle.reveal(), &pending.binding),
        username,
        error,
    };
    page::html(status, &page, Forms::Onward(redirect_uri))
}
