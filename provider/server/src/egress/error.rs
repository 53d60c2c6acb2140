//! How a fetch ended.

use std::io;
use std::net::IpAddr;

use http::StatusCode;

/// Why a fetch failed. For the log only: whoever chose the URL must not learn what is behind it.
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    /// The URL is not one that is fetched.
    #[error("the URL {0}")]
    Url(&'static str),
    /// The host is private, and `egress.allow` does not name it.
    #[error("{0} is not public, or nothing public may be reached, and egress.allow does not list it")]
    Forbidden(IpAddr),
    /// Nothing public may be reached, and `egress.allow` does not list the name, which was not looked up.
    #[error("the host is none that egress.allow lists")]
    Unlisted,
    /// The name has no address.
    #[error("the host was not found: {0}")]
    NotFound(io::Error),
    /// The connection failed, or the certificate is not valid.
    #[error("the connection failed: {0}")]
    NoConnection(io::Error),
    /// It took too long.
    #[error("the response took too long")]
    TimedOut,
    /// As many fetches wait already as may, for this host or for whoever asks. Nothing was sent.
    #[error("too many fetches are waiting")]
    Busy,
    /// The response is not HTTP, its head is too long, or it is incomplete.
    #[error("the response is broken: {0}")]
    Broken(#[from] hyper::Error),
    /// Redirects are not followed.
    #[error("the response is a redirect ({0}), which is not followed")]
    Redirect(StatusCode),
    /// A status other than 200.
    #[error("the response has status {0}")]
    Status(StatusCode),
    /// The body is longer than it may be.
    #[error("the response is longer than {0} bytes")]
    TooLong(usize),
    /// The body is compressed, which was not requested.
    #[error("the response has a content encoding")]
    Encoded,
}

/// The outcome of a fetch in the metrics.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// The host answered as expected.
    Answered,
    /// The URL or the address may not be reached.
    Refused,
    /// It took too long.
    TimedOut,
    /// There was no response, or not a usable one.
    Failed,
    /// Too many were waiting.
    Busy,
}

impl Outcome {
    /// All of them, with their labels in the metrics.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Answered, "answered"),
        (Self::Refused, "refused"),
        (Self::TimedOut, "timed_out"),
        (Self::Failed, "failed"),
        (Self::Busy, "busy"),
    ];
}

impl EgressError {
    /// The outcome that is counted.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Url(_) | Self::Forbidden(_) | Self::Unlisted => Outcome::Refused,
            Self::TimedOut => Outcome::TimedOut,
            Self::Busy => Outcome::Busy,
            Self::NotFound(_)
            | Self::NoConnection(_)
            | Self::Broken(_)
            | Self::Redirect(_)
            | Self::Status(_)
            | Self::TooLong(_)
            | Self::Encoded => Outcome::Failed,
        }
    }
}
