//! `/select-account`: the person goes on as the one who is signed in, or as somebody else.

use axum::extract::Query;
use axum::response::Response;
use credenza_protocol::authorize::interaction::Next;
use http::StatusCode;

use super::browser::BrowserHeaders;
use super::context::Tenancy;
use super::form::Form;
use super::login::About;
use super::page::{self, Forms};
use super::{csrf, step};
use crate::flow::{Failure, interaction, login};
use crate::pages::SelectAccount;

/// What the hidden field of this form is made for.
const FORM: &str = "select-account";

/// The page.
pub(super) async fn show(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    Query(about): Query<About>,
) -> Response {
    let (pending, lang) = match step::pending(&context, &headers, about.request.as_deref()).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let browser = headers.browser(&context);
    let session = match interaction::session(&context, browser.session.as_ref()).await {
        Ok(Some(session)) => session,
        Ok(None) => return step::proceed(&context, lang, pending, None).await,
        Err(error) => return page::failed(&context, lang, &Failure::from(error)),
    };
    let page = SelectAccount {
        frame: page::frame(&context.realm, lang),
        client_name: &pending.client.client.client_name,
        username: &session.user.username,
        display_name: session.user.claims.name.as_deref().unwrap_or_default(),
        action: &format!("{}/select-account", context.realm.base),
        request: pending.handle.reveal(),
        csrf: &csrf::token(&context, FORM, pending.handle.reveal(), &pending.binding),
        session: session.session.sid.as_str(),
    };
    page::html(StatusCode::OK, &page, Forms::Onward(&pending.request.to.redirect_uri))
}

/// The form.
pub(super) async fn submit(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    let submitted = step::submitted(&context, &headers, FORM, &form).await;
    let (pending, lang) = match submitted {
        Ok(submitted) => submitted,
        Err(response) => return response,
    };
    let browser = headers.browser(&context);
    let session = match interaction::session(&context, browser.session.as_ref()).await {
        Ok(session) => session,
        Err(error) => return page::failed(&context, lang, &Failure::from(error)),
    };
    let outcome = match (form.get("decision"), session) {
        (Some("continue"), Some(session)) if step::is_for(&form, &session) => {
            login::continue_as(&context, pending, &session).await
        }
        (Some("other"), _) => Ok(pending.step(Next::Login)),
        (_, session) => pending.proceed(&context, session.as_ref()).await,
    };
    match outcome {
        Ok(outcome) => step::outcome(&context, lang, outcome),
        Err(halt) => step::halted(&context, lang, halt),
    }
}
