//! `/account/security/passkey`: a person makes a passkey.

use axum::response::Response;
use credenza_protocol::secret::Secret;
use credenza_storage::SessionRecord;
use http::StatusCode;

use super::account::{self, recently_signed_in};
use super::not_found;
use super::security::{PAGE as SECURITY, PASSKEY_PAGE as PAGE, codes_shown};
use crate::context::Context;
use crate::flow::account_page::AccountPage;
use crate::flow::authenticators::passkeys::{self, Added};
use crate::http::shared::browser::BrowserHeaders;
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::page;
use crate::http::shared::{csrf, lost, reply};
use crate::pages::{AccountPlace, AddPasskey, AddPasskeyError, Lang, PasskeyForm};
use crate::people::authenticators as flow;

/// The page.
pub(crate) async fn show(Tenancy(context): Tenancy, headers: BrowserHeaders) -> Response {
    let lang = headers.lang(None);
    if !context.realm.has_passkeys() {
        return not_found::page(&context, lang);
    }
    match recently_signed_in(&context, &headers, AccountPage::Passkey).await {
        Ok((handle, own)) => shown(&context, lang, (&handle, &own), None).await,
        Err(response) => response,
    }
}

/// Its form.
pub(crate) async fn submit(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    let lang = headers.lang(None);
    if !context.realm.has_passkeys() {
        return not_found::page(&context, lang);
    }
    let (handle, own) = match recently_signed_in(&context, &headers, AccountPage::Passkey).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let is_own = csrf::is_right(&context, PAGE, "", &handle, form.get("csrf"));
    if form.repeated().is_some() || !is_own {
        return lost::forged(&context, lang, &format!("/{PAGE}"));
    }
    let field = |name| form.get(name).unwrap_or_default();
    let answer = (field("ticket"), field("passkey"), field("name"));
    let error = match passkeys::add(&context, (&own.user, &handle), answer, lang).await {
        Ok(Added::Yes) => return added(&context, lang, &own).await,
        Ok(Added::TooMany) => AddPasskeyError::TooMany,
        Ok(Added::Taken) => AddPasskeyError::Taken,
        Ok(Added::Refused | Added::Absent) => AddPasskeyError::Refused,
        Err(failure) => return page::failed(&context, lang, &failure),
    };
    shown(&context, lang, (&handle, &own), Some(error)).await
}

/// With the first authenticator come recovery codes; else the list of what there is follows.
async fn added(context: &Context, lang: Lang, own: &SessionRecord) -> Response {
    match flow::codes_of_first(context, &own.user, lang).await {
        Ok(Some(codes)) => codes_shown(context, lang, &codes),
        Ok(None) => reply::see_other(&format!("{}/{SECURITY}", context.realm.base)),
        Err(failure) => page::failed(context, lang, &failure),
    }
}

async fn shown(
    context: &Context,
    lang: Lang,
    (handle, own): (&Secret, &SessionRecord),
    error: Option<AddPasskeyError>,
) -> Response {
    let begun = match passkeys::begin(context, &own.user, handle).await {
        Ok(Some(begun)) => begun,
        Ok(None) => return not_found::page(context, lang),
        Err(failure) => return page::failed(context, lang, &failure),
    };
    let base = &context.realm.base;
    let page = AddPasskey {
        frame: page::frame(context, lang),
        action: &format!("{base}/{PAGE}"),
        csrf: &csrf::token(context, PAGE, "", handle),
        form: PasskeyForm { options: &begun.options, ticket: begun.ticket.reveal(), is_quiet: true },
        error,
        way_back: &format!("{base}/{SECURITY}"),
        nav: account::nav(context, lang, Some(AccountPlace::Security)),
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page::html_with_script(status, &page)
}
