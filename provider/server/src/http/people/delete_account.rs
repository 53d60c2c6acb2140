//! `/account/delete`: a person deletes their account.

use axum::response::Response;
use credenza_protocol::secret::Secret;
use credenza_protocol::time::Time;
use credenza_storage::SessionRecord;
use http::StatusCode;

use super::account::recently_signed_in;
use super::not_found;
use crate::context::Context;
use crate::flow::account_page::AccountPage;
use crate::http::shared::browser::{BrowserHeaders, clear_session};
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::page::{self, Forms};
use crate::http::shared::{csrf, lost};
use crate::pages::{DeleteAccount, DeleteAccountError, DeletionAsked, Lang};
use crate::people::deletion::{self, Asked};

/// The path of the page, and the kind of its form.
const PAGE: &str = "account/delete";

/// The page.
pub(crate) async fn show(Tenancy(context): Tenancy, headers: BrowserHeaders) -> Response {
    let lang = headers.lang(None);
    if !deletion::is_offered(&context) {
        return not_found::page(&context, lang);
    }
    match recently_signed_in(&context, &headers, AccountPage::Delete).await {
        Ok((handle, own)) => shown(&context, lang, (&handle, &own), None),
        Err(response) => response,
    }
}

/// Its form.
pub(crate) async fn submit(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    let lang = headers.lang(None);
    if !deletion::is_offered(&context) {
        return not_found::page(&context, lang);
    }
    let (handle, own) = match recently_signed_in(&context, &headers, AccountPage::Delete).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let is_own = csrf::is_right(&context, PAGE, "", &handle, form.get("csrf"));
    if form.repeated().is_some() || !is_own {
        return lost::forged(&context, lang, &format!("/{PAGE}"));
    }
    let typed = form.get("username").unwrap_or_default().trim();
    let error = match deletion::ask(&context, &own.user, typed, lang).await {
        Ok(Asked::Scheduled(deletes_at)) => return asked(&context, lang, Some(deletes_at)),
        Ok(Asked::Deleted) => return asked(&context, lang, None),
        Ok(Asked::Wrong) => DeleteAccountError::Wrong,
        Ok(Asked::Administers) => DeleteAccountError::Administers,
        Ok(Asked::Refused) => DeleteAccountError::Refused,
        Err(failure) => return page::failed(&context, lang, &failure),
    };
    shown(&context, lang, (&handle, &own), Some(error))
}

fn asked(context: &Context, lang: Lang, deletes_at: Option<Time>) -> Response {
    let page = DeletionAsked { frame: page::frame(context, lang), deletes_at };
    let mut response = page::html(StatusCode::OK, &page, Forms::Here);
    clear_session(context, response.headers_mut());
    response
}

fn shown(
    context: &Context,
    lang: Lang,
    (handle, own): (&Secret, &SessionRecord),
    error: Option<DeleteAccountError>,
) -> Response {
    let page = DeleteAccount {
        frame: page::frame(context, lang),
        action: &format!("{}/{PAGE}", context.realm.base),
        csrf: &csrf::token(context, PAGE, "", handle),
        username: &own.user.username,
        days: context.realm.tenant.settings.account_deletion_grace.into(),
        error,
        way_back: &format!("{}/account", context.realm.base),
    };
    let status = match error {
        None => StatusCode::OK,
        Some(DeleteAccountError::Wrong) => StatusCode::UNPROCESSABLE_ENTITY,
        Some(DeleteAccountError::Administers) => StatusCode::FORBIDDEN,
        Some(DeleteAccountError::Refused) => StatusCode::CONFLICT,
    };
    page::html(status, &page, Forms::Here)
}
