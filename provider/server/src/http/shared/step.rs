//! The response after each step of a sign-in: the answer for the client, or a redirect to the next page.

use std::ops::ControlFlow;

use axum::response::Response;
use credenza_protocol::authorize::Delivery;
use credenza_protocol::params::Params;
use credenza_storage::SessionRecord;
use http::StatusCode;

use super::browser::{BrowserHeaders, set_binding, set_state};
use super::page::{self, Forms};
use super::{csrf, lost, reply, way_on};
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::interaction::{Authorization, Lost, Pending, Purpose};
use crate::flow::outcome::Outcome;
use crate::flow::sign_in_steps;
use crate::flow::{self, Halt};
use crate::pages::{Applicant, FormPost, Frame, Lang};
use crate::telemetry;

/// The response to an outcome.
pub(crate) fn outcome(context: &Context, lang: Lang, outcome: Outcome) -> Response {
    match outcome {
        Outcome::Answer(delivery) => deliver(context, lang, delivery),
        Outcome::SignedIn { delivery, browser_state } => {
            let mut response = deliver(context, lang, delivery);
            set_state(context, response.headers_mut(), &browser_state);
            response
        }
        Outcome::Account(page) => reply::see_other(&format!("{}/{}", context.realm.base, page.path())),
        Outcome::Application(client) => {
            reply::see_other(&way_on::to_client(context, Some(&client.client)).uri)
        }
        Outcome::SignInAt(uri) => reply::see_other(&uri),
        Outcome::Step { page, request, binding } => {
            let location = format!("{}/{page}?request={}", context.realm.base, request.reveal());
            let mut response = reply::see_other(&location);
            if let Some(binding) = binding {
                set_binding(context, response.headers_mut(), &binding);
            }
            response
        }
    }
}

/// The sign-in begins again.
pub(crate) fn again(context: &Context, lang: Lang, pending: Pending) -> Response {
    outcome(context, lang, pending.step(sign_in_steps::page(None)))
}

/// Sends an answer to the client through the browser.
pub(crate) fn deliver(context: &Context, lang: Lang, delivery: Delivery) -> Response {
    match delivery {
        Delivery::Redirect(location) => reply::see_other(&location),
        // A handle that no browser has ever had leads here.
        Delivery::Direct(_) => {
            page::failed(context, lang, &Failure::Internal("an answer for a client has come to a browser"))
        }
        Delivery::FormPost { action, fields } => {
            let fields = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let page = FormPost { frame: page::frame(context, lang), action: &action, fields };
            page::html(StatusCode::OK, &page, Forms::Post(&action))
        }
    }
}

/// The pending request that a page or form is about, and the language to answer in.
pub(crate) async fn pending(
    context: &Context,
    headers: &BrowserHeaders,
    request: Option<&str>,
) -> Result<(Pending, Lang), Response> {
    let browser = headers.browser(context);
    match Pending::find(context, request.unwrap_or_default(), browser.binding.as_ref()).await {
        Ok(found) => {
            if let Purpose::Authorize(authorization) = &found.purpose {
                telemetry::of_client(authorization.client.client.client_id.as_str());
            }
            let lang = headers.lang_since(found.purpose.ui_locales(), found.began_at(context));
            Ok((found, lang))
        }
        Err(halt) => {
            let past = if let Halt::Refused(lost) = &halt { lost.past() } else { None };
            let lang = headers.lang(past.and_then(|past| past.ui_locales.as_deref()));
            Err(lost::halted(context, lang, halt))
        }
    }
}

/// The same for the address of a page that is about to be shown; without one, if the request can no longer be allowed, the
/// answer to the client. An address that names a request twice names none.
pub(crate) async fn shown(
    context: &Context,
    headers: &BrowserHeaders,
    query: Option<String>,
) -> Result<(Pending, Lang), Response> {
    let params = Params::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let request = params.get("request").filter(|_| params.repeated().is_none());
    let (pending, lang) = self::pending(context, headers, request).await?;
    match flow::proceed::before_page(context, pending).await {
        Ok(ControlFlow::Continue(pending)) => Ok((pending, lang)),
        Ok(ControlFlow::Break(outcome)) => Err(self::outcome(context, lang, outcome)),
        Err(halt) => Err(lost::halted(context, lang, halt)),
    }
}

/// The same for a submitted form of this kind. Its CSRF token must be valid, and no field may be repeated. A kind of
/// form is named after the path of its page.
pub(crate) async fn submitted(
    context: &Context,
    headers: &BrowserHeaders,
    kind: &str,
    form: &Params,
) -> Result<(Pending, Lang), Response> {
    let (pending, lang) = self::pending(context, headers, form.get("request")).await?;
    let (handle, token) = (pending.handle.reveal(), form.get("csrf"));
    if form.repeated().is_none() && csrf::is_right(context, kind, handle, &pending.binding, token) {
        Ok((pending, lang))
    } else {
        Err(lost::forged(context, lang, &format!("/{kind}?request={handle}")))
    }
}

/// Whether the form was shown to the person who is signed in now; anybody else must be asked again.
pub(crate) fn is_for(form: &Params, session: &SessionRecord) -> bool {
    form.get("session") == Some(session.session.sid.as_str())
}

/// Where the forms of a page lead that ends with an answer to the client.
pub(crate) fn forms(pending: &Pending) -> Forms<'_> {
    match &pending.purpose {
        Purpose::Authorize(authorization) => Forms::Onward(&authorization.request.to.redirect_uri),
        Purpose::Account(_) => Forms::Here,
    }
}

/// What stands around the content of a page of this interaction.
pub(crate) fn frame<'a>(context: &'a Context, lang: Lang, purpose: &'a Purpose) -> Frame<'a> {
    match purpose {
        Purpose::Authorize(authorization) => page::frame_of(context, lang, &authorization.client.client),
        Purpose::Account(_) => page::frame(context, lang),
    }
}

/// The client of a request, as a page shows it.
pub(crate) fn applicant<'a>(context: &Context, authorization: &'a Authorization) -> Applicant<'a> {
    let client = &authorization.client.client;
    let redirect_uri = url::Url::parse(&authorization.request.to.redirect_uri).ok();
    Applicant {
        name: &client.client_name,
        host: redirect_uri.and_then(|uri| uri.host_str().map(str::to_owned)),
        logo: client.logo_uri.as_ref().map(|_| format!("{}/logos/{}", context.realm.base, client.client_id)),
        client_uri: client.client_uri.as_deref(),
        policy_uri: client.policy_uri.as_deref(),
        tos_uri: client.tos_uri.as_deref(),
    }
}

/// Continues a request whose page can no longer be shown.
pub(crate) async fn proceed(
    context: &Context,
    lang: Lang,
    pending: Pending,
    session: Option<&SessionRecord>,
) -> Response {
    taken(context, lang, flow::proceed::proceed(context, pending, session).await)
}

/// The response after a step that may have been taken.
pub(crate) fn taken(context: &Context, lang: Lang, step: Result<Outcome, Halt<Lost>>) -> Response {
    match step {
        Ok(next) => outcome(context, lang, next),
        Err(halt) => lost::halted(context, lang, halt),
    }
}
