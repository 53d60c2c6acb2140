//! Texts that people see, and write.

use chrono::DateTime;
use credenza_protocol::text::check_line;
use credenza_protocol::time::Time;

use super::InvalidField;

/// Refuses a text that says nothing, has more than so many characters, or holds characters that cannot be seen, reorder
/// others, or act on a terminal or a log.
pub(super) fn check(field: &'static str, text: &str, longest: usize) -> Result<(), InvalidField> {
    check_line(text, longest).map_err(|unfit| InvalidField::new(field, unfit.to_string()))
}

/// The end of the year 9999, which is as far as the written form goes.
const LATEST: i64 = 253_402_300_799;

/// Reads a point in time: RFC 3339, or seconds since 1970, as JSON has it.
#[must_use]
pub fn time(text: &str) -> Option<Time> {
    let seconds = text.parse().ok().filter(|seconds| (0..=LATEST).contains(seconds));
    let seconds = seconds.or_else(|| Some(DateTime::parse_from_rfc3339(text).ok()?.timestamp()));
    seconds.map(Time::from_seconds)
}
