//! Reading the body of a request, before the request counts as one that is in flight.

use std::time::Duration;

use axum::body::Bytes;
use http::StatusCode;
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use tokio::time::{Instant, timeout, timeout_at};

/// Bytes that add a second to the time that a body has.
const RATE: u32 = 4096;
/// How much of a body that is refused is read and dropped first.
const DISCARDED: usize = 1 << 20;
/// For how long it is read at most.
const DISCARDING: Duration = Duration::from_secs(1);

/// Why there is no body.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Fault {
    TooLong,
    TooSlow,
    Broken,
}

impl Fault {
    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Broken => StatusCode::BAD_REQUEST,
        }
    }

    pub(super) fn sentence(self) -> &'static str {
        match self {
            Self::TooLong => "The body is too large",
            Self::TooSlow => "The body took too long",
            Self::Broken => "The body is broken",
        }
    }
}

/// The whole body, if it is not too long and arrives within `patience`, which what has arrived extends.
pub(super) async fn read(mut body: Incoming, longest: usize, patience: Duration) -> Result<Bytes, Fault> {
    let start = Instant::now();
    let (mut first, mut whole) = (Bytes::new(), Vec::new());
    let mut received = 0_usize;
    loop {
        let extension = Duration::from_secs(1) * u32::try_from(received).unwrap_or(u32::MAX) / RATE;
        let frame =
            timeout_at(start + patience + extension, body.frame()).await.map_err(|_| Fault::TooSlow)?;
        let Some(frame) = frame else { break };
        // Trailers are no part of the body.
        let Ok(data) = frame.map_err(|_| Fault::Broken)?.into_data() else { continue };
        received += data.len();
        if received > longest {
            discard(body).await;
            return Err(Fault::TooLong);
        }
        match first.is_empty() && whole.is_empty() {
            true => first = data,
            false if whole.is_empty() => whole = [&*first, &*data].concat(),
            false => whole.extend_from_slice(&data),
        }
    }
    Ok(if whole.is_empty() { first } else { whole.into() })
}

/// Reads and drops part of a body that is refused: otherwise a client that is still sending would see its stream
/// reset before it sees the response.
pub(super) async fn discard(body: Incoming) {
    let mut body = Limited::new(body, DISCARDED);
    let all = async { while let Some(Ok(_)) = body.frame().await {} };
    let _ = timeout(DISCARDING, all).await;
}
