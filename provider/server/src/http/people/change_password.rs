//! `/account/password`: a person changes their password.

use axum::response::Response;
use credenza_protocol::secret::Secret;
use credenza_storage::SessionRecord;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};

use super::account::{self, signed_in};
use crate::context::Context;
use crate::flow::Halt;
use crate::http::shared::browser::{BrowserHeaders, set_devices, set_session, set_state};
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::page::{self, Forms};
use crate::http::shared::{csrf, lost, reply};
use crate::pages::{AccountPlace, ChangePassword, ChangePasswordError, Lang};
use crate::people::password::{self as flow, NotChanged, Typed};

/// The path of the page, and the kind of its form.
const PAGE: &str = "account/password";

/// The page.
pub(crate) async fn show(Tenancy(context): Tenancy, headers: BrowserHeaders) -> Response {
    match signed_in(&context, &headers).await {
        Ok((handle, own)) => shown(&context, headers.lang(None), (&handle, &own), None),
        Err(response) => response,
    }
}

/// Its form.
pub(crate) async fn submit(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    let lang = headers.lang(None);
    let (handle, own) = match signed_in(&context, &headers).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let is_own = csrf::is_right(&context, PAGE, "", &handle, form.get("csrf"));
    if form.repeated().is_some() || !is_own {
        return lost::forged(&context, lang, &format!("/{PAGE}"));
    }
    let field = |name| form.get(name).unwrap_or_default().to_owned();
    let everywhere = form.get("everywhere").is_some();
    let typed = Typed { old: Some(field("old")), new: field("password"), everywhere, lang };
    let browser = headers.browser(&context);
    let why = match flow::change(&context, &own, typed, (&browser, headers.user_agent())).await {
        Ok(session) => {
            let shown_to = session.as_ref().map_or(&handle, |session| &session.handle);
            let mut response = reply::see_other(&account::after_change(&context, shown_to));
            if let Some(session) = session {
                set_session(&context, response.headers_mut(), &session.handle);
                set_devices(&context, response.headers_mut(), &session.devices);
                set_state(&context, response.headers_mut(), &session.browser_state);
            }
            return response;
        }
        Err(Halt::Refused(why)) => why,
        Err(Halt::Failed(failure)) => return page::failed(&context, lang, &failure),
    };
    let error = match why {
        NotChanged::Wrong | NotChanged::NoPassword => ChangePasswordError::Wrong,
        NotChanged::Throttled(wait) => {
            ChangePasswordError::Throttled(u64::try_from(wait.0).unwrap_or_default().max(1))
        }
        NotChanged::Unfit(unfit) => ChangePasswordError::Unfit(unfit),
        NotChanged::Overtaken => ChangePasswordError::Overtaken,
    };
    shown(&context, lang, (&handle, &own), Some(error))
}

fn shown(
    context: &Context,
    lang: Lang,
    (handle, own): (&Secret, &SessionRecord),
    error: Option<ChangePasswordError>,
) -> Response {
    let page = ChangePassword {
        frame: page::frame(context, lang),
        action: &format!("{}/{PAGE}", context.realm.base),
        csrf: &csrf::token(context, PAGE, "", handle),
        username: &own.user.username,
        least: context.realm.tenant.settings.password_least_length.into(),
        error,
        nav: account::nav(context, lang, Some(AccountPlace::Password)),
    };
    match error {
        None => page::html(StatusCode::OK, &page, Forms::Here),
        Some(ChangePasswordError::Throttled(seconds)) => {
            let mut response = page::html(StatusCode::TOO_MANY_REQUESTS, &page, Forms::Here);
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds)); // RFC 6585 4
            response
        }
        Some(ChangePasswordError::Overtaken) => page::html(StatusCode::CONFLICT, &page, Forms::Here),
        Some(_) => page::html(StatusCode::UNPROCESSABLE_ENTITY, &page, Forms::Here),
    }
}
