//! Why the registration endpoint refuses (RFC 7591 3.2.2, RFC 7592 2).

use super::Fault;
use crate::bearer;
use crate::error::Refusal;
use crate::time::Seconds;

/// Why a request at `/register` is refused.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Error {
    /// Dynamic registration is closed.
    #[error("this issuer does not let clients register themselves")]
    Closed,
    /// An initial or registration access token is missing, unknown, used up, or of another client.
    #[error(transparent)]
    Token(#[from] bearer::Error),
    /// Too many registrations from that address or in total; retry after this many seconds.
    #[error("too many clients were registered; try again later")]
    TooMany(Seconds),
    /// The body is not an unambiguous JSON object.
    #[error("the body must be one JSON object, as application/json, without a name twice")]
    NotJson,
    /// The metadata are refused.
    #[error(transparent)]
    Metadata(#[from] Fault),
}

impl Refusal for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Closed => "access_denied",
            Self::Token(error) => error.code(),
            Self::TooMany(_) => "temporarily_unavailable",
            Self::NotJson => "invalid_client_metadata",
            Self::Metadata(fault) => fault.code(),
        }
    }

    fn rule(&self) -> &'static str {
        match self {
            Self::Closed => "RFC 7591 1.2",
            Self::Token(error) => error.rule(),
            Self::TooMany(_) => "RFC 7591 5",
            Self::NotJson => "RFC 7591 3.1",
            Self::Metadata(fault) => fault.rule(),
        }
    }
}

impl Error {
    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Closed => 403,
            Self::Token(error) => error.status(),
            Self::TooMany(_) => 429,
            Self::NotJson | Self::Metadata(_) => 400,
        }
    }
}
