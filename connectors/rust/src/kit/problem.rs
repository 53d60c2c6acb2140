//! What went wrong, in a form that programs read (RFC 9457).

use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::{Map, Value, json};

use super::context::request_id;

/// The media type.
pub(super) const MEDIA_TYPE: &str = "application/problem+json";

/// A problem. In Axum it is an answer, and an error that handlers return.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    name: Option<&'static str>,
    detail: Option<String>,
    members: Map<String, Value>,
    fields: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    /// Of this status and name: the type is `urn:problem:` and the name.
    #[must_use]
    pub fn new(status: u16, name: &'static str) -> Self {
        Self { name: Some(name), ..Self::of_status(status) }
    }

    /// Whose status says all: the type is `about:blank`.
    #[must_use]
    pub fn of_status(status: u16) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, name: None, detail: None, members: Map::new(), fields: Vec::new() }
    }

    /// With a sentence about this occurrence.
    #[must_use]
    pub fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    /// With a further member.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// With a field of the answer. What is no value of a field is left out.
    #[must_use]
    pub fn field(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::try_from(value) {
            self.fields.push((HeaderName::from_static(name), value));
        }
        self
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// The name, if it has one.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        self.name
    }

    /// The body, with the id of the request under way.
    #[must_use]
    pub fn body(&self) -> String {
        let mut body = Map::new();
        let kind = self.name.map_or_else(|| "about:blank".to_owned(), |name| format!("urn:problem:{name}"));
        body.insert("type".to_owned(), json!(kind));
        body.insert("title".to_owned(), json!(self.status.canonical_reason().unwrap_or("Error")));
        body.insert("status".to_owned(), json!(self.status.as_u16()));
        if let Some(detail) = &self.detail {
            body.insert("detail".to_owned(), json!(detail));
        }
        if let Some(request_id) = request_id() {
            body.insert("request_id".to_owned(), json!(request_id));
        }
        body.extend(self.members.clone());
        Value::Object(body).to_string()
    }

    /// The answer, with a body of this kind.
    #[must_use]
    pub fn answer<B: From<String>>(&self) -> Response<B> {
        let mut response = Response::new(B::from(self.body()));
        *response.status_mut() = self.status;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        for (name, value) in &self.fields {
            response.headers_mut().append(name, value.clone());
        }
        response
    }
}
