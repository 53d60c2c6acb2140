//! `/consent`: the person allows or refuses.

use axum::extract::Query;
use axum::response::Response;
use http::StatusCode;

use super::browser::BrowserHeaders;
use super::context::Tenancy;
use super::form::Form;
use super::login::About;
use super::page::{self, Forms};
use super::{csrf, step};
use crate::flow::{Failure, interaction, login};
use crate::pages::{Consent, ScopeLine};

/// What the hidden field of this form is made for.
const FORM: &str = "consent";

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
        // The session ended meanwhile: the request goes back to where it must.
        Ok(None) => return step::proceed(&context, lang, pending, None).await,
        Err(error) => return page::failed(&context, lang, &Failure::from(error)),
    };
    let redirect_uri = &pending.request.to.redirect_uri;
    let asked = pending.request.consent_needed();
    let page = Consent {
        frame: page::frame(&context.realm, lang),
        applicant: step::applicant(&context, &pending),
        username: &session.user.username,
        scopes: asked.iter().map(|name| ScopeLine { name }).collect(),
        action: &format!("{}/consent", context.realm.base),
        request: pending.handle.reveal(),
        csrf: &csrf::token(&context, FORM, pending.handle.reveal(), &pending.binding),
        session: session.session.sid.as_str(),
    };
    page::html(StatusCode::OK, &page, Forms::Onward(redirect_uri))
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
        (Some("allow"), Some(session)) if step::is_for(&form, &session) => {
            login::allow(&context, pending, &session).await
        }
        (Some("deny"), _) => login::deny(&context, pending).await,
        (_, session) => pending.proceed(&context, session.as_ref()).await,
    };
    match outcome {
        Ok(outcome) => step::outcome(&context, lang, outcome),
        Err(halt) => step::halted(&context, lang, halt),
    }
}
