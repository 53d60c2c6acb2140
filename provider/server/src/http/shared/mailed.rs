//! What the pages have in common to which mail leads.

use axum::response::Response;
use credenza_protocol::params::Params;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};

use super::csrf;
use super::page::{self, Forms};
use crate::context::Context;
use crate::flow::interaction::Pending;
use crate::pages::{CodeError, CodeOf, Lang, MailedCode, Page, Scripts};

/// The secret in the address of a link; empty if there is none, or more than one.
pub(crate) fn token(query: Option<String>) -> String {
    let params = Params::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    params.get("token").filter(|_| params.repeated().is_none()).unwrap_or_default().to_owned()
}

/// Why a page is shown again that asks whom mail goes to.
#[derive(Clone, Copy)]
pub(crate) enum Again {
    /// It is not; it is shown for the first time.
    Not,
    /// Something is wrong with what was sent.
    Wrong,
    /// There were too many; the next may come after so many seconds.
    TooMany(u64),
}

/// A page that asks whom mail goes to.
pub(crate) fn asking(page: &impl Page, again: Again, scripts: Scripts) -> Response {
    let status = match again {
        Again::Not => StatusCode::OK,
        Again::Wrong => StatusCode::UNPROCESSABLE_ENTITY,
        Again::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
    };
    let mut response = page::html_of_sign_in(status, page, Forms::Here, scripts);
    if let Again::TooMany(seconds) = again {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds)); // RFC 6585 4
    }
    response
}

/// The page that asks for a code.
pub(crate) struct Code<'a> {
    /// What the code is for.
    pub(crate) of: CodeOf,
    /// The path of the page under the issuer, and the kind of its form.
    pub(crate) path: &'static str,
    /// What the code is compared with, encrypted.
    pub(crate) ticket: &'a str,
    /// The address or the name as it was typed.
    pub(crate) typed: &'a str,
    /// What was wrong with the code before.
    pub(crate) error: Option<CodeError>,
    /// To ask for another mail.
    pub(crate) again: &'a str,
    /// To the sign-in page.
    pub(crate) way_back: &'a str,
}

/// Shows it.
pub(crate) fn coding(
    context: &Context,
    lang: Lang,
    pending: &Pending,
    (code, forms): (Code<'_>, Forms<'_>),
) -> Response {
    let handle = pending.handle.reveal();
    let Code { of, path, ticket, typed, error, again, way_back } = code;
    let page = MailedCode {
        frame: page::frame(context, lang),
        of,
        action: &format!("{}/{path}", context.realm.base),
        request: handle,
        csrf: &csrf::token(context, path, handle, &pending.binding),
        ticket,
        typed,
        error,
        again,
        way_back,
    };
    let status = match error {
        None => StatusCode::OK,
        Some(CodeError::Wrong) => StatusCode::UNPROCESSABLE_ENTITY,
        Some(CodeError::TooMany) => StatusCode::TOO_MANY_REQUESTS,
    };
    page::html(status, &page, forms)
}
