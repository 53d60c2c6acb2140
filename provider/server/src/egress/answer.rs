//! Reading a response.

use credenza_protocol::time::Seconds;
use http::header::{AGE, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::Incoming;

use super::{EgressError, Fetched};

/// The body of a 200, measured as it arrives: the length that the host declares is not relied on.
pub(super) async fn whole(response: Response<Incoming>, longest: usize) -> Result<Fetched, EgressError> {
    let status = status(&response)?;
    if status != StatusCode::OK {
        return Err(EgressError::Status(status));
    }
    let headers = response.headers();
    if headers.get_all(CONTENT_ENCODING).iter().any(|value| value != "identity") {
        return Err(EgressError::Encoded);
    }
    if number(headers.get(CONTENT_LENGTH))
        .is_some_and(|length| usize::try_from(length).is_ok_and(|l| l > longest))
    {
        return Err(EgressError::TooLong(longest));
    }
    let max_age = max_age(headers);
    let body = Limited::new(response.into_body(), longest).collect().await;
    let body = body.map_err(|error| match error.downcast::<hyper::Error>() {
        Ok(broken) => EgressError::Broken(*broken),
        Err(other) => {
            debug_assert!(other.is::<LengthLimitError>());
            EgressError::TooLong(longest)
        }
    })?;
    Ok(Fetched { body: body.to_bytes().to_vec(), max_age })
}

/// The status, unless it is a redirect.
pub(super) fn status<B>(response: &Response<B>) -> Result<StatusCode, EgressError> {
    let status = response.status();
    if status.is_redirection() { Err(EgressError::Redirect(status)) } else { Ok(status) }
}

/// For how long the response is fresh (RFC 9111 4.2): `max-age` less the time that it spent in caches; zero if it must
/// not be stored.
fn max_age(headers: &HeaderMap) -> Option<Seconds> {
    let values = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let directives = values.flat_map(|value| value.split(',')).map(str::trim);
    let spans = directives.filter_map(|directive| {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        match name.to_ascii_lowercase().as_str() {
            "no-store" | "no-cache" => Some(0),
            "max-age" => value.trim_matches('"').parse::<i64>().ok().filter(|span| *span >= 0),
            _ => None,
        }
    });
    let age = number(headers.get(AGE)).unwrap_or(0);
    spans.min().map(|span| Seconds(span.saturating_sub(age).max(0)))
}

/// The value of a header that is a non-negative integer.
fn number(value: Option<&HeaderValue>) -> Option<i64> {
    value?.to_str().ok()?.parse().ok().filter(|number| *number >= 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc9111_4_2_how_long_a_response_is_fresh() {
        for (cache_control, age, fresh) in [
            (None, None, None),
            (Some("public"), None, None),
            (Some("max-age=600"), None, Some(600)),
            (Some("public, Max-Age=\"600\", must-revalidate"), None, Some(600)),
            (Some("max-age=600"), Some("200"), Some(400)),
            (Some("max-age=600"), Some("700"), Some(0)),
            (Some("max-age=600, max-age=60"), None, Some(60)),
            (Some("max-age=600, no-store"), None, Some(0)),
            (Some("no-cache"), None, Some(0)),
            (Some("max-age=-1"), None, None),
            (Some("max-age=99999999999999999999"), None, None),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in [(CACHE_CONTROL, cache_control), (AGE, age)] {
                value.map(|value| headers.insert(name, HeaderValue::from_static(value)));
            }
            assert_eq!(max_age(&headers), fresh.map(Seconds), "{cache_control:?} {age:?}");
        }
    }
}
