//! What can go wrong with a call.

use std::fmt;

use http::header::RETRY_AFTER;
use http::{HeaderMap, Response, StatusCode};
use serde::Deserialize;

/// Why a call did not succeed. The texts are for the log.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ServiceError {
    /// A user of that name exists.
    UserAlreadyExists,
    /// It is not as it was thought to be, such as an invitation that is over: what the provider says.
    Conflict(String),
    /// There have been too many requests.
    RateLimited {
        /// How many seconds to wait, where the service says so.
        retry_after: Option<u64>,
    },
    /// It does not exist.
    NotFound,
    /// This service may not do that.
    Refused(String),
    /// The token was not accepted, twice; or there is none to pass on.
    Unauthenticated,
    /// The service, or the issuer of the token, cannot be reached, or says that it cannot answer now.
    Unavailable(String),
    /// The issuer gives this service no token.
    Token(String),
    /// The call itself is none.
    Call(String),
    /// Any other refusal.
    Other {
        /// The status.
        status: u16,
        /// The problem's type, or nothing.
        kind: String,
    },
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UserAlreadyExists => f.write_str("a user of that name exists"),
            Self::Conflict(reason) => write!(f, "conflict: {reason}"),
            Self::RateLimited { retry_after: Some(seconds) } => {
                write!(f, "too many requests; again in {seconds} seconds")
            }
            Self::RateLimited { retry_after: None } => f.write_str("too many requests"),
            Self::NotFound => f.write_str("not found"),
            Self::Refused(reason) => write!(f, "refused: {reason}"),
            Self::Unauthenticated => f.write_str("the token was not accepted"),
            Self::Unavailable(reason) => write!(f, "unavailable: {reason}"),
            Self::Token(reason) => write!(f, "no token: {reason}"),
            Self::Call(reason) => write!(f, "the call is none: {reason}"),
            Self::Other { status, kind } => write!(f, "refused with status {status}, {kind:?}"),
        }
    }
}

impl std::error::Error for ServiceError {}

/// A problem of the admin API (RFC 9457).
#[derive(Default, Deserialize)]
struct Problem {
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    detail: Option<String>,
}

/// The answer of the admin API, or the error that its problem is.
pub(super) fn succeeded(response: Response<Vec<u8>>) -> Result<Response<Vec<u8>>, ServiceError> {
    if response.status().is_success() {
        return Ok(response);
    }
    let problem: Problem = serde_json::from_slice(response.body()).unwrap_or_default();
    let kind = problem.kind.rsplit('/').next().unwrap_or_default().to_owned();
    let status = response.status();
    Err(match &*kind {
        "taken" => ServiceError::UserAlreadyExists,
        "conflict" => ServiceError::Conflict(problem.detail.unwrap_or(kind)),
        "too-many-requests" | "too-many-attempts" => {
            ServiceError::RateLimited { retry_after: retry_after(response.headers()) }
        }
        "not-found" => ServiceError::NotFound,
        "insufficient-scope" | "beyond-authority" => ServiceError::Refused(kind),
        "unavailable" => ServiceError::Unavailable(kind),
        _ => of_status(status, response.headers(), kind),
    })
}

/// What a status says that comes without a problem that is known, as from a proxy.
fn of_status(status: StatusCode, headers: &HeaderMap, kind: String) -> ServiceError {
    match status.as_u16() {
        403 => ServiceError::Refused(kind),
        404 => ServiceError::NotFound,
        409 | 412 => ServiceError::Conflict(kind),
        429 => ServiceError::RateLimited { retry_after: retry_after(headers) },
        502..=504 => ServiceError::Unavailable(format!("status {}", status.as_u16())),
        status => ServiceError::Other { status, kind },
    }
}

fn retry_after(headers: &HeaderMap) -> Option<u64> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}
