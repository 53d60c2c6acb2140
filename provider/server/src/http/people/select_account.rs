//! `/select-account`: the person continues with the account that is signed in, or with another.

use axum::extract::RawQuery;
use axum::response::Response;
use http::StatusCode;

use super::decision::{self, Asked, Decided};
use crate::flow::interaction::Purpose;
use crate::flow::proceed::proceed;
use crate::flow::{decide, sign_in_steps};
use crate::http::shared::browser::BrowserHeaders;
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::page::{self, Forms};
use crate::http::shared::{csrf, step};
use crate::pages::SelectAccount;

/// The kind of form that the CSRF token is bound to.
const FORM: &str = "select-account";

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
    let page = SelectAccount {
        frame: step::frame(&context, lang, &pending.purpose),
        client_name: &authorization.client.client.client_name,
        username: &session.user.username,
        display_name: session.user.claims.name.as_deref().unwrap_or_default(),
        action: &format!("{}/select-account", context.realm.base),
        request: pending.handle.reveal(),
        csrf: &csrf::token(&context, FORM, pending.handle.reveal(), &pending.binding),
        session: session.session.sid.as_str(),
    };
    page::html(StatusCode::OK, &page, Forms::Onward(&authorization.request.to.redirect_uri))
}

/// The form.
pub(crate) async fn submit(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    let decided = decision::decided(&context, &headers, FORM, &form).await;
    let Decided { pending, lang, session } = match decided {
        Ok(decided) => decided,
        Err(response) => return response,
    };
    let outcome = match (form.get("decision"), session) {
        (Some("continue"), Some(session)) if step::is_for(&form, &session) => {
            decide::continue_as(&context, pending, &session).await
        }
        (Some("other"), _) => Ok(pending.step(sign_in_steps::page(None))),
        (_, session) => proceed(&context, pending, session.as_ref()).await,
    };
    step::taken(&context, lang, outcome)
}
