//! `/authorize-challenge` (OAuth 2.0 for First-Party Applications, draft 04): an application of the operator's own signs somebody in
//! without a browser.

use axum::extract::State as Shared;
use axum::response::Response;
use credenza_protocol::error::Refusal;
use credenza_protocol::params::Params;
use http::header::{AUTHORIZATION, HeaderMap, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use serde_json::value::RawValue;

use super::client;
use crate::context::Context;
use crate::flow::native_sign_in::{self as flow, Answer, Asked, Method, More, Refused, Wrong};
use crate::flow::outcome::Browser;
use crate::flow::{Halt, authenticators::passkeys::Begun};
use crate::http::shared::browser::BrowserHeaders;
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::reply;
use crate::state::State;
use crate::telemetry::LoginOutcome;

/// The code, and what the application keeps.
#[derive(Serialize)]
struct Granted<'a> {
    authorization_code: &'a str,
    auth_session: &'a str,
}

/// What the application asks the person for (5.2.2), or why it goes no further.
#[derive(Serialize)]
struct Challenge<'a> {
    error: &'a str,
    error_description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_session: Option<&'a str>,
    #[serde(skip_serializing_if = "<[Method]>::is_empty")]
    methods: &'a [Method],
    #[serde(skip_serializing_if = "Option::is_none")]
    passkey: Option<Passkey<'a>>,
}

/// What asks for a passkey.
#[derive(Serialize)]
struct Passkey<'a> {
    /// `{"publicKey": …}` (Web Authentication 5.5).
    options: Box<RawValue>,
    ticket: &'a str,
}

impl Refusal for Refused {
    fn code(&self) -> &'static str {
        match self {
            Self::Client => "unauthorized_client",
            Self::ResponseType => "unsupported_response_type",
            Self::Session => "invalid_session",
            Self::Fault(fault) => fault.code(),
            Self::Told(..) => "access_denied",
        }
    }

    fn rule(&self) -> &'static str {
        match self {
            Self::Fault(fault) => fault.rule(),
            Self::ResponseType => "OAuth 2.0 for First-Party Applications 5.1",
            _ => "OAuth 2.0 for First-Party Applications 5.2.2",
        }
    }
}

/// By POST alone.
pub(crate) async fn challenge(
    Tenancy(context): Tenancy,
    Shared(state): Shared<State>,
    browser: BrowserHeaders,
    headers: HeaderMap,
    Form(form): Form,
) -> Response {
    let form = with_client(&context, &headers, form);
    let client = match client::authenticated(&context, &headers, &form).await {
        Ok(client) => client,
        Err(halt) => return client::halted(&context, halt),
    };
    let Browser { address, exact_address, .. } = browser.browser(&context);
    let from = Browser { address, exact_address, ..Browser::default() };
    let lang = browser.lang(form.get("ui_locales"));
    let asked = Asked { params: &form, from, user_agent: browser.user_agent(), lang };
    match flow::challenge(&context, &client, asked).await {
        Ok(answer) => answered(&state, &answer),
        Err(Halt::Refused(Refused::Told(code, why))) => told((StatusCode::BAD_REQUEST, &code), &why, None),
        Err(Halt::Refused(refused)) => reply::refused(StatusCode::BAD_REQUEST, &refused),
        Err(Halt::Failed(failure)) => reply::failure(&context.state, &failure),
    }
}

/// With the client of the `auth_session`, where a public one is not named (5.1).
fn with_client(context: &Context, headers: &HeaderMap, form: Params) -> Params {
    let names_none = form.get("client_id").is_none() && !headers.contains_key(AUTHORIZATION);
    let known =
        form.get("auth_session").filter(|_| names_none).and_then(|text| flow::client_of(context, text));
    let Some(client_id) = known else { return form };
    let named = ("client_id".to_owned(), client_id.as_str().to_owned());
    let pairs = form.pairs().map(|(name, value)| (name.to_owned(), value.to_owned()));
    let pairs: Vec<_> = pairs.filter(|(name, _)| name != "client_id").chain([named]).collect();
    Params::from_pairs(pairs).unwrap_or(form)
}

fn answered(state: &State, answer: &Answer) -> Response {
    match answer {
        Answer::Code(code, auth_session) => {
            state.metrics.login(LoginOutcome::Succeeded);
            let granted = Granted { authorization_code: code, auth_session: auth_session.reveal() };
            reply::json(StatusCode::OK, &granted)
        }
        Answer::More(more) => asking(state, more),
        Answer::Web => {
            let why = "the person goes on in a browser: begin an authorization request there";
            told((StatusCode::FORBIDDEN, "redirect_to_web"), why, None)
        }
        Answer::TooMany(wait, auth_session) => {
            state.metrics.login(LoginOutcome::Throttled);
            let why = "there were too many attempts: try again later";
            let code = (StatusCode::TOO_MANY_REQUESTS, "temporarily_unavailable");
            let mut response = told(code, why, Some(auth_session.reveal()));
            let seconds = u64::try_from(wait.0).unwrap_or_default().max(1);
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds)); // RFC 6585 4
            response
        }
    }
}

fn asking(state: &State, more: &More) -> Response {
    if more.wrong.is_some() {
        state.metrics.login(LoginOutcome::Failed);
    }
    let why = match more.wrong {
        None => "the person proves who they are by one of the methods",
        Some(Wrong::Password) => "the username or the password is wrong",
        Some(Wrong::Waits) => "the account waits for the decision of an operator",
        Some(Wrong::Otp) => "the code is wrong",
        Some(Wrong::OtpUsed) => "the code was used already: wait for the next one",
        Some(Wrong::RecoveryCode) => "the recovery code is wrong, or was used already",
        Some(Wrong::Passkey) => "the passkey cannot be used, or its answer came too late",
    };
    let body = Challenge {
        error: "insufficient_authorization",
        error_description: why,
        auth_session: Some(more.auth_session.reveal()),
        methods: &more.methods,
        passkey: more.passkey.as_ref().and_then(passkey),
    };
    reply::json(StatusCode::FORBIDDEN, &body)
}

fn passkey(begun: &Begun) -> Option<Passkey<'_>> {
    let options = RawValue::from_string(begun.options.clone()).ok()?;
    Some(Passkey { options, ticket: begun.ticket.reveal() })
}

fn told((status, error): (StatusCode, &str), why: &str, auth_session: Option<&str>) -> Response {
    let body = Challenge { error, error_description: why, auth_session, methods: &[], passkey: None };
    reply::json(status, &body)
}
