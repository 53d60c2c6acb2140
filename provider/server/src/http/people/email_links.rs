//! `/account/email/confirm` and `/account/email/undo`: what the links in mails about an address lead to. To open one spends
//! nothing: scanners of mail open links too.

use axum::extract::RawQuery;
use axum::response::Response;
use credenza_protocol::params::Params;
use credenza_protocol::secret::Secret;
use http::StatusCode;

use super::account::own;
use super::not_found;
use crate::context::Context;
use crate::http::shared::browser::BrowserHeaders;
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::page::{self, Forms};
use crate::http::shared::{csrf, lost, reply};
use crate::pages::{Destination, EmailLink, EmailRestored, Lang, WayOn};
use crate::people::email::{self as flow, Confirmed, Undone};

/// The path of the page on which an address is asked for, and the kind of its form.
pub(super) const PAGE: &str = "account/email";
/// What that page says once.
pub(super) const CHANGED: &str = "address changed";
/// The path of the first page here, and the kind of its form.
const CONFIRM: &str = "account/email/confirm";
/// The path of the second one.
const UNDO: &str = "account/email/undo";

/// The page of the link to a new address, for whoever is signed in to the account that asked.
pub(crate) async fn show(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    RawQuery(query): RawQuery,
) -> Response {
    let lang = headers.lang(None);
    if !flow::is_open(&context) {
        return not_found::page(&context, lang);
    }
    let (handle, own) = match own(&context, &headers).await {
        Ok(Some(found)) => found,
        Ok(None) => return sign_in_first(&context, lang),
        Err(failure) => return page::failed(&context, lang, &failure),
    };
    let token = token(query);
    match flow::look(&context, &own.user, &token).await {
        Ok(Some(change)) => {
            let csrf = csrf::token(&context, CONFIRM, &token, &handle);
            shown(&context, lang, (CONFIRM, Some(&csrf)), (&token, &change.address))
        }
        Ok(None) => dead(&context, lang),
        Err(failure) => page::failed(&context, lang, &failure),
    }
}

/// Its form.
pub(crate) async fn confirm(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    Form(form): Form,
) -> Response {
    let lang = headers.lang(None);
    let (handle, own) = match own(&context, &headers).await {
        Ok(Some(found)) => found,
        Ok(None) => return sign_in_first(&context, lang),
        Err(failure) => return page::failed(&context, lang, &failure),
    };
    let token = form.get("token").filter(|_| form.repeated().is_none()).unwrap_or_default();
    if !csrf::is_right(&context, CONFIRM, token, &handle, form.get("csrf")) {
        return lost::forged(&context, lang, &format!("/{PAGE}"));
    }
    match flow::confirm(&context, &own.user, token, lang).await {
        Ok(confirmed) => self::confirmed(&context, lang, &handle, confirmed),
        Err(failure) => page::failed(&context, lang, &failure),
    }
}

/// The page of the link by which the old address is restored. Who has it need not be signed in, and may not be able to.
pub(crate) async fn undo(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    RawQuery(query): RawQuery,
) -> Response {
    let (lang, token) = (headers.lang(None), token(query));
    match flow::look_undo(&context, &token).await {
        Ok(Some(found)) => shown(&context, lang, (UNDO, None), (&token, &found.address)),
        Ok(None) => dead(&context, lang),
        Err(failure) => page::failed(&context, lang, &failure),
    }
}

/// Its form. Nobody can make it who does not have the token.
pub(crate) async fn undone(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    let lang = headers.lang(None);
    let token = form.get("token").filter(|_| form.repeated().is_none()).unwrap_or_default();
    match flow::undo(&context, token, lang).await {
        Ok(Undone::Done(secret)) => restored(&context, lang, &secret),
        Ok(Undone::Dead) => dead(&context, lang),
        Ok(Undone::AddressTaken) => taken(&context, lang),
        Err(failure) => page::failed(&context, lang, &failure),
    }
}

/// What follows when the new address is proven, or could not be.
pub(super) fn confirmed(context: &Context, lang: Lang, handle: &Secret, confirmed: Confirmed) -> Response {
    match confirmed {
        Confirmed::Done => {
            let said = csrf::token(context, PAGE, CHANGED, handle);
            reply::see_other(&format!("{}/{PAGE}?changed={said}", context.realm.base))
        }
        Confirmed::Dead => dead(context, lang),
        Confirmed::AddressTaken => taken(context, lang),
        Confirmed::TooMany => too_often(context, lang),
    }
}

fn token(query: Option<String>) -> String {
    let params = Params::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    params.get("token").filter(|_| params.repeated().is_none()).unwrap_or_default().to_owned()
}

fn shown(
    context: &Context,
    lang: Lang,
    (path, csrf): (&str, Option<&str>),
    (token, address): (&str, &str),
) -> Response {
    let page = EmailLink {
        frame: page::frame(context, lang),
        action: &format!("{}/{path}", context.realm.base),
        csrf,
        token,
        address,
        is_undo: csrf.is_none(),
    };
    page::html(StatusCode::OK, &page, Forms::Here)
}

fn restored(context: &Context, lang: Lang, secret: &Secret) -> Response {
    let uri = format!("{}/reset-password?token={}", context.realm.base, secret.reveal());
    let way_on = WayOn { uri, to: Destination::NewPassword };
    let page = EmailRestored { frame: page::frame(context, lang), way_on };
    page::html(StatusCode::OK, &page, Forms::Here)
}

/// Whoever opens a link without being signed in may be anybody whom somebody else has sent it to.
fn sign_in_first(context: &Context, lang: Lang) -> Response {
    let said =
        (lang.texts().email.sign_in_first, "nobody is signed in who could have asked for this address");
    let way_on = WayOn { uri: format!("{}/account/login", context.realm.base), to: Destination::SignIn };
    page::ended(context, lang, StatusCode::UNAUTHORIZED, said, way_on)
}

/// The link was used, has expired, was replaced by a newer one, is another person's, or never was one.
fn dead(context: &Context, lang: Lang) -> Response {
    let said = (lang.texts().email.link_is_dead, "the link about an address is not good");
    page::ended(context, lang, StatusCode::BAD_REQUEST, said, to_account(context))
}

/// Whoever has the link has proven the address, and may know.
fn taken(context: &Context, lang: Lang) -> Response {
    let said = (lang.texts().email.taken, "another account has proven the address meanwhile");
    page::ended(context, lang, StatusCode::CONFLICT, said, to_account(context))
}

/// One more cannot be undone.
fn too_often(context: &Context, lang: Lang) -> Response {
    let said =
        (lang.texts().email.too_often, "the address was changed too often within a week, or mail waits");
    page::ended(context, lang, StatusCode::TOO_MANY_REQUESTS, said, to_account(context))
}

fn to_account(context: &Context) -> WayOn<'static> {
    WayOn { uri: format!("{}/account", context.realm.base), to: Destination::Account }
}
