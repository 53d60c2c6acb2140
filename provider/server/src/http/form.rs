//! Bodies that are forms (RFC 6749 appendix B).

use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse as _, Response};
use credenza_protocol::params::Params;
use credenza_protocol::token::Error;
use http::StatusCode;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http_body_util::BodyExt as _;

use super::reply;

/// A form and, beside it, nothing: parameters in the query of a request that has a form are not read.
pub(super) struct Form(pub(super) Params);

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

/// Whether the body says that it is a form.
pub(super) fn is_form(request: &Request) -> bool {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = content_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}
