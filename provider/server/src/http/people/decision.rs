//! What the pages have in common on which a person who is signed in decides about a request.

use axum::response::Response;
use credenza_protocol::params::Params;
use credenza_storage::SessionRecord;

use crate::context::Context;
use crate::failure::Failure;
use crate::flow::interaction::Pending;
use crate::flow::session;
use crate::http::shared::browser::BrowserHeaders;
use crate::http::shared::{page, step};
use crate::pages::Lang;

/// What such a page is about.
pub(super) struct Asked {
    pub(super) pending: Pending,
    pub(super) lang: Lang,
    pub(super) session: SessionRecord,
}

/// What comes with such a form. The session may have ended since the page was shown.
pub(super) struct Decided {
    pub(super) pending: Pending,
    pub(super) lang: Lang,
    pub(super) session: Option<SessionRecord>,
}

/// Finds what the page is about. Where the session has ended in the meantime, the person signs in again.
pub(super) async fn asked(
    context: &Context,
    headers: &BrowserHeaders,
    query: Option<String>,
) -> Result<Asked, Response> {
    let (pending, lang) = step::shown(context, headers, query).await?;
    match live(context, headers, lang).await? {
        Some(session) => Ok(Asked { pending, lang, session }),
        None => Err(step::proceed(context, lang, pending, None).await),
    }
}

/// Checks a submitted form of this kind.
pub(super) async fn decided(
    context: &Context,
    headers: &BrowserHeaders,
    kind: &str,
    form: &Params,
) -> Result<Decided, Response> {
    let (pending, lang) = step::submitted(context, headers, kind, form).await?;
    Ok(Decided { pending, lang, session: live(context, headers, lang).await? })
}

async fn live(
    context: &Context,
    headers: &BrowserHeaders,
    lang: Lang,
) -> Result<Option<SessionRecord>, Response> {
    let found = session::find(context, headers.browser(context).session.as_ref()).await;
    found.map_err(|error| page::failed(context, lang, &Failure::from(error)))
}
