//! How a fetch ended.

use std::io;
use std::net::IpAddr;

use http::StatusCode;

/// Why there is nothing. For the log alone: who named the URL must not learn what stands behind it.
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    /// The URL is none that is fetched.
    #[error("the URL {0}")]
    Url(&'static str),
    /// The host is private, and `egress.allow` does not name it.
    #[error("{0} is not public, and egress.allow does not list it")]
    Forbidden(IpAddr),
    /// The name has no address.
    #[error("the host is not found: {0}")]
    NotFound(io::Error),
    /// There was no connection, or the certificate was wrong.
    #[error("no connection: {0}")]
    NoConnection(io::Error),
    /// It took too long.
    #[error("no answer in time")]
    TimedOut,
    /// What came is not HTTP, its head is too long, or it broke off.
    #[error("no answer: {0}")]
    Broken(#[from] hyper::Error),
    /// Redirects are not followed.
    #[error("the answer is a redirect ({0}), which is not followed")]
    Redirect(StatusCode),
    /// Another status than 200.
    #[error("the answer is {0}")]
    Status(StatusCode),
    /// The body is longer than it may be.
    #[error("the answer is longer than {0} bytes")]
    TooLong(usize),
    /// The body is compressed, which was not asked for.
    #[error("the answer has a content encoding")]
    Encoded,
}

/// What the metrics tell of a fetch.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// The host answered as it should.
    Answered,
    /// The URL or the address may not be reached.
    Refused,
    /// It took too long.
    TimedOut,
    /// There was no answer, or not the right one.
    Failed,
}

impl Outcome {
    /// All of them, with the names of the metrics.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Answered, "answered"),
        (Self::Refused, "refused"),
        (Self::TimedOut, "timed_out"),
        (Self::Failed, "failed"),
    ];
}

impl EgressError {
    /// What is counted.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Url(_) | Self::Forbidden(_) => Outcome::Refused,
            Self::TimedOut => Outcome::TimedOut,
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
