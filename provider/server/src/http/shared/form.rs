//! Bodies that are forms (RFC 6749 appendix B).

use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse as _, Response};
use credenza_protocol::params::Params;
use credenza_protocol::token::Error;
use http::StatusCode;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http_body_util::BodyExt as _;

use super::reply;

/// The fields of a form. Parameters in the query of the same request are not read.
pub(crate) struct Form(pub(crate) Params);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, _: &S) -> Result<Self, Response> {
        let encoded = request.headers().contains_key(CONTENT_ENCODING);
        if encoded || !is_form(&request) {
            return Err(reply::refused(StatusCode::BAD_REQUEST, &Error::NotAForm));
        }
        let Ok(body) = request.into_body().collect().await else {
            return Err(StatusCode::PAYLOAD_TOO_LARGE.into_response());
        };
        match Params::parse(&body.to_bytes()) {
            Ok(params) => Ok(Self(params)),
            Err(too_many) => Err(reply::refused(StatusCode::BAD_REQUEST, &Error::from(too_many))),
        }
    }
}

/// Whether the body is declared to be a form.
pub(crate) fn is_form(request: &Request) -> bool {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = content_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}
