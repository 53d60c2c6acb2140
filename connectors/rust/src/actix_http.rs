//! Actix stands on an older crate `http`: its fields and answers, taken over.

use actix_web::HttpResponse;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

/// Fields of Actix as those of `http`.
pub(crate) fn fields(of: &HeaderMap) -> http::HeaderMap {
    let mut fields = http::HeaderMap::new();
    for (name, value) in of {
        let name = http::HeaderName::from_bytes(name.as_str().as_bytes());
        let value = http::HeaderValue::from_bytes(value.as_bytes());
        if let (Ok(name), Ok(value)) = (name, value) {
            fields.append(name, value);
        }
    }
    fields
}

/// A field of `http` as one of Actix.
pub(crate) fn field(name: &http::HeaderName, value: &http::HeaderValue) -> Option<(HeaderName, HeaderValue)> {
    let name = HeaderName::from_bytes(name.as_str().as_bytes()).ok()?;
    Some((name, HeaderValue::from_bytes(value.as_bytes()).ok()?))
}

/// An answer of `http` as one of Actix.
pub(crate) fn answer(of: &http::Response<String>) -> HttpResponse {
    let status = actix_web::http::StatusCode::from_u16(of.status().as_u16());
    let mut answer =
        HttpResponse::build(status.unwrap_or(actix_web::http::StatusCode::INTERNAL_SERVER_ERROR));
    for (name, value) in of.headers() {
        if let Some(field) = field(name, value) {
            answer.append_header(field);
        }
    }
    answer.body(of.body().clone())
}
