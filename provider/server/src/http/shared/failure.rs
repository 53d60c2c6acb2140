//! How a failure of the provider's own is answered: with one status and one code, whether a page or JSON carries it.

use axum::response::Response;
use credenza_storage::StoreError;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};

use crate::failure::{Failure, LOOKING_FOR_ROOM};
use crate::state::State;

/// What a failure means for the one who asked. But for [`Self::Nul`], it is no verdict about the request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ServerError {
    /// The store or the capacity is lacking for the moment: another try may succeed.
    Unavailable,
    /// The disk is full: another try may succeed once there is room.
    Full,
    /// A fault of the provider itself: another try is likely to end in the same way.
    Internal,
    /// The request holds U+0000 in a name; nothing can have such a name (RFC 6749 A).
    Nul,
}

impl From<&Failure> for ServerError {
    fn from(failure: &Failure) -> Self {
        match failure {
            Failure::Store(StoreError::Full(_)) => Self::Full,
            Failure::Store(StoreError::Nul) => Self::Nul,
            Failure::Store(_) | Failure::Busy => Self::Unavailable,
            Failure::Keys(_) | Failure::Internal(_) => Self::Internal,
        }
    }
}

impl ServerError {
    /// The status (RFC 9110 15.6.1 and 15.6.4).
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::Unavailable | Self::Full => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Nul => StatusCode::BAD_REQUEST,
        }
    }

    /// `error`: the codes of RFC 6749 4.1.2.1.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Unavailable | Self::Full => "temporarily_unavailable",
            Self::Internal => "server_error",
            Self::Nul => "invalid_request",
        }
    }

    /// `error_description`.
    pub(crate) fn description(self) -> &'static str {
        match self {
            Self::Unavailable | Self::Full => "the provider cannot answer now",
            Self::Internal => "the provider has an internal error",
            Self::Nul => "the request has the character U+0000 in a name",
        }
    }

    /// Tells the client when to try again, in seconds, if that makes sense (RFC 9110 10.2.3).
    pub(crate) fn with_retry_after(self, mut response: Response) -> Response {
        let seconds = match self {
            Self::Unavailable => 1,
            Self::Full => LOOKING_FOR_ROOM.as_secs(),
            Self::Internal | Self::Nul => return response,
        };
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        response
    }
}

/// Logs and counts a failure, and says how it is answered.
pub(crate) fn report(state: &State, failure: &Failure) -> ServerError {
    match failure {
        Failure::Busy => tracing::warn!(%failure, "turned away"),
        Failure::Store(StoreError::Nul) => {
            tracing::info!(code = ServerError::Nul.code(), rule = "RFC 6749 A", reason = %failure, "refused");
        }
        _ => tracing::error!(%failure, "failed"),
    }
    if matches!(failure, Failure::Store(StoreError::Failed(_) | StoreError::Full(_))) {
        state.metrics.store_errors.increment(1);
    }
    ServerError::from(failure)
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse as _;

    use super::*;
    use crate::keys;

    #[test]
    fn what_may_pass_is_503_and_what_is_broken_is_500() {
        let store = StoreError::Failed("the database is gone".into());
        let full = StoreError::Full("no room".into());
        let key = keys::Error::NoKey(credenza_validator::Algorithm::ES256);
        for (failure, status, code, retry_after) in [
            (Failure::Store(store), 503, "temporarily_unavailable", "1"),
            (Failure::Store(full), 503, "temporarily_unavailable", "5"),
            (Failure::Store(StoreError::Nul), 400, "invalid_request", ""),
            (Failure::Busy, 503, "temporarily_unavailable", "1"),
            (Failure::Keys(key), 500, "server_error", ""),
            (Failure::Internal("broken"), 500, "server_error", ""),
        ] {
            let error = ServerError::from(&failure);
            assert_eq!((error.status().as_u16(), error.code()), (status, code), "{failure}");
            let response = error.with_retry_after(error.status().into_response());
            let told = response.headers().get(RETRY_AFTER).map_or("", |value| value.to_str().unwrap());
            assert_eq!(told, retry_after, "{failure}");
        }
    }
}
