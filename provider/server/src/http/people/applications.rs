//! `/account/applications`: the applications that have access to the account of the person who is signed in.

use axum::response::Response;
use credenza_protocol::ids::ClientId;
use credenza_protocol::resource_definition::description;
use http::StatusCode;

use super::account::{self, signed_in};
use crate::context::Context;
use crate::http::shared::browser::BrowserHeaders;
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::page;
use crate::http::shared::{csrf, lost, reply};
use crate::pages::{AccountPlace, ApplicationLine, Applications, Lang, ScopeLine};
use crate::people::applications::{self as flow, Application};

/// The path of the page, and the kind of its form.
const PAGE: &str = "account/applications";

/// The page.
pub(crate) async fn show(Tenancy(context): Tenancy, headers: BrowserHeaders) -> Response {
    let lang = headers.lang(None);
    let (handle, own) = match signed_in(&context, &headers).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let applications = match flow::list(&context, &own.user.user_id).await {
        Ok(applications) => applications,
        Err(failure) => return page::failed(&context, lang, &failure),
    };
    let page = Applications {
        frame: page::frame(&context, lang),
        applications: applications.iter().map(|application| line(&context, lang, application)).collect(),
        action: &format!("{}/{PAGE}", context.realm.base),
        csrf: &csrf::token(&context, PAGE, "", &handle),
        nav: account::nav(&context, lang, Some(AccountPlace::Applications)),
    };
    page::html_with_script(StatusCode::OK, &page)
}

/// The form: withdraws the access of one.
pub(crate) async fn withdraw(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    Form(form): Form,
) -> Response {
    let lang = headers.lang(None);
    let (handle, own) = match signed_in(&context, &headers).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let is_own = csrf::is_right(&context, PAGE, "", &handle, form.get("csrf"));
    if form.repeated().is_some() || !is_own {
        return lost::forged(&context, lang, &format!("/{PAGE}"));
    }
    let client_id = ClientId::new(form.get("client_id").unwrap_or_default());
    match flow::withdraw(&context, &own.user.user_id, &client_id).await {
        // One that had none is not in the list either.
        Ok(_) => reply::see_other(&format!("{}/{PAGE}", context.realm.base)),
        Err(failure) => page::failed(&context, lang, &failure),
    }
}

fn line<'a>(context: &'a Context, lang: Lang, application: &'a Application) -> ApplicationLine<'a> {
    let defined = &context.realm.tenant.settings.resources;
    let scope =
        |name| ScopeLine { name, description: description(defined, &application.resource, name, lang.tag()) };
    ApplicationLine {
        client_id: application.client_id.as_str(),
        name: &application.name,
        scopes: application.scope.iter().map(scope).collect(),
        last_used: application.last_used_at,
    }
}
