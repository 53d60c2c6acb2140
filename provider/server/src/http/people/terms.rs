//! `/login/terms`: the tenant's terms, which have to be accepted before the person is signed in.

use axum::extract::RawQuery;
use axum::response::Response;
use credenza_protocol::terms::due;
use credenza_protocol::user::User;
use http::StatusCode;

use super::login;
use crate::context::Context;
use crate::flow::interaction::Pending;
use crate::flow::sign_in::terms::{self as flow, Accepted};
use crate::flow::sign_in_steps::{self, ACCEPT_TERMS};
use crate::http::shared::browser::BrowserHeaders;
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::page;
use crate::http::shared::{csrf, lost, step};
use crate::pages::{AcceptTerms, Lang, Terms};

/// The kind of form that the CSRF token is bound to.
const FORM: &str = ACCEPT_TERMS.page;

/// The terms that somebody has to accept who makes an account now.
pub(super) fn of_new_account(context: &Context) -> Option<Terms<'_>> {
    context.realm.tenant.settings.terms_version.as_deref().map(|version| terms(context, version))
}

fn terms<'a>(context: &'a Context, version: &'a str) -> Terms<'a> {
    Terms { version, uri: context.realm.tenant.settings.brand.tos_uri.as_deref() }
}

/// The page.
pub(crate) async fn show(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    RawQuery(query): RawQuery,
) -> Response {
    let (pending, lang) = match step::shown(&context, &headers, query).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    match flow::turn(&context, &pending).await {
        Ok(Some(user)) => shown(&context, lang, (&pending, &user), StatusCode::OK),
        Ok(None) => step::again(&context, lang, pending),
        Err(failure) => page::failed(&context, lang, &failure),
    }
}

/// Its form.
pub(crate) async fn submit(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    let (pending, lang) = match step::submitted(&context, &headers, FORM, &form).await {
        Ok(submitted) => submitted,
        Err(response) => return response,
    };
    let user = match flow::turn(&context, &pending).await {
        Ok(Some(user)) => user,
        Ok(None) => return step::again(&context, lang, pending),
        Err(failure) => return page::failed(&context, lang, &failure),
    };
    let accepted = (user, form.get("terms").unwrap_or_default());
    let browser = headers.browser(&context);
    match flow::accept(&context, pending, accepted, (&browser, headers.user_agent())).await {
        Ok(Accepted::Taken(taken)) => login::signed_in(&context, lang, taken),
        Ok(Accepted::Changed(pending, user)) => {
            shown(&context, lang, (&*pending, &*user), StatusCode::CONFLICT)
        }
        Err(halt) => lost::halted(&context, lang, halt),
    }
}

fn shown(context: &Context, lang: Lang, (pending, user): (&Pending, &User), status: StatusCode) -> Response {
    let settings = &context.realm.tenant.settings;
    let handle = pending.handle.reveal();
    let base = &context.realm.base;
    let page = AcceptTerms {
        frame: page::frame(context, lang),
        action: &format!("{base}/{FORM}"),
        request: handle,
        csrf: &csrf::token(context, FORM, handle, &pending.binding),
        username: &user.username,
        brand: &settings.display_name,
        // Where there is nothing to accept any more, the form goes on.
        terms: terms(context, due(settings, user.terms.as_ref()).unwrap_or_default()),
        have_changed: user.terms.is_some(),
        way_back: &format!("{base}/{}?request={handle}", sign_in_steps::page(None)),
    };
    page::html(status, &page, step::forms(pending))
}
