//! Bodies that a handler reads itself, piece by piece, since they are larger than what is read beforehand.
//!
//! Whoever may not send one is refused before any of it is read. What the handler leaves is read and dropped, within
//! bounds: otherwise a client that is still sending would not see the answer.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Bytes;
use http::{Method, Request};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::sync::oneshot;
use tokio::time::Instant;

/// How the paths end whose bodies are read by their handlers: a bulk import of the admin API.
const PATHS: [&str; 1] = ["/admin/v1/users/import"];

/// What of a body may be in memory at once, in bytes.
pub(super) const HELD: u64 = 131_072;

/// When the handler of a streamed body must have answered, as an extension of the request.
#[derive(Copy, Clone, Debug)]
pub struct Deadline(pub Instant);

/// Whether the body of this request is read by its handler.
pub(super) fn is_streamed<B>(request: &Request<B>) -> bool {
    let path = request.uri().path();
    request.method() == Method::POST && PATHS.iter().any(|end| path.ends_with(end))
}

/// A body that comes back, with what is left of it, when the handler has done with it.
pub(super) struct Lent {
    body: Option<Incoming>,
    back: Option<oneshot::Sender<Incoming>>,
}

impl Lent {
    /// Lends a body.
    pub(super) fn new(body: Incoming) -> (Self, oneshot::Receiver<Incoming>) {
        let (back, returned) = oneshot::channel();
        (Self { body: Some(body), back: Some(back) }, returned)
    }
}

impl Body for Lent {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match self.body.as_mut() {
            Some(body) => Pin::new(body).poll_frame(context),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map(Body::size_hint).unwrap_or_default()
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let (Some(body), Some(back)) = (self.body.take(), self.back.take()) {
            // Whoever lent it may be gone with the connection.
            drop(back.send(body));
        }
    }
}
