//! `/.well-known/webfinger` (RFC 7033 4).

use axum::extract::RawQuery;
use axum::response::Response;
use credenza_protocol::params::Params;
use credenza_protocol::webfinger::{Error, MEDIA_TYPE};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};

use crate::flow::{Halt, webfinger as flow};
use crate::http::shared::context::Tenancy;
use crate::http::shared::reply;

/// What is known of a resource.
pub(crate) async fn show(Tenancy(context): Tenancy, RawQuery(query): RawQuery) -> Response {
    let described = match Params::parse(query.unwrap_or_default().as_bytes()) {
        Ok(params) => flow::describe(&context, &params).await,
        Err(_) => Err(Halt::Refused(Error::Repeated)),
    };
    match described {
        Ok(descriptor) => {
            let mut response = reply::json(StatusCode::OK, &descriptor);
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
            response
        }
        Err(Halt::Refused(error)) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
            reply::refused(status, &error)
        }
        Err(Halt::Failed(failure)) => reply::failure(&context.state, &failure),
    }
}
