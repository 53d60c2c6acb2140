//! The types of texts that hold a value.

use chrono::{DateTime, Utc};

/// A text with a name in it, which the caller has made fit for display. The template escapes the whole.
pub(crate) type Named = fn(&str) -> String;
/// A text with a number in it, in the plural form that the number asks for.
pub(crate) type Counted = fn(u64) -> String;
/// A date with the time of day, as the language writes them.
pub(crate) type Dated = fn(DateTime<Utc>) -> String;
