//! Growing waits: so many failures are free, and after each further one the next attempt has to wait longer.

use credenza_protocol::time::{Seconds, Time};
use credenza_storage::Counted;

use super::queue::AHEAD;

/// Failures after which the next attempt need not wait.
pub(crate) const FREE: i64 = 20;
/// The wait after the last free one; it doubles with each further failure.
pub(crate) const FIRST_WAIT: Seconds = Seconds(15);
/// The longest wait.
pub(crate) const LONGEST_WAIT: Seconds = Seconds(900);
/// After so long without an attempt the failures are forgotten.
pub(crate) const MEMORY: Seconds = Seconds(3600);
/// How long a place in the queue of an account is kept for whoever was told to come back.
pub(crate) const PLACE: Seconds = Seconds(600);

/// The failures of one device, or of one address, on one account.
///
/// They are stored as two numbers: the count is twice the failures, and one more where a place is kept; it is forgotten
/// [`MEMORY`] after the time at which the next attempt may be made.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Tries {
    failed: i64,
    ready_at: Time,
    has_place: bool,
}

impl Tries {
    /// What is kept. A time that lies further ahead than any wait was written before the clock was set back: then the
    /// wait begins anew.
    pub(super) fn read(kept: Option<Counted>, now: Time) -> Self {
        let Some(kept) = kept else {
            return Self { failed: 0, ready_at: now, has_place: false };
        };
        let (failed, has_place) = (kept.count >> 1, kept.count & 1 == 1);
        let ready_at = kept.expires_at - MEMORY;
        let is_possible = ready_at <= now + AHEAD.max(LONGEST_WAIT);
        let ready_at = if is_possible { ready_at } else { now + wait_after(failed) };
        Self { failed, ready_at, has_place: has_place && now < ready_at + PLACE }
    }

    /// What is to be kept.
    pub(super) fn kept(self) -> Counted {
        let count = self.failed.saturating_mul(2).saturating_add(self.has_place.into());
        Counted { count, expires_at: self.ready_at + MEMORY }
    }

    /// How long the next attempt has to wait.
    pub(super) fn wait(self, now: Time) -> Option<Seconds> {
        (self.ready_at > now).then(|| self.ready_at - now)
    }

    /// After an attempt, which counts as failed until it has succeeded.
    pub(super) fn tried(self, now: Time) -> Self {
        let failed = self.failed.saturating_add(1);
        Self { failed, ready_at: now + wait_after(failed), has_place: false }
    }

    /// The attempt that was counted last is not made now: told to come back at that time, with a place in the queue or
    /// without.
    pub(super) fn called(self, ready_at: Time, has_place: bool) -> Self {
        Self { failed: self.failed.saturating_sub(1).max(0), ready_at, has_place }
    }

    /// Whether a place in the queue is kept for the next attempt.
    pub(super) const fn has_place(self) -> bool {
        self.has_place
    }

    /// How many failed.
    pub(super) const fn failed(self) -> i64 {
        self.failed
    }

    /// Whether nothing failed yet.
    pub(super) const fn is_new(self) -> bool {
        self.failed == 0
    }
}

/// The wait after so many failures.
fn wait_after(failed: i64) -> Seconds {
    if failed < FREE {
        return Seconds(0);
    }
    let doublings = u32::try_from(failed - FREE).unwrap_or(u32::MAX);
    let wait = 2_i64.checked_pow(doublings).and_then(|times| FIRST_WAIT.0.checked_mul(times));
    Seconds(wait.unwrap_or(i64::MAX).min(LONGEST_WAIT.0))
}

/// How many attempts fit into an hour for whoever makes each as soon as it is allowed.
#[cfg(test)]
pub(crate) fn in_an_hour() -> u32 {
    let (mut tries, mut now, mut count) =
        (Tries::read(None, Time::from_seconds(0)), Time::from_seconds(0), 0);
    while now < Time::from_seconds(3600) {
        (tries, count) = (tries.tried(now), count + 1);
        now = tries.ready_at.max(now);
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_seconds(seconds)
    }

    #[test]
    fn waits_grow_up_to_the_longest() {
        let waits = [0, 1, FREE - 1, FREE, FREE + 1, FREE + 2, FREE + 5, FREE + 6, FREE + 7, 1000, i64::MAX];
        let told = waits.map(|failed| wait_after(failed).0);
        assert_eq!(told, [0, 0, 0, 15, 30, 60, 480, 900, 900, 900, 900]);
        assert_eq!(in_an_hour(), 28);
    }

    #[test]
    fn what_is_kept_is_read_again() {
        let first = Tries::read(None, at(100));
        assert!(first.is_new() && first.wait(at(100)).is_none());
        let mut tries = first;
        for _ in 0..FREE {
            assert_eq!(tries.wait(at(100)), None);
            tries = Tries::read(Some(tries.tried(at(100)).kept()), at(100));
        }
        assert_eq!(tries.wait(at(100)), Some(FIRST_WAIT));
        assert_eq!((tries.wait(at(114)), tries.wait(at(115))), (Some(Seconds(1)), None));
        assert_eq!(tries.kept().expires_at, at(115) + MEMORY);
    }

    #[test]
    fn a_place_is_kept_for_a_while() {
        let called = Tries::read(None, at(0)).called(at(120), true);
        let read = |now| Tries::read(Some(called.kept()), at(now));
        assert_eq!((read(0).wait(at(0)), read(0).has_place()), (Some(Seconds(120)), true));
        assert!(read(120).wait(at(120)).is_none() && read(120).has_place() && read(120).is_new());
        assert!(read(120 + PLACE.0 - 1).has_place() && !read(120 + PLACE.0).has_place());
        assert!(!read(120).tried(at(120)).has_place(), "it is good for one attempt");
    }

    #[test]
    fn a_clock_that_was_put_back_makes_nobody_wait_for_longer() {
        let shut = Tries { failed: FREE, ready_at: at(86_400), has_place: false };
        let read = Tries::read(Some(shut.kept()), at(0));
        assert_eq!(read.wait(at(0)), Some(FIRST_WAIT));
        assert_eq!(Tries::read(Some(read.kept()), at(15)).wait(at(15)), None, "once it is written anew");
        let called = shut.called(at(86_400), true);
        assert_eq!(Tries::read(Some(called.kept()), at(0)).wait(at(0)), None);
    }
}
