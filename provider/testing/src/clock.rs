//! The clock of a provider in a test: it follows the machine's until a test sets it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use credenza::clock::{Clock, SystemClock};
use credenza_protocol::time::{Seconds, Time};

use crate::Error;

/// The last second of the year 9999: no date of a page or a certificate reaches further.
const END: i64 = 253_402_300_799;

/// A clock that runs at an offset from the machine's, or stands still.
#[derive(Debug)]
pub struct VirtualClock(Mutex<Hands>);

#[derive(Clone, Copy, Debug)]
enum Hands {
    Ahead(Seconds),
    Still(Time),
}

impl VirtualClock {
    /// A clock that stands still at that second, or without one follows the machine's.
    ///
    /// # Errors
    /// [`Error::Invalid`] before 1970 and after 9999.
    pub fn new(still: Option<i64>) -> Result<Self, Error> {
        let hands = match still {
            Some(seconds) => Hands::Still(time(seconds)?),
            None => Hands::Ahead(Seconds(0)),
        };
        Ok(Self(Mutex::new(hands)))
    }

    /// Advances by seconds, or back by negative ones.
    ///
    /// # Errors
    /// As [`VirtualClock::new`]; then nothing has changed.
    pub fn advance(&self, seconds: i64) -> Result<(), Error> {
        let mut hands = self.hands();
        let now = time(hands.now().seconds().saturating_add(seconds))?;
        *hands = hands.at(now);
        Ok(())
    }

    /// Sets the time; a running clock keeps running from there.
    ///
    /// # Errors
    /// As [`VirtualClock::new`]; then nothing has changed.
    pub fn set(&self, seconds: i64) -> Result<(), Error> {
        let now = time(seconds)?;
        let mut hands = self.hands();
        *hands = hands.at(now);
        Ok(())
    }

    /// Stops the clock.
    pub fn freeze(&self) {
        let mut hands = self.hands();
        *hands = Hands::Still(hands.now());
    }

    /// Takes over the state of another clock.
    pub(crate) fn take(&self, other: &Self) {
        let hands = *other.hands();
        *self.hands() = hands;
    }

    fn hands(&self) -> MutexGuard<'_, Hands> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Time {
        self.hands().now()
    }
}

impl Hands {
    fn now(self) -> Time {
        match self {
            Self::Ahead(span) => SystemClock.now() + span,
            Self::Still(now) => now,
        }
    }

    fn at(self, now: Time) -> Self {
        match self {
            Self::Ahead(_) => Self::Ahead(now - SystemClock.now()),
            Self::Still(_) => Self::Still(now),
        }
    }
}

fn time(seconds: i64) -> Result<Time, Error> {
    if (0..=END).contains(&seconds) {
        return Ok(Time::from_seconds(seconds));
    }
    Err(Error::Invalid(format!("{seconds} is no second between 1970 and 9999")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_still_clock_moves_when_it_is_told_to() {
        let clock = VirtualClock::new(Some(1000)).unwrap();
        clock.advance(5).unwrap();
        assert_eq!(clock.now().seconds(), 1005);
        clock.advance(-10).unwrap();
        assert_eq!(clock.now().seconds(), 995);
        clock.set(7).unwrap();
        assert_eq!(clock.now().seconds(), 7);
    }

    #[test]
    fn a_running_clock_keeps_its_distance_until_it_is_frozen() {
        let clock = VirtualClock::new(None).unwrap();
        assert!(clock.now() >= SystemClock.now() - Seconds(1));
        clock.advance(3600).unwrap();
        assert!(clock.now() > SystemClock.now() + Seconds(3500));
        clock.set(50).unwrap();
        clock.freeze();
        let frozen = clock.now();
        clock.advance(1).unwrap();
        assert_eq!(clock.now(), frozen + Seconds(1));
    }

    #[test]
    fn times_that_are_none_are_refused_and_change_nothing() {
        let clock = VirtualClock::new(Some(1000)).unwrap();
        assert!(clock.set(-1).is_err());
        assert!(clock.advance(i64::MAX).is_err());
        assert!(clock.advance(i64::MIN).is_err());
        assert_eq!(clock.now().seconds(), 1000);
        assert!(VirtualClock::new(Some(END + 1)).is_err());
    }
}
