//! `/account/security`: how a person signs in.

use axum::response::Response;
use credenza_protocol::authenticator::AuthenticatorKind;
use credenza_protocol::ids::AuthenticatorId;
use credenza_protocol::secret::Secret;
use credenza_storage::SessionRecord;
use http::StatusCode;

use super::account::{self, recently_signed_in, signed_in};
use crate::context::Context;
use crate::flow::account_page::AccountPage;
use crate::flow::authenticators::recovery_codes;
use crate::http::shared::browser::BrowserHeaders;
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::page::{self, Forms};
use crate::http::shared::{csrf, lost, reply};
use crate::pages::{AccountPlace, AuthenticatorLine, Lang, RecoveryCodes, Security};
use crate::people::authenticators::{self as flow, Own};

/// The path of the page, and the kind of its forms.
pub(super) const PAGE: &str = "account/security";
/// The path of the page that adds an application.
pub(super) const APP_PAGE: &str = "account/security/app";
/// The path of the page that adds a passkey.
pub(super) const PASSKEY_PAGE: &str = "account/security/passkey";

/// The page.
pub(crate) async fn show(Tenancy(context): Tenancy, headers: BrowserHeaders) -> Response {
    let lang = headers.lang(None);
    let (handle, own) = match signed_in(&context, &headers).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    match flow::own(&context, &own.user).await {
        Ok(has) => shown(&context, lang, &handle, &has),
        Err(failure) => page::failed(&context, lang, &failure),
    }
}

/// Its forms. A name is changed by whoever is signed in, and everything else by whoever has signed in recently.
pub(crate) async fn submit(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    let lang = headers.lang(None);
    let found = match form.get("rename") {
        Some(_) => signed_in(&context, &headers).await,
        None => recently_signed_in(&context, &headers, AccountPage::Security).await,
    };
    let (handle, own) = match found {
        Ok(found) => found,
        Err(response) => return response,
    };
    let is_own = csrf::is_right(&context, PAGE, "", &handle, form.get("csrf"));
    if form.repeated().is_some() || !is_own {
        return lost::forged(&context, lang, &format!("/{PAGE}"));
    }
    if form.get("codes").is_some() {
        return new_codes(&context, lang, &own).await;
    }
    // One that is gone already is what the person wanted.
    let changed = match (form.get("remove"), form.get("rename")) {
        (Some(id), _) => flow::remove(&context, &own.user, &AuthenticatorId::new(id), lang).await,
        (None, Some(id)) => {
            let called = form.get("name").unwrap_or_default();
            flow::rename(&context, &own.user, &AuthenticatorId::new(id), called).await
        }
        (None, None) => Ok(false),
    };
    match changed {
        Ok(_) => reply::see_other(&format!("{}/{PAGE}", context.realm.base)),
        Err(failure) => page::failed(&context, lang, &failure),
    }
}

async fn new_codes(context: &Context, lang: Lang, own: &SessionRecord) -> Response {
    match recovery_codes::renew(context, &own.user, lang).await {
        Ok(Some(codes)) => codes_shown(context, lang, &codes),
        Ok(None) => reply::see_other(&format!("{}/{PAGE}", context.realm.base)),
        Err(failure) => page::failed(context, lang, &failure),
    }
}

/// The recovery codes, which are shown once, and lead back to the page.
pub(super) fn codes_shown(context: &Context, lang: Lang, codes: &[String]) -> Response {
    let onward = format!("{}/{PAGE}", context.realm.base);
    let page = RecoveryCodes { frame: page::frame(context, lang), codes, onward: &onward, form: None };
    page::html(StatusCode::OK, &page, Forms::Here)
}

fn shown(context: &Context, lang: Lang, handle: &Secret, has: &Own) -> Response {
    let of = |kind| {
        let own = has.held.records.iter().map(|record| &record.authenticator);
        let own = own.filter(move |authenticator| authenticator.kind == kind);
        let lines = own.map(|authenticator| AuthenticatorLine {
            id: authenticator.authenticator_id.as_str(),
            name: &authenticator.name,
            added: authenticator.created_at,
            last_used: authenticator.last_used_at,
        });
        lines.collect::<Vec<_>>()
    };
    let base = &context.realm.base;
    let (add_app, add_passkey) = (format!("{base}/{APP_PAGE}"), format!("{base}/{PASSKEY_PAGE}"));
    let page = Security {
        frame: page::frame(context, lang),
        applications: of(AuthenticatorKind::Totp),
        passkeys: of(AuthenticatorKind::Passkey),
        browsers: of(AuthenticatorKind::TrustedBrowser),
        recovery_codes: has.held.factors().next().map(|_| has.recovery_codes),
        add_application: flow::are_codes_of_use(context).then_some(add_app.as_str()),
        add_passkey: context.realm.has_passkeys().then_some(add_passkey.as_str()),
        action: &format!("{base}/{PAGE}"),
        csrf: &csrf::token(context, PAGE, "", handle),
        nav: account::nav(context, lang, Some(AccountPlace::Security)),
    };
    page::html_with_script(StatusCode::OK, &page)
}
