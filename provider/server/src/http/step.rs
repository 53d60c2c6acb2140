//! What the browser gets after each step of a sign-in: the answer for the client, or the next page.

use axum::response::Response;
use credenza_protocol::authorize::Delivery;
use credenza_protocol::authorize::interaction::Next;
use credenza_protocol::params::Params;
use credenza_storage::SessionRecord;
use http::StatusCode;

use super::browser::{BrowserHeaders, set_binding, set_state};
use super::page::{self, Forms};
use super::{csrf, reply};
use crate::flow::Halt;
use crate::flow::authorize::Outcome;
use crate::flow::interaction::{Lost, Pending};
use crate::pages::{Applicant, FormPost, Lang};
use crate::realm::Context;

/// Sends an outcome.
pub(super) fn outcome(context: &Context, lang: Lang, outcome: Outcome) -> Response {
    match outcome {
        Outcome::Answer(delivery) => deliver(context, lang, delivery),
        Outcome::SignedIn { delivery, browser_state } => {
            let mut response = deliver(context, lang, delivery);
            set_state(context, response.headers_mut(), &browser_state);
            response
        }
        Outcome::Step { next, request, binding } => {
            let path = match next {
                Next::Consent => "consent",
                Next::SelectAccount => "select-account",
                Next::Login | Next::Answer => "login",
            };
            let location = format!("{}/{path}?request={}", context.realm.base, request.reveal());
            let mut response = reply::see_other(&location);
            if let Some(binding) = binding {
                set_binding(context, response.headers_mut(), &binding);
            }
            response
        }
    }
}

/// Sends an answer to the client by way of the browser.
pub(super) fn deliver(context: &Context, lang: Lang, delivery: Delivery) -> Response {
    match delivery {
        Delivery::Redirect(location) => reply::see_other(&location),
        Delivery::FormPost { action, fields } => {
            let fields = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let page = FormPost { frame: page::frame(&context.realm, lang), action: &action, fields };
            page::html(StatusCode::OK, &page, Forms::Post(&action))
        }
    }
}

/// Says why a step cannot be taken.
pub(super) fn halted(context: &Context, lang: Lang, halt: Halt<Lost>) -> Response {
    match halt {
        Halt::Refused(Lost::Gone) => page::sorry(context, lang, StatusCode::BAD_REQUEST, lang.request_gone()),
        Halt::Refused(Lost::Forged) => page::sorry(context, lang, StatusCode::FORBIDDEN, lang.form_forged()),
        Halt::Failed(failure) => page::failed(context, lang, &failure),
    }
}

/// The request under way that a page or form is about, in its language.
pub(super) async fn pending(
    context: &Context,
    headers: &BrowserHeaders,
    request: Option<&str>,
) -> Result<(Pending, Lang), Response> {
    let browser = headers.browser(context);
    let found = Pending::find(context, request.unwrap_or_default(), browser.binding.as_ref()).await;
    let found = found.map_err(|halt| halted(context, headers.lang(None), halt))?;
    let lang = headers.lang(found.request.ui_locales.as_deref());
    Ok((found, lang))
}

/// The same for a form of that kind, whose hidden field must be right, and which says nothing twice.
pub(super) async fn submitted(
    context: &Context,
    headers: &BrowserHeaders,
    kind: &str,
    form: &Params,
) -> Result<(Pending, Lang), Response> {
    let (pending, lang) = self::pending(context, headers, form.get("request")).await?;
    let token = form.get("csrf");
    if form.repeated().is_none()
        && csrf::is_right(context, kind, pending.handle.reveal(), &pending.binding, token)
    {
        Ok((pending, lang))
    } else {
        Err(halted(context, lang, Lost::Forged.into()))
    }
}

/// Whether the form was shown to the one who is signed in now; anybody else must be asked themself.
pub(super) fn is_for(form: &Params, session: &SessionRecord) -> bool {
    form.get("session") == Some(session.session.sid.as_str())
}

/// The client of a request, as a page shows it.
pub(super) fn applicant<'a>(context: &Context, pending: &'a Pending) -> Applicant<'a> {
    let client = &pending.client.client;
    let redirect_uri = url::Url::parse(&pending.request.to.redirect_uri).ok();
    Applicant {
        name: &client.client_name,
        host: redirect_uri.and_then(|uri| uri.host_str().map(str::to_owned)),
        logo: client.logo_uri.as_ref().map(|_| format!("{}/logos/{}", context.realm.base, client.client_id)),
        client_uri: client.client_uri.as_deref(),
        policy_uri: client.policy_uri.as_deref(),
        tos_uri: client.tos_uri.as_deref(),
    }
}

/// Goes on with a request whose page can no longer be shown.
pub(super) async fn proceed(
    context: &Context,
    lang: Lang,
    pending: Pending,
    session: Option<&SessionRecord>,
) -> Response {
    match pending.proceed(context, session).await {
        Ok(next) => outcome(context, lang, next),
        Err(halt) => halted(context, lang, halt),
    }
}
