//! The forms that several settings share. Each says what would be right.

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::time::Duration;

use credenza_protocol::time::Seconds;

pub(super) fn boolean(text: &str) -> Result<bool, String> {
    match text {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err(format!("must be true or false, not {text:?}")),
    }
}

pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        format!("must be an IP address and a port, such as 127.0.0.1:8080 or [::]:8080, not {text:?}")
    })
}

pub(super) fn address_or_off(text: &str) -> Result<Option<SocketAddr>, String> {
    match text {
        "off" => Ok(None),
        _ => text.parse().map(Some).map_err(|_| {
            format!("must be an IP address and a port, such as 127.0.0.1:9090, or \"off\", not {text:?}")
        }),
    }
}

/// A whole number within bounds.
pub(super) fn number<T>(range: RangeInclusive<T>) -> impl FnOnce(&str) -> Result<T, String>
where
    T: std::str::FromStr + PartialOrd + std::fmt::Display,
{
    move |text| match text.parse() {
        Ok(number) if range.contains(&number) => Ok(number),
        _ => Err(format!("must be a whole number from {} to {}, not {text:?}", range.start(), range.end())),
    }
}

/// A span of time in whole seconds, within bounds.
pub(super) fn seconds(range: RangeInclusive<u64>) -> impl FnOnce(&str) -> Result<Duration, String> {
    move |text| number(range)(text).map(Duration::from_secs)
}

/// A span of time in seconds, or with a unit such as `90d`, within bounds.
pub(super) fn span(range: RangeInclusive<Seconds>) -> impl FnOnce(&str) -> Result<Seconds, String> {
    move |text| {
        let (digits, unit) = text.split_at(text.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len());
        let unit =
            [("", 1), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)].iter().find(|(name, _)| *name == unit);
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.parse::<i64>().ok().filter(|_| is_number);
        let span =
            unit.zip(number).and_then(|((_, seconds), number)| number.checked_mul(*seconds).map(Seconds));
        span.filter(|span| range.contains(span)).ok_or_else(|| {
            let (least, most) = (range.start().0, range.end().0);
            format!("must be {least} to {most} seconds, such as 86400, 24h or 1d, not {text:?}")
        })
    }
}
