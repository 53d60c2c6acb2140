//! `/account`: the person's own sessions.

use axum::response::Response;
use chrono::DateTime;
use credenza_protocol::ids::SessionId;
use credenza_protocol::secret::Secret;
use credenza_protocol::time::Time;
use credenza_storage::SessionRecord;
use http::StatusCode;

use super::browser::{BrowserHeaders, clear_session};
use super::context::Tenancy;
use super::form::Form;
use super::page::{self, Forms};
use super::{csrf, reply, step};
use crate::accounts::device;
use crate::flow::interaction::{self, Lost};
use crate::flow::{Failure, account as flow};
use crate::pages::{Account, SessionLine, SignedOut};
use crate::realm::Context;

/// What the hidden field of this form is made for.
const FORM: &str = "account";

/// The page.
pub(super) async fn show(Tenancy(context): Tenancy, headers: BrowserHeaders) -> Response {
    let lang = headers.lang(None);
    let (handle, own) = match signed_in(&context, &headers).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let sessions = match flow::sessions(&context, &own).await {
        Ok(sessions) => sessions,
        Err(error) => return page::failed(&context, lang, &Failure::from(error)),
    };
    let page = Account {
        frame: page::frame(&context.realm, lang),
        username: &own.user.username,
        sessions: sessions
            .iter()
            .map(|session| SessionLine {
                id: session.sid.as_str(),
                current: session.sid == own.session.sid,
                signed_in: date(session.auth_time),
                last_seen: date(session.last_seen_at),
                device: device::name(&session.user_agent),
            })
            .collect(),
        action: &format!("{}/account", context.realm.base),
        csrf: &csrf::token(&context, FORM, "", &handle),
    };
    page::html(StatusCode::OK, &page, Forms::Here)
}

/// The form: ends one session, or all.
pub(super) async fn end(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    let lang = headers.lang(None);
    let (handle, own) = match signed_in(&context, &headers).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    if !csrf::is_right(&context, FORM, "", &handle, form.get("csrf")) {
        return step::halted(&context, lang, Lost::Forged.into());
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
        false => page::signed_out(&context, lang, None, &frames, None),
    };
    if one.is_none_or(|sid| sid == own.session.sid) {
        clear_session(&context, response.headers_mut());
    }
    response
}

async fn signed_in(context: &Context, headers: &BrowserHeaders) -> Result<(Secret, SessionRecord), Response> {
    let lang = headers.lang(None);
    let handle = headers.browser(context).session;
    match (interaction::session(context, handle.as_ref()).await, handle) {
        (Ok(Some(found)), Some(handle)) => Ok((handle, found)),
        (Err(error), _) => Err(page::failed(context, lang, &Failure::from(error))),
        _ => {
            let frame = page::frame(&context.realm, lang);
            let page = SignedOut { frame, client_name: None, frames: &[], onward: None };
            Err(page::html(StatusCode::UNAUTHORIZED, &page, Forms::Here))
        }
    }
}

fn date(time: Time) -> String {
    let date = DateTime::from_timestamp(time.seconds(), 0);
    date.map(|date| date.format("%Y-%m-%d %H:%M UTC").to_string()).unwrap_or_default()
}
