//! Answers of the listener itself, to requests that no handler sees.

use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, CONNECTION, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, StatusCode, Version};

use crate::in_flight::Short;
use crate::telemetry::Shed;

/// A request that is answered before it is worked on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) sentence: &'static str,
    /// If it was a limit.
    pub(super) shed: Option<Shed>,
}

impl Refusal {
    pub(super) const fn new(status: StatusCode, sentence: &'static str) -> Self {
        Self { status, sentence, shed: None }
    }

    /// Everybody has to wait: a limit of the server.
    pub(super) const fn unavailable(sentence: &'static str, shed: Shed) -> Self {
        Self { status: StatusCode::SERVICE_UNAVAILABLE, sentence, shed: Some(shed) }
    }

    /// This address has to wait: its own share of a limit (RFC 6585 4).
    pub(super) const fn too_many(sentence: &'static str, shed: Shed) -> Self {
        Self { status: StatusCode::TOO_MANY_REQUESTS, sentence, shed: Some(shed) }
    }

    /// Too many requests are in flight.
    pub(super) const fn requests(short: Short) -> Self {
        match short {
            Short::All => Self::unavailable("Too many requests at the moment", Shed::Requests),
            Short::Own => Self::too_many("Too many requests from your address", Shed::RequestsOfAddress),
        }
    }

    /// Requests and answers take too much memory.
    pub(super) const fn memory(short: Short) -> Self {
        match short {
            Short::All => Self::unavailable("Too many requests at the moment", Shed::Memory),
            Short::Own => {
                Self::too_many("Too many unfinished requests from your address", Shed::MemoryOfAddress)
            }
        }
    }

    /// The response without its body. What is left of the request is not read: the connection is closed (RFC 9112 9.6),
    /// or the stream ends.
    pub(super) fn response(self, version: Version) -> Response {
        let text = HeaderValue::from_static("text/plain; charset=utf-8");
        let mut response = (self.status, [(CONTENT_TYPE, text)]).into_response();
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if matches!(self.status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        // HTTP/2 has no such field (RFC 9113 8.2.2).
        if version < Version::HTTP_2 {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }

    /// The body. Who has used up a limit gets none by HTTP/2: nothing is left then that could be left unread.
    pub(super) fn text(self, version: Version) -> &'static str {
        if self.shed.is_some() && version >= Version::HTTP_2 { "" } else { self.sentence }
    }
}
