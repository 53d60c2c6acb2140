//! What a request to the admin API is answered, where it is carried out.

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use credenza_protocol::version::Version;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, LINK, LOCATION};
use http::{HeaderName, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::lines::NDJSON;
use super::precondition::{content_etag, etag};
use super::problem::Problem;
use crate::failure::Failure;

/// An answer. It can be kept, for a request that is repeated.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Reply {
    status: u16,
    body: Option<Box<RawValue>>,
    etag: Option<String>,
    location: Option<String>,
    link: Option<String>,
    /// Lines, which are not kept.
    #[serde(skip)]
    lines: Option<Body>,
}

impl Reply {
    /// With this body.
    pub(super) fn of(body: &impl Serialize) -> Result<Self, Problem> {
        let body = to_raw_value(body).map_err(|_| Failure::Internal("an answer is not JSON"))?;
        Ok(Self { body: Some(body), ..Self::empty(200) })
    }

    /// Without one.
    pub(super) fn nothing() -> Self {
        Self::empty(204)
    }

    /// With lines, each a JSON document.
    pub(super) fn lines(lines: Body) -> Self {
        Self { lines: Some(lines), ..Self::empty(200) }
    }

    fn empty(status: u16) -> Self {
        Self { status, body: None, etag: None, location: None, link: None, lines: None }
    }

    /// Something was made, and is there.
    pub(super) fn created_at(self, location: String) -> Self {
        Self { status: 201, location: Some(location), ..self }
    }

    /// It has this version.
    pub(super) fn version(self, version: Version) -> Self {
        Self { etag: Some(etag(version)), ..self }
    }

    /// It has no version of its own: its entity tag is made of what it says.
    pub(super) fn content(self, content: &impl Serialize) -> Result<Self, Problem> {
        Ok(Self { etag: Some(content_etag(content)?), ..self })
    }

    /// The next page is there (RFC 8288).
    pub(super) fn next(self, url: Option<&str>) -> Self {
        Self { link: url.map(|url| format!("<{url}>; rel=\"next\"")), ..self }
    }

    /// The response; `replayed` for one that was given before.
    pub(super) fn response(self, replayed: bool) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let mut response = match (self.body, self.lines) {
            (_, Some(lines)) => {
                let ndjson = [(CONTENT_TYPE, HeaderValue::from_static(NDJSON))];
                (status, ndjson, lines).into_response()
            }
            (None, None) => status.into_response(),
            (Some(body), None) => {
                let json = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
                (status, json, String::from(Box::<str>::from(body))).into_response()
            }
        };
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let mut add = |name: HeaderName, value: Option<String>| {
            if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
                headers.insert(name, value);
            }
        };
        add(ETAG, self.etag);
        add(LOCATION, self.location);
        add(LINK, self.link);
        add(HeaderName::from_static("idempotency-replayed"), replayed.then(|| "true".to_owned()));
        response
    }
}
