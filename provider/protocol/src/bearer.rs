//! Bearer tokens (RFC 6750) at the provider's own endpoints.

use crate::error::Refusal;
use crate::params::Params;
use crate::secret::Secret;

/// Why a token was refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[expect(missing_docs, reason = "the message of each variant says it")]
pub enum Error {
    #[error("an access token is needed")]
    Missing,
    #[error("the access token must come once, in the Authorization header or the form")]
    Malformed,
    #[error("the access token is unknown, expired or revoked")]
    Invalid,
    #[error("the access token does not allow this")]
    InsufficientScope,
}

impl Refusal for Error {
    /// Without a token in the request there is no error code (RFC 6750 3.1).
    fn code(&self) -> &'static str {
        match self {
            Self::Missing => "",
            Self::Malformed => "invalid_request",
            Self::Invalid => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
        }
    }

    fn rule(&self) -> &'static str {
        match self {
            Self::Missing | Self::Malformed => "RFC 6750 2",
            Self::Invalid | Self::InsufficientScope => "RFC 6750 3.1",
        }
    }
}

impl Error {
    /// The HTTP status (RFC 6750 3.1).
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Missing | Self::Invalid => 401,
            Self::Malformed => 400,
            Self::InsufficientScope => 403,
        }
    }
}

/// Takes the token from the one header or from the form (RFC 6750 2.1, 2.2). A token in the query is
/// never read (RFC 9700 4.3.2): it only makes the request malformed.
///
/// # Errors
/// [`Error::Missing`] or [`Error::Malformed`].
pub fn token<'h>(
    mut authorization: impl Iterator<Item = &'h [u8]>,
    query: &Params,
    form: Option<&Params>,
) -> Result<Secret, Error> {
    if query.get("access_token").is_some() {
        return Err(Error::Malformed);
    }
    let in_form = form.and_then(|form| form.get("access_token"));
    if form.is_some_and(|form| form.is_repeated("access_token")) {
        return Err(Error::Malformed);
    }
    let Some(header) = authorization.next() else {
        return in_form.map(Secret::presented).ok_or(Error::Missing);
    };
    if authorization.next().is_some() || in_form.is_some() {
        return Err(Error::Malformed);
    }
    let text = std::str::from_utf8(header).map_err(|_| Error::Malformed)?;
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") && is_token(token) => {
            Ok(Secret::presented(token))
        }
        Some((scheme, _)) if scheme.eq_ignore_ascii_case("bearer") => Err(Error::Malformed),
        _ => Err(Error::Missing),
    }
}

/// `b64token` (RFC 6750 2.1).
fn is_token(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    let legal =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/');
    !body.is_empty() && body.bytes().all(legal)
}
