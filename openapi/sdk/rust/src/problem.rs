//! What calls are refused for.

use crate::apis::Error;
use crate::models::Problem;

/// What a call was refused for (RFC 9457). There is none where no answer came, or one that is not of the API: that of a
/// proxy, for instance.
pub fn problem<T>(error: &Error<T>) -> Option<Problem> {
    match error {
        Error::ResponseError(response) => serde_json::from_str(&response.content).ok(),
        _ => None,
    }
}

/// The last part of the problem's type, such as `not-found`: what a program compares.
pub fn kind<T>(error: &Error<T>) -> Option<String> {
    problem(error)?.r#type.rsplit('/').next().map(str::to_owned)
}
