//! `/account/data`: a person gets a copy of everything that is stored about them.

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use credenza_protocol::secret::Secret;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, StatusCode};

use super::account::recently_signed_in;
use crate::context::Context;
use crate::flow::account_page::AccountPage;
use crate::http::shared::browser::BrowserHeaders;
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::page::{self, Forms};
use crate::http::shared::{csrf, lost};
use crate::pages::{Lang, OwnData};
use crate::people::data::DataCopy;

/// The path of the page, and the kind of its form.
const PAGE: &str = "account/data";

/// The page.
pub(crate) async fn show(Tenancy(context): Tenancy, headers: BrowserHeaders) -> Response {
    match recently_signed_in(&context, &headers, AccountPage::Data).await {
        Ok((handle, _)) => shown(&context, headers.lang(None), &handle),
        Err(response) => response,
    }
}

/// Its form: the copy, as a file.
pub(crate) async fn download(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    Form(form): Form,
) -> Response {
    let lang = headers.lang(None);
    let (handle, own) = match recently_signed_in(&context, &headers, AccountPage::Data).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let is_own = csrf::is_right(&context, PAGE, "", &handle, form.get("csrf"));
    if form.repeated().is_some() || !is_own {
        return lost::forged(&context, lang, &format!("/{PAGE}"));
    }
    let parts = match DataCopy::of(context.clone(), own.user).parts().await {
        Ok(parts) => parts,
        Err(failure) => return page::failed(&context, lang, &failure),
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"account.json\"")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (StatusCode::OK, headers, Body::from_stream(parts)).into_response()
}

fn shown(context: &Context, lang: Lang, handle: &Secret) -> Response {
    let page = OwnData {
        frame: page::frame(context, lang),
        action: &format!("{}/{PAGE}", context.realm.base),
        csrf: &csrf::token(context, PAGE, "", handle),
        way_back: &format!("{}/account", context.realm.base),
    };
    page::html(StatusCode::OK, &page, Forms::Here)
}
