//! `/consent`: the person allows or denies the request.

use axum::extract::Query;
use axum::response::Response;
use http::StatusCode;

use super::login::About;
use crate::failure::Failure;
use crate::flow::interaction::Purpose;
use crate::flow::proceed::proceed;
use crate::flow::{decide, session};
use crate::http::shared::browser::BrowserHeaders;
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::page::{self, Forms};
use crate::http::shared::{csrf, step};
use crate::pages::{Consent, ScopeLine};

/// The kind of form that the CSRF token is bound to.
const FORM: &str = "consent";

/// The page.
pub(crate) async fn show(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    Query(about): Query<About>,
) -> Response {
    let (pending, lang) = match step::pending(&context, &headers, about.request.as_deref()).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let browser = headers.browser(&context);
    let session = match session::find(&context, browser.session.as_ref()).await {
        Ok(Some(session)) => session,
        // The session has ended in the meantime: the person signs in again.
        Ok(None) => return step::proceed(&context, lang, pending, None).await,
        Err(error) => return page::failed(&context, lang, &Failure::from(error)),
    };
    let Purpose::Authorize(authorization) = &pending.purpose;
    let redirect_uri = &authorization.request.to.redirect_uri;
    let asked = authorization.request.consent_needed();
    let page = Consent {
        frame: page::frame(&context.realm, lang),
        applicant: step::applicant(&context, authorization),
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
pub(crate) async fn submit(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    let submitted = step::submitted(&context, &headers, FORM, &form).await;
    let (pending, lang) = match submitted {
        Ok(submitted) => submitted,
        Err(response) => return response,
    };
    let browser = headers.browser(&context);
    let session = match session::find(&context, browser.session.as_ref()).await {
        Ok(session) => session,
        Err(error) => return page::failed(&context, lang, &Failure::from(error)),
    };
    let outcome = match (form.get("decision"), session) {
        (Some("allow"), Some(session)) if step::is_for(&form, &session) => {
            decide::allow(&context, pending, &session).await
        }
        (Some("deny"), _) => decide::deny(&context, pending).await,
        (_, session) => proceed(&context, pending, session.as_ref()).await,
    };
    match outcome {
        Ok(outcome) => step::outcome(&context, lang, outcome),
        Err(halt) => step::halted(&context, lang, halt),
    }
}
