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

/// The media type of most bodies.
const JSON: &str = "application/json";

/// An answer. It can be kept, for a request that is repeated.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Reply {
    status: u16,
    body: Option<Box<RawValue>>,
    etag: Option<String>,
    location: Option<String>,
    link: Option<String>,
    /// What is sent part by part, and its media type. It is not kept.
    #[serde(skip)]
    stream: Option<(Body, &'static str)>,
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
        Self { stream: Some((lines, NDJSON)), ..Self::empty(200) }
    }

    /// With one JSON document, which is sent part by part.
    pub(super) fn parts(parts: Body) -> Self {
        Self { stream: Some((parts, JSON)), ..Self::empty(200) }
    }

    fn empty(status: u16) -> Self {
        Self { status, body: None, etag: None, location: None, link: None, stream: None }
    }

    /// Something was made, and is there.
    pub(super) fn created_at(self, location: String) -> Self {
        Self { status: 201, location: Some(location), ..self }
    }

    /// It is seen to after the answer.
    pub(super) fn accepted(self) -> Self {
        Self { status: 202, ..self }
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
        let typed = |media| [(CONTENT_TYPE, HeaderValue::from_static(media))];
        let mut response = match (self.body, self.stream) {
            (_, Some((parts, media))) => (status, typed(media), parts).into_response(),
            (None, None) => status.into_response(),
            (Some(body), None) => (status, typed(JSON), String::from(Box::<str>::from(body))).into_response(),
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
