//! Answers on their way: each is counted until its client has taken it, by the connection and against the memory that
//! the client's address may use.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::response::Response;
use http_body_util::BodyExt as _;

use super::activity::{Activity, Counted};
use crate::in_flight::{Permit, Shares};

/// An extension of a response whose bytes are shared with others, so that it takes no memory of its own.
#[derive(Clone, Copy, Debug)]
pub struct SharedBytes;

/// What an answer takes besides its bytes: its head, and the bookkeeping of its stream.
pub(super) const OVERHEAD: u64 = 4096;

/// The bytes of an answer, and what is given back when the last of them is written.
struct Unread {
    bytes: Bytes,
    _counted: (Counted, Permit),
}

impl AsRef<[u8]> for Unread {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Gives an answer a short text, and counts it until it is taken.
pub(super) fn deliver_text(
    response: Response,
    bytes: Bytes,
    activity: &Arc<Activity>,
    memory: &Arc<Shares>,
    holder: IpAddr,
) -> Response {
    if bytes.is_empty() {
        return response.map(|_| Body::empty());
    }
    let counted = (activity.unread(), memory.take_beyond(holder, OVERHEAD));
    response.map(|_| Body::from(Bytes::from_owner(Unread { bytes, _counted: counted })))
}

/// Counts an answer until it is taken.
pub(super) async fn deliver(
    response: Response,
    activity: &Arc<Activity>,
    memory: &Arc<Shares>,
    holder: IpAddr,
) -> Response {
    let (parts, body) = response.into_parts();
    let length = body.size_hint().exact().filter(|_| parts.extensions.get::<SharedBytes>().is_none());
    let permit = memory.take_beyond(holder, OVERHEAD.saturating_add(length.unwrap_or(0)));
    let mut counted = (activity.unread(), permit);
    let body = match body.size_hint().exact() {
        Some(0) => Body::empty(),
        // What is known in full is there already, in one piece.
        Some(_) => match body.collect().await {
            Ok(whole) => Body::from(Bytes::from_owner(Unread { bytes: whole.to_bytes(), _counted: counted })),
            Err(error) => {
                tracing::error!(%error, "an answer could not be made");
                Body::empty()
            }
        },
        None => {
            let activity = Arc::clone(activity);
            Body::new(body.map_frame(move |frame| {
                // Both stay until the whole is on its way, and not what is replaced alone.
                let counted = &mut counted;
                // The next piece is asked for once those before it are on their way: each has its own time to be read.
                counted.0 = activity.unread();
                frame
            }))
        }
    };
    Response::from_parts(parts, body)
}
