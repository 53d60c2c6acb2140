//! Time, as an argument: whoever needs the time takes a [`Clock`], so that tests can set it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use credenza_protocol::time::{Seconds, Time};

/// What time it is.
pub trait Clock: Send + Sync {
    /// The present time, in whole seconds.
    fn now(&self) -> Time;
}

/// The machine's clock.
#[derive(Copy, Clone, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where time enters")]
    fn now(&self) -> Time {
        // A clock before 1970 is read as 1970: then nothing is valid yet, and nothing lives too long.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Time::from_seconds(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
    }
}

/// A clock that shows the same time until it is set; for tests.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows `now`.
    #[must_use]
    pub const fn at(now: Time) -> Self {
        Self(AtomicI64::new(now.seconds()))
    }

    /// Shows `now` from here on.
    pub fn set(&self, now: Time) {
        self.0.store(now.seconds(), Ordering::SeqCst);
    }

    /// Moves it forward.
    pub fn advance(&self, span: Seconds) {
        self.0.fetch_add(span.0, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Time {
        Time::from_seconds(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_stands_still_until_it_is_set() {
        let clock = ManualClock::at(Time::from_seconds(100));
        assert_eq!(clock.now(), Time::from_seconds(100));
        clock.advance(Seconds(5));
        assert_eq!(clock.now(), Time::from_seconds(105));
        clock.set(Time::from_seconds(7));
        assert_eq!(clock.now(), Time::from_seconds(7));
    }

    #[test]
    fn the_system_clock_shows_this_century() {
        assert!(SystemClock.now() > Time::from_seconds(1_600_000_000));
    }
}
