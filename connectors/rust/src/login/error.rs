//! What goes wrong when people sign in, and when an access token is asked for.

use std::fmt;

/// How soon to try again when the provider is away, in seconds.
pub(crate) const RETRY_AFTER: &str = "5";

/// Why somebody is not signed in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum SignInError {
    /// The answer belongs to no sign-in that is under way in this browser: it was used, expired, or is another's.
    NotUnderWay,
    /// The answer is not from the issuer that was asked (RFC 9207), or is none.
    BadAnswer,
    /// The person, or the provider, did not allow it.
    AccessDenied,
    /// The provider answered with another error.
    Refused,
    /// The code or the ID token was not accepted.
    NotAccepted,
    /// The provider, or the store of sessions, cannot be asked.
    Unavailable,
    /// The claims and tokens are larger than cookies can hold: a store is needed.
    TooLarge,
}

impl SignInError {
    /// The status of the answer.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::NotUnderWay | Self::BadAnswer | Self::Refused | Self::NotAccepted => 400,
            Self::AccessDenied => 403,
            Self::TooLarge => 500,
            Self::Unavailable => 503,
        }
    }

    /// What people are told.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::NotUnderWay => "This sign-in has expired, or was finished before.",
            Self::BadAnswer => "The answer of the sign-in service was not in order.",
            Self::AccessDenied => "Access was denied: you did not allow it, or may not use this application.",
            Self::Refused => "The sign-in service could not sign you in.",
            Self::NotAccepted => "The sign-in could not be confirmed.",
            Self::Unavailable => {
                "The sign-in service cannot be reached at the moment. Please try again shortly."
            }
            Self::TooLarge => "Your account has more data than this application can keep.",
        }
    }
}

/// Why there is no access token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum TokenError {
    /// The session has ended: the provider no longer knows it. 401.
    Ended,
    /// The token has expired, and there is no refresh token. 401.
    Expired,
    /// The token has expired, and the provider cannot be asked. The session stays. 503.
    Unavailable,
}

impl TokenError {
    /// The status of the answer.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Ended | Self::Expired => 401,
            Self::Unavailable => 503,
        }
    }

    /// The member `error` of the answer.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ended | Self::Expired => "login_required",
            Self::Unavailable => "temporarily_unavailable",
        }
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ended => "the session has ended",
            Self::Expired => "the access token has expired, and there is no refresh token",
            Self::Unavailable => "the access token has expired, and the provider cannot be asked",
        })
    }
}

impl std::error::Error for TokenError {}
