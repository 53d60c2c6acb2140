//! What an answer of the endpoint means, and when a message is sent again.

use crate::time::{Seconds, Time};

/// The waits after each attempt that failed, in seconds: almost a day in all.
const WAITS: [i64; 8] = [5, 60, 300, 1_800, 7_200, 18_000, 28_800, 28_800];
/// The longest wait that an endpoint can ask for with `Retry-After`.
const LONGEST_WAIT: i64 = 28_800;
/// How often a message is tried before it is given up.
pub const ATTEMPTS: i32 = 9;
/// An endpoint at which every attempt failed for this long is paused.
pub const PAUSED_AFTER: Seconds = Seconds(5 * 86_400);

/// What became of an attempt.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Answer {
    /// The status of the response, if there was one.
    pub status: Option<u16>,
    /// `Retry-After` in seconds (RFC 9110 10.2.3), if there was one.
    pub retry_after: Option<i64>,
}

/// What an answer means.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
pub enum Verdict {
    /// The endpoint has it.
    Delivered,
    /// The endpoint says that it is gone for good (410): it is paused, and the message waits.
    Gone,
    /// It is sent again after this long.
    Again(Seconds),
    /// It was tried as often as it is.
    GivenUp,
}

/// What the answer to this attempt, counted from 1, means. `jitter` of 0 to 255 makes waits longer by up to a fifth, so
/// that messages that failed together are not sent again together.
pub fn verdict(answer: Answer, attempt: i32, jitter: u8) -> Verdict {
    match answer.status {
        Some(200..=299) => Verdict::Delivered,
        Some(410) => Verdict::Gone,
        _ if attempt >= ATTEMPTS => Verdict::GivenUp,
        _ => Verdict::Again(wait(attempt, answer.retry_after, jitter)),
    }
}

/// The wait after this attempt: as long as the endpoint asks for where that is longer, within bounds.
#[must_use]
pub fn wait(attempt: i32, retry_after: Option<i64>, jitter: u8) -> Seconds {
    let place = usize::try_from(attempt.saturating_sub(1)).unwrap_or_default().min(WAITS.len() - 1);
    let plain = WAITS.get(place).copied().unwrap_or(LONGEST_WAIT);
    let asked = retry_after.unwrap_or_default().clamp(0, LONGEST_WAIT);
    let longest = plain.max(asked);
    Seconds(longest + longest * i64::from(jitter) / (5 * 255))
}

/// Whether an endpoint that has failed since then is to be paused.
#[must_use]
pub fn is_dead(failing_since: Time, now: Time) -> bool {
    now - failing_since >= PAUSED_AFTER
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn answered(status: u16) -> Answer {
        Answer { status: Some(status), retry_after: None }
    }

    #[test]
    fn answers() {
        for status in [200, 201, 202, 204, 299] {
            assert_eq!(verdict(answered(status), 1, 0), Verdict::Delivered, "{status}");
            assert_eq!(verdict(answered(status), ATTEMPTS, 0), Verdict::Delivered, "{status}");
        }
        assert_eq!(verdict(answered(410), 1, 0), Verdict::Gone);
        for status in [100, 301, 302, 304, 400, 401, 404, 409, 429, 500, 503] {
            assert_eq!(verdict(answered(status), 1, 0), Verdict::Again(Seconds(5)), "{status}");
            assert_eq!(verdict(answered(status), ATTEMPTS, 0), Verdict::GivenUp, "{status}");
        }
        let unreached = Answer { status: None, retry_after: None };
        assert_eq!(verdict(unreached, 2, 0), Verdict::Again(Seconds(60)));
    }

    #[test]
    fn waits_grow_and_take_about_a_day() {
        let all: i64 = (1..ATTEMPTS).map(|attempt| wait(attempt, None, 0).0).sum();
        assert!((80_000..=90_000).contains(&all), "{all}");
        let longest: i64 = (1..ATTEMPTS).map(|attempt| wait(attempt, None, 255).0).sum();
        assert!(longest > all && longest <= all * 6 / 5, "{longest}");
        for attempt in 2..ATTEMPTS {
            assert!(wait(attempt, None, 0) >= wait(attempt - 1, None, 0));
        }
        assert_eq!((wait(0, None, 0).0, wait(i32::MAX, None, 0).0), (5, 28_800));
    }

    #[test]
    fn rfc9110_10_2_3_retry_after_is_respected_within_bounds() {
        for (asked, waited) in [(0, 5), (-7, 5), (3, 5), (120, 120), (1_000_000, 28_800)] {
            assert_eq!(wait(1, Some(asked), 0), Seconds(waited), "{asked}");
        }
    }

    #[test]
    fn an_endpoint_that_fails_for_days_is_dead() {
        let since = Time::from_seconds(1000);
        assert!(!is_dead(since, since + PAUSED_AFTER - Seconds(1)));
        assert!(is_dead(since, since + PAUSED_AFTER));
    }
}
