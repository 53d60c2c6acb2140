//! `/account/security/app`: a person adds an application that shows codes.

use axum::response::Response;
use credenza_protocol::secret::Secret;
use credenza_storage::SessionRecord;
use http::StatusCode;

use super::account::recently_signed_in;
use super::not_found;
use super::security::{APP_PAGE as PAGE, PAGE as SECURITY, codes_shown};
use crate::context::Context;
use crate::flow::account_page::AccountPage;
use crate::flow::authenticators::totp::{self, Added, NewTotp};
use crate::http::shared::browser::BrowserHeaders;
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::page::{self, Forms};
use crate::http::shared::{csrf, lost, reply};
use crate::pages::{AuthenticatorApp, AuthenticatorAppError, Lang};
use crate::people::authenticators::{self as flow, Tried};

/// The page.
pub(crate) async fn show(Tenancy(context): Tenancy, headers: BrowserHeaders) -> Response {
    let lang = headers.lang(None);
    if !flow::are_codes_of_use(&context) {
        return not_found::page(&context, lang);
    }
    match recently_signed_in(&context, &headers, AccountPage::AuthenticatorApp).await {
        Ok((handle, own)) => begun(&context, lang, (&handle, &own), None),
        Err(response) => response,
    }
}

/// Its form.
pub(crate) async fn submit(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    let lang = headers.lang(None);
    if !flow::are_codes_of_use(&context) {
        return not_found::page(&context, lang);
    }
    let (handle, own) = match recently_signed_in(&context, &headers, AccountPage::AuthenticatorApp).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let is_own = csrf::is_right(&context, PAGE, "", &handle, form.get("csrf"));
    if form.repeated().is_some() || !is_own {
        return lost::forged(&context, lang, &format!("/{PAGE}"));
    }
    let field = |name| form.get(name).unwrap_or_default();
    let typed = (field("ticket"), field("code"), field("name"));
    let added = match flow::add_totp(&context, &own.user, typed, lang).await {
        Ok(Tried::Added(Some(codes))) => return codes_shown(&context, lang, &codes),
        Ok(Tried::Added(None)) => return reply::see_other(&format!("{}/{SECURITY}", context.realm.base)),
        Ok(Tried::Not(added)) => added,
        Err(failure) => return page::failed(&context, lang, &failure),
    };
    let to = (&handle, &own);
    match added {
        Added::Wrong(new) => shown(&context, lang, to, (&new, Some(AuthenticatorAppError::Wrong))),
        Added::TooMany => begun(&context, lang, to, Some(AuthenticatorAppError::TooMany)),
        Added::Yes | Added::Expired | Added::Absent => {
            begun(&context, lang, to, Some(AuthenticatorAppError::Expired))
        }
    }
}

/// The page with a new secret.
fn begun(
    context: &Context,
    lang: Lang,
    to: (&Secret, &SessionRecord),
    error: Option<AuthenticatorAppError>,
) -> Response {
    match totp::begin(context, &to.1.user.user_id) {
        Ok(new) => shown(context, lang, to, (&new, error)),
        Err(failure) => page::failed(context, lang, &failure),
    }
}

fn shown(
    context: &Context,
    lang: Lang,
    (handle, own): (&Secret, &SessionRecord),
    (new, error): (&NewTotp, Option<AuthenticatorAppError>),
) -> Response {
    let (base, brand) = (&context.realm.base, &context.realm.tenant.settings.display_name);
    let page = AuthenticatorApp {
        frame: page::frame(context, lang),
        action: &format!("{base}/{PAGE}"),
        request: None,
        csrf: &csrf::token(context, PAGE, "", handle),
        ticket: new.ticket.reveal(),
        secret: &new.secret.text(),
        uri: &new.secret.uri(brand, &own.user.username),
        username: &own.user.username,
        passkey: None,
        error,
        way_back: &format!("{base}/{SECURITY}"),
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page::html(status, &page, Forms::Here)
}
