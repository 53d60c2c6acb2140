//! The pages that say why an interaction cannot go on. Each has a way on.

use axum::response::Response;
use http::StatusCode;

use super::{page, reply, way_on};
use crate::context::Context;
use crate::flow::Halt;
use crate::flow::interaction::{Lost, Past};
use crate::pages::Lang;

/// The page, for whatever stopped a step.
pub(crate) fn halted(context: &Context, lang: Lang, halt: Halt<Lost>) -> Response {
    match halt {
        Halt::Refused(lost) => shown(context, lang, &lost),
        Halt::Failed(failure) => page::failed(context, lang, &failure),
    }
}

/// The page about a form that was not made for this browser, with a link to the page of that path, which has one that
/// is.
pub(crate) fn forged(context: &Context, lang: Lang, path: &str) -> Response {
    let again = way_on::page_again(context, path);
    let explanation = lang.texts().error.form_forged;
    page::ended(context, lang, StatusCode::FORBIDDEN, (explanation, &Lost::Forged.to_string()), again)
}

fn shown(context: &Context, lang: Lang, lost: &Lost) -> Response {
    let texts = &lang.texts().error;
    let explanation = match lost {
        Lost::Finished(past) => return finished(context, lang, past),
        Lost::Forged => return forged(context, lang, "/account"),
        Lost::Expired(_) => texts.request_expired,
        Lost::NoCookie => texts.cookie_missing,
        Lost::Unknown => texts.request_unknown,
        Lost::ClientGone => texts.client_unknown,
    };
    let client = lost.past().and_then(|past| past.client.as_ref());
    let begin_again = way_on::to_client(context, client.map(|record| &record.client));
    page::ended(context, lang, StatusCode::BAD_REQUEST, (explanation, &lost.to_string()), begin_again)
}

/// Nothing is wrong where a form arrives twice: the person learns that it is done, and goes on.
fn finished(context: &Context, lang: Lang, past: &Past) -> Response {
    if past.is_own_account {
        return reply::see_other(&format!("{}/account", context.realm.base));
    }
    let client = past.client.as_ref().map(|record| &record.client);
    page::finished(context, lang, way_on::to_client(context, client))
}
