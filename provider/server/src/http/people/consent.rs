//! `/consent`: the person allows or denies the request.

use axum::extract::RawQuery;
use axum::response::Response;
use credenza_protocol::resource_definition::description;
use http::StatusCode;

use super::decision::{self, Asked, Decided};
use crate::flow::decide;
use crate::flow::interaction::Purpose;
use crate::flow::proceed::proceed;
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
    RawQuery(query): RawQuery,
) -> Response {
    let asked = decision::asked(&context, &headers, query).await;
    let Asked { pending, lang, session } = match asked {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    let Purpose::Authorize(authorization) = &pending.purpose else {
        return step::proceed(&context, lang, pending, Some(&session)).await;
    };
    let redirect_uri = &authorization.request.to.redirect_uri;
    let asked = authorization.request.consent_needed();
    let (defined, resources) = (&context.realm.tenant.settings.resources, &authorization.request.resource);
    let line = |name| ScopeLine { name, description: description(defined, resources, name, lang.tag()) };
    let page = Consent {
        frame: step::frame(&context, lang, &pending.purpose),
        applicant: step::applicant(&context, authorization),
        username: &session.user.username,
        scopes: asked.iter().map(line).collect(),
        action: &format!("{}/consent", context.realm.base),
        request: pending.handle.reveal(),
        csrf: &csrf::token(&context, FORM, pending.handle.reveal(), &pending.binding),
        session: session.session.sid.as_str(),
    };
    page::html(StatusCode::OK, &page, Forms::Onward(redirect_uri))
}

/// The form.
pub(crate) async fn submit(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    let decided = decision::decided(&context, &headers, FORM, &form).await;
    let Decided { pending, lang, session } = match decided {
        Ok(decided) => decided,
        Err(response) => return response,
    };
    let outcome = match (form.get("decision"), session) {
        (Some("allow"), Some(session)) if step::is_for(&form, &session) => {
            decide::allow(&context, pending, &session).await
        }
        (Some("deny"), session) => decide::deny(&context, pending, session.as_ref()).await,
        (_, session) => proceed(&context, pending, session.as_ref()).await,
    };
    step::taken(&context, lang, outcome)
}
