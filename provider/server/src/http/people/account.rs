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
use crate::pages::{Account, AccountNav, AccountPlace, Lang, SessionLine, SignedOut};
use crate::people::{authenticators, deletion, email, profile, recent_sign_in, sessions as flow};

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
    let applications = match flow::applications(&context, &own).await {
        Ok(applications) => applications,
        Err(failure) => return page::failed(&context, lang, &failure),
    };
    let page = Account {
        frame: page::frame(&context, lang),
        username: &own.user.username,
        sessions: sessions
            .iter()
            .map(|session| SessionLine {
                id: session.sid.as_str(),
                current: session.sid == own.session.sid,
                signed_in: session.auth_time,
                last_seen: session.last_seen_at,
                device: device::name(&session.user_agent),
                place: session.place.as_ref().and_then(|place| place.name(lang.tag())),
                applications: applications
                    .get(&session.sid)
                    .into_iter()
                    .flatten()
                    .map(String::as_str)
                    .collect(),
            })
            .collect(),
        action: &format!("{}/account", context.realm.base),
        csrf: &csrf::token(&context, FORM, "", &handle),
        nav: nav(&context, lang, Some(AccountPlace::Sessions)),
        is_changed: is_said(&context, FORM, CHANGED, query, &handle),
    };
    page::html_with_script(StatusCode::OK, &page)
}

/// The address of the page after the password was changed, for this session alone: nobody else's link makes the page say so.
pub(super) fn after_change(context: &Context, session: &Secret) -> String {
    let said = csrf::token(context, FORM, CHANGED, session);
    format!("{}/account?changed={said}", context.realm.base)
}

/// Whether the address of a page says what it says once, for this session alone: its one parameter is a token for that.
pub(super) fn is_said(
    context: &Context,
    page: &str,
    what: &str,
    query: Option<String>,
    session: &Secret,
) -> bool {
    let params = Params::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let said = params.get("changed").or_else(|| params.get("saved"));
    csrf::is_right(context, page, what, session, said)
}

/// What leads from a page of the account to the others that people of this tenant have a use for.
pub(super) fn nav(context: &Context, lang: Lang, here: Option<AccountPlace>) -> AccountNav<'_> {
    let places = [
        (AccountPlace::Sessions, true),
        (AccountPlace::Profile, profile::is_open(context)),
        (AccountPlace::Email, email::is_open(context)),
        (AccountPlace::Password, true),
        (AccountPlace::Security, context.realm.has_passkeys() || authenticators::are_codes_of_use(context)),
        (AccountPlace::Applications, true),
        (AccountPlace::Devices, true),
        (AccountPlace::Data, true),
        (AccountPlace::Deletion, deletion::is_offered(context)),
    ];
    let places = places.into_iter().filter(|(_, is_shown)| *is_shown).map(|(place, _)| place).collect();
    AccountNav { frame: page::frame(context, lang), here, places }
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
            let frame = page::frame(&context, lang);
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

/// The session of the browser, and its handle, if somebody is signed in.
pub(super) async fn own(
    context: &Context,
    headers: &BrowserHeaders,
) -> Result<Option<(Secret, SessionRecord)>, Failure> {
    let handle = headers.browser(context).session;
    let found = session::find(context, handle.as_ref()).await?;
    Ok(handle.zip(found))
}

/// The same, or the page that says that nobody is signed in.
pub(super) async fn signed_in(
    context: &Context,
    headers: &BrowserHeaders,
) -> Result<(Secret, SessionRecord), Response> {
    let lang = headers.lang(None);
    match own(context, headers).await {
        Ok(Some(found)) => Ok(found),
        Err(failure) => Err(page::failed(context, lang, &failure)),
        Ok(None) => {
            let frame = page::frame(context, lang);
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
