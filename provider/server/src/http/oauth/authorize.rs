//! `/authorize` (RFC 6749 3.1, OpenID Connect Core 3.1.2.1): by GET and by POST.

use axum::extract::RawQuery;
use axum::response::Response;
use credenza_protocol::authorize::{Answer, Error, Fault};
use credenza_protocol::params::Params;
use http::StatusCode;
use http::header::HeaderMap;
use url::form_urlencoded;

use crate::context::Context;
use crate::flow::{Halt, authorize};
use crate::http::shared::browser::BrowserHeaders;
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::{page, reply, step};

/// By GET.
pub(crate) async fn get(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    RawQuery(query): RawQuery,
) -> Response {
    match Params::parse(query.unwrap_or_default().as_bytes()) {
        Ok(params) => answer(&context, &headers, &params).await,
        Err(_) => refused(&context, &headers, &Params::default(), Error::Page(Fault::TooManyParameters)),
    }
}

/// By POST. A browser that comes from another site does not send its session (`SameSite=Lax`); after a redirect it does.
pub(crate) async fn post(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    RawQuery(query): RawQuery,
    all: HeaderMap,
    Form(params): Form,
) -> Response {
    if query.is_some() {
        return refused(&context, &headers, &params, Error::Page(Fault::SomethingRepeated));
    }
    let cross_site = all.get("sec-fetch-site").is_some_and(|site| site == "cross-site");
    if cross_site && headers.browser(&context).session.is_none() {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(params.pairs());
        return reply::see_other(&format!("{}/authorize?{}", context.realm.base, query.finish()));
    }
    answer(&context, &headers, &params).await
}

async fn answer(context: &Context, headers: &BrowserHeaders, params: &Params) -> Response {
    let browser = headers.browser(context);
    let lang = headers.lang(params.get("ui_locales"));
    match authorize::authorize(context, params, &browser).await {
        Ok(outcome) => step::outcome(context, lang, outcome),
        Err(Halt::Refused(error)) => refused(context, headers, params, error),
        Err(Halt::Failed(failure)) => page::failed(context, lang, &failure),
    }
}

/// The type of the error decides where it goes (RFC 6749 4.1.2.1).
fn refused(context: &Context, headers: &BrowserHeaders, params: &Params, error: Error) -> Response {
    let lang = headers.lang(params.get("ui_locales"));
    match error {
        Error::Page(fault) => page::refused(context, lang, StatusCode::BAD_REQUEST, &fault),
        Error::Redirect(to, fault) => {
            use credenza_protocol::error::Refusal as _;
            tracing::info!(code = fault.code(), rule = fault.rule(), reason = %fault, "refused by redirect");
            step::deliver(context, lang, Answer::error(*to, &context.realm.issuer, &fault).deliver())
        }
    }
}
