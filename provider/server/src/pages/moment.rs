//! A point in time within a text: as the language writes it, in UTC, and for the script that writes it in the time zone of the
//! browser.

use chrono::{DateTime, SecondsFormat};
use credenza_protocol::time::Time;

use super::Frame;
use super::phrase::Named;

/// Stands in a text for the time.
const PLACE: &str = "\u{fffc}";

/// A text with a time in it.
pub(crate) struct Moment {
    /// What stands before it.
    pub(crate) before: String,
    /// The time as RFC 3339 writes it; empty if it is beyond what a calendar can show.
    pub(crate) datetime: String,
    /// As the language writes it.
    pub(crate) written: String,
    /// What stands behind it.
    pub(crate) after: String,
}

impl Moment {
    pub(crate) fn new(frame: Frame<'_>, text: Named, time: Time) -> Self {
        let text = text(PLACE);
        let (before, after) = text.split_once(PLACE).unwrap_or((&text, ""));
        let time = DateTime::from_timestamp(time.seconds(), 0);
        Self {
            before: before.to_owned(),
            datetime: time.map(|time| time.to_rfc3339_opts(SecondsFormat::Secs, true)).unwrap_or_default(),
            written: time.map(frame.texts().shared.date_time).unwrap_or_default(),
            after: after.to_owned(),
        }
    }
}
