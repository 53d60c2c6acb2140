//! What goes around a handler, in whatever framework.

use std::sync::Arc;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use super::context::Context;
use super::problem::{MEDIA_TYPE, Problem};
use super::{Kit, headers, panic, request_id, timeout};
use crate::Caller;

/// A request on its way through the kit.
pub struct Passing {
    context: Arc<Context>,
    is_https: bool,
    has_credentials: bool,
    method: String,
    path: String,
}

impl Kit {
    /// Takes a request, for a framework that has no module here.
    #[must_use]
    pub fn take(&self, method: &Method, path: &str, headers: &HeaderMap) -> Passing {
        Passing {
            context: Context::new(request_id::of(headers), self.timeout),
            is_https: self.is_https,
            has_credentials: headers::has_credentials(headers),
            method: method.as_str().to_owned(),
            path: path.to_owned(),
        }
    }
}

impl Passing {
    /// Runs the handler.
    ///
    /// # Errors
    /// The problems `timeout` and `internal_error`, when it takes too long or panics.
    pub async fn run<T>(&self, handler: impl Future<Output = T>) -> Result<T, Problem> {
        let own = Arc::clone(&self.context);
        let done = async move { timeout::within(&own, panic::caught(handler)).await };
        match Arc::clone(&self.context).scope(done).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(())) => Err(Problem::new(500, "internal_error")),
            Err(timeout::Late) => Err(Problem::new(503, "timeout").field("retry-after", "1")),
        }
    }

    /// The body in place of that of an error that no handler has written: of the guard, the router, an extractor. `None`:
    /// it stays as it is. The fields stay, but for the media type, which is changed here, and the length.
    pub fn as_problem(&self, status: StatusCode, fields: &mut HeaderMap) -> Option<String> {
        let is_error = status.is_client_error() || status.is_server_error();
        let media_type = fields.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
        if !is_error || media_type.is_some_and(|media_type| !media_type.starts_with(b"text/plain")) {
            return None;
        }
        let problem = match status {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::new(413, "body_too_large"),
            status => Problem::of_status(status.as_u16()),
        };
        fields.remove(http::header::CONTENT_LENGTH);
        fields.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        Some(self.within(|| problem.body()))
    }

    /// Makes something of this request, such as the body of a problem.
    pub fn within<T>(&self, make: impl FnOnce() -> T) -> T {
        self.context.within(make)
    }

    /// Adds the fields that every answer has, and writes the line of the log.
    pub fn finish(self, status: StatusCode, fields: &mut HeaderMap) {
        headers::secure(fields, self.is_https, self.has_credentials);
        if let Ok(id) = HeaderValue::try_from(&self.context.request_id) {
            fields.insert(HeaderName::from_static(request_id::FIELD), id);
        }
        let caller = self.context.caller();
        let caller = caller.as_ref();
        tracing::info!(
            target: "credenza",
            request_id = self.context.request_id,
            method = self.method,
            path = self.path,
            status = status.as_u16(),
            duration_ms = u64::try_from(self.context.started.elapsed().as_millis()).unwrap_or(u64::MAX),
            tenant = caller.and_then(Caller::tenant),
            sub = caller.and_then(Caller::sub),
            client_id = caller.and_then(Caller::client_id),
            "request"
        );
    }
}
