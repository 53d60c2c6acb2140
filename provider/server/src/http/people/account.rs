//! `/account`: the sessions of the person who is signed in.

use axum::extract::RawQuery;
use axum::response::Response;
use credenza_protocol::ids::SessionId;
use credenza_protocol::params::Params;
use credenza_protocol::secret::Secret;
use credenza_storage::SessionRecord;
use http::StatusCode;

use crate::accounts::device;
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::account_page::AccountPage;
use crate::flow::session;
use crate::http::shared::browser::{BrowserHeaders, clear_session};
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::page::{self, Forms};
use crate::http::shared::{csrf, lost, refresh_cookie, reply, step};
use crate::pages::{Account, SessionLine, SignedOut};
use crate::people::{deletion, recent_sign_in, sessions as flow};

/// The kind of form that the CSRF token is bound to.
const FORM: &str = "account";
/// What the page says once.
const CHANGED: &str = "password changed";

/// The page.
pub(crate) async fn show(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    RawQuery(query): RawQuery,
) -> Response {
    let lang = headers.lang(None);
    let (handle, own) = match signed_in(&context, &headers).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let sessions = match flow::sessions(&context, &own.user.user_id).await {
        Ok(sessions) => sessions,
        Err(error) => return page::failed(&context, lang, &Failure::from(error)),
    };
    let delete = deletion::is_offered(&context)
        .then(|| format!("{}/{}", context.realm.base, AccountPage::Delete.path()));
    let page = Account {
        frame: page::frame(&context.realm, lang),
        username: &own.user.username,
        sessions: sessions
            .iter()
            .map(|session| SessionLine {
                id: session.sid.as_str(),
                current: session.sid == own.session.sid,
                signed_in: session.auth_time,
                last_seen: session.last_seen_at,
                device: device::name(&session.user_agent),
            })
            .collect(),
        action: &format!("{}/account", context.realm.base),
        csrf: &csrf::token(&context, FORM, "", &handle),
        change_password: &format!("{}/account/password", context.realm.base),
        applications: &format!("{}/account/applications", context.realm.base),
        own_data: &format!("{}/{}", context.realm.base, AccountPage::Data.path()),
        delete: delete.as_deref(),
        is_changed: is_after_change(&context, query, &handle),
    };
    page::html(StatusCode::OK, &page, Forms::Here)
}

/// The address of the page after the password was changed, for this session alone: nobody else's link makes the page say so.
pub(super) fn after_change(context: &Context, session: &Secret) -> String {
    let said = csrf::token(context, FORM, CHANGED, session);
    format!("{}/account?changed={said}", context.realm.base)
}

fn is_after_change(context: &Context, query: Option<String>, session: &Secret) -> bool {
    let params = Params::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    csrf::is_right(context, FORM, CHANGED, session, params.get("changed"))
}

/// Leads whoever is not signed in to the sign-in page, and from there to the account.
pub(crate) async fn sign_in(Tenancy(context): Tenancy, headers: BrowserHeaders) -> Response {
    let lang = headers.lang(None);
    let browser = headers.browser(&context);
    match session::find(&context, browser.session.as_ref()).await {
        Ok(Some(_)) => return reply::see_other(&format!("{}/account", context.realm.base)),
        Ok(None) => {}
        Err(error) => return page::failed(&context, lang, &Failure::from(error)),
    }
    match flow::sign_in(&context, &browser).await {
        Ok(outcome) => step::outcome(&context, lang, outcome),
        Err(failure) => page::failed(&context, lang, &failure),
    }
}

/// The form: ends one session, or all of them.
pub(crate) async fn end(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    let lang = headers.lang(None);
    let (handle, own) = match signed_in(&context, &headers).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    if !csrf::is_right(&context, FORM, "", &handle, form.get("csrf")) {
        return lost::forged(&context, lang, "/account");
    }
    let one = match form.get("end") {
        Some("all") => None,
        Some(sid) => Some(SessionId::new(sid)),
        None => return reply::see_other(&format!("{}/account", context.realm.base)),
    };
    let frames = match flow::end(&context, &own, one.as_ref()).await {
        Ok(frames) => frames,
        Err(error) => return page::failed(&context, lang, &Failure::from(error)),
    };
    let mut response = match frames.is_empty() {
        true => reply::see_other(&format!("{}/account", context.realm.base)),
        false => {
            let frame = page::frame(&context.realm, lang);
            let signed_out = SignedOut { frames: &frames, ..SignedOut::of(frame) };
            page::signed_out(&signed_out)
        }
    };
    if one.is_none_or(|sid| sid == own.session.sid) {
        clear_session(&context, response.headers_mut());
        refresh_cookie::clear_all(&context, &headers, response.headers_mut());
    }
    response
}

pub(super) async fn signed_in(
    context: &Context,
    headers: &BrowserHeaders,
) -> Result<(Secret, SessionRecord), Response> {
    let lang = headers.lang(None);
    let handle = headers.browser(context).session;
    match (session::find(context, handle.as_ref()).await, handle) {
        (Ok(Some(found)), Some(handle)) => Ok((handle, found)),
        (Err(error), _) => Err(page::failed(context, lang, &Failure::from(error))),
        _ => {
            let frame = page::frame(&context.realm, lang);
            let sign_in = format!("{}/account/login", context.realm.base);
            let page = SignedOut { sign_in: Some(&sign_in), ..SignedOut::of(frame) };
            Err(page::html(StatusCode::UNAUTHORIZED, &page, Forms::Here))
        }
    }
}

/// The same where the person must have signed in recently: whoever has not is led through the sign-in, and back to that page.
pub(super) async fn recently_signed_in(
    context: &Context,
    headers: &BrowserHeaders,
    asking: AccountPage,
) -> Result<(Secret, SessionRecord), Response> {
    let (handle, own) = signed_in(context, headers).await?;
    if recent_sign_in::is_recent(context, &own.session) {
        return Ok((handle, own));
    }
    let lang = headers.lang(None);
    Err(match recent_sign_in::ask(context, &own, &headers.browser(context), asking).await {
        Ok(outcome) => step::outcome(context, lang, outcome),
        Err(failure) => page::failed(context, lang, &failure),
    })
}
