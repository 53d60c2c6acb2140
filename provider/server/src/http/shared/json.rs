//! Bodies that are JSON (RFC 7591 3.1): one object without repeated members.

use axum::extract::Request;
use credenza_protocol::registration::{Error, Members};
use credenza_validator::strict_json;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http_body_util::BodyExt as _;

use crate::flow::Halt;

/// The members of the body. Reading fails at the limit of the listener if the body is too long.
pub(crate) async fn members(request: Request) -> Result<Members, Halt<Error>> {
    let encoded = request.headers().contains_key(CONTENT_ENCODING);
    if encoded || !is_json(&request) {
        return Err(Error::NotJson.into());
    }
    let body = request.into_body().collect().await.map_err(|_| Error::NotJson)?;
    Ok(strict_json::object_from_slice(&body.to_bytes()).map_err(|_| Error::NotJson)?)
}

fn is_json(request: &Request) -> bool {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = content_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("application/json")
}
