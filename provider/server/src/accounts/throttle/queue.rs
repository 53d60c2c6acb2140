//! A pace that is kept together: some attempts at once, then one in a while, and whoever comes too early gets a place in
//! a queue. A place is a time; nobody is in the queue twice, and those who push in later come later.

use credenza_protocol::time::{Seconds, Time};
use credenza_storage::Counted;

/// How far ahead places in the queue of an account are given.
pub(crate) const AHEAD: Seconds = Seconds(1800);
/// From one address, on whatever accounts. There is no queue: who has to wait shares the address with whoever guesses.
pub(crate) const ADDRESS: Pace = Pace { burst: 100, every: Seconds(9), ahead: Seconds(0) };
/// From one IPv6 site, which may have many such addresses (see `in_flight`): twice as many.
pub(crate) const SITE: Pace = Pace { burst: 200, every: Seconds(4), ahead: Seconds(0) };
/// On one account, from all devices that it has not signed in from.
pub(crate) const STRANGERS: Pace = Pace { burst: 20, every: Seconds(60), ahead: AHEAD };

/// A pace.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// How many may come at once.
    pub(crate) burst: i64,
    /// After these, one in this time.
    pub(crate) every: Seconds,
    /// How far ahead places are given.
    ahead: Seconds,
}

/// When an attempt may be made.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Place {
    /// At once.
    Now,
    /// In so many seconds, and nobody else takes the place.
    In(Seconds),
    /// The queue is full; in so many seconds there may be a place in it.
    Full(Seconds),
}

impl Pace {
    /// The place of the next attempt, and what is to be kept: the time at which everything that was taken will have been
    /// earned. Whoever may use only a part of the queue gives it as `ahead`.
    pub(super) fn place(self, kept: Option<Counted>, ahead: Seconds, now: Time) -> (Place, Counted) {
        let earned = self.earned_at(kept, now);
        let next = earned + self.every;
        let wait = next - (now + self.burst_time());
        let ahead = ahead.0.min(self.ahead.0);
        match wait.0 {
            ..=0 => (Place::Now, keep(next)),
            wait if wait <= ahead => (Place::In(Seconds(wait)), keep(next)),
            wait => (Place::Full(Seconds(wait - ahead)), keep(earned)),
        }
    }

    /// What is to be kept once an attempt is taken back.
    pub(super) fn given_back(self, kept: Option<Counted>, now: Time) -> Option<Counted> {
        kept.map(|kept| keep(self.earned_at(Some(kept), now) - self.every))
    }

    /// How many attempts are kept that are not earned yet.
    pub(super) fn taken(self, kept: Option<Counted>, now: Time) -> i64 {
        let ahead = self.earned_at(kept, now) - now;
        ahead.0.saturating_add(self.every.0 - 1) / self.every.0.max(1)
    }

    /// A time that lies further ahead than any that is kept was written before the clock was set back, and says nothing.
    fn earned_at(self, kept: Option<Counted>, now: Time) -> Time {
        let farthest = now + Seconds(self.burst_time().0.saturating_add(self.ahead.0));
        let kept = kept.filter(|kept| kept.expires_at <= farthest);
        kept.map_or(now, |kept| kept.expires_at.max(now))
    }

    fn burst_time(self) -> Seconds {
        Seconds(self.every.0.saturating_mul(self.burst))
    }

    /// How many attempts are allowed in any span of this length at most, counting those who come with a place that was
    /// kept for `late`.
    #[cfg(test)]
    pub(crate) fn most_in(self, span: Seconds, late: Seconds) -> i64 {
        self.burst + (span.0 + late.0) / self.every.0
    }
}

fn keep(earned_at: Time) -> Counted {
    Counted { count: 1, expires_at: earned_at }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Place::{Full, In, Now};

    const PACE: Pace = Pace { burst: 3, every: Seconds(10), ahead: Seconds(30) };

    fn at(seconds: i64) -> Time {
        Time::from_seconds(seconds)
    }

    /// The places of so many who come at the same time, and what is kept then.
    fn come(mut kept: Option<Counted>, count: usize, now: i64) -> (Vec<Place>, Option<Counted>) {
        let mut places = vec![];
        for _ in 0..count {
            let (place, keep) = PACE.place(kept, PACE.ahead, at(now));
            places.push(place);
            kept = Some(keep);
        }
        (places, kept)
    }

    #[test]
    fn some_at_once_and_then_in_turn() {
        let (places, kept) = come(None, 8, 100);
        let [ten, twenty, thirty] = [10, 20, 30].map(|wait| In(Seconds(wait)));
        assert_eq!(places, [Now, Now, Now, ten, twenty, thirty, Full(Seconds(10)), Full(Seconds(10))]);
        // Ten seconds later one more place is given, at the end.
        assert_eq!(come(kept, 2, 110).0, [In(Seconds(30)), Full(Seconds(10))]);
        assert_eq!(
            (PACE.taken(kept, at(100)), PACE.taken(kept, at(101)), PACE.taken(kept, at(999))),
            (6, 6, 0)
        );
        // When everything is earned, it is as in the beginning.
        assert_eq!(come(kept, 4, 160).0, [Now, Now, Now, In(Seconds(10))]);
    }

    #[test]
    fn a_part_of_the_queue_is_full_earlier() {
        let (_, kept) = come(None, 4, 0);
        assert_eq!(PACE.place(kept, Seconds(10), at(0)).0, Full(Seconds(10)));
        assert_eq!(PACE.place(kept, Seconds(20), at(0)).0, In(Seconds(20)));
    }

    #[test]
    fn what_is_given_back_is_there_again() {
        let (_, kept) = come(None, 3, 0);
        let kept = PACE.given_back(kept, at(0));
        assert_eq!(come(kept, 2, 0).0, [Now, In(Seconds(10))]);
        assert_eq!(PACE.given_back(None, at(0)), None);
    }

    #[test]
    fn a_clock_that_was_put_back_makes_nobody_wait_for_longer() {
        let (_, kept) = come(None, 3, 86_400);
        assert_eq!(PACE.place(kept, PACE.ahead, at(0)).0, Now);
        assert_eq!(come(kept, 4, 0).0, [Now, Now, Now, In(Seconds(10))]);
        // Put back by less than that, it is as if some had just come.
        let (_, kept) = come(None, 1, 30);
        assert_eq!(come(kept, 2, 0).0, [In(Seconds(20)), In(Seconds(30))]);
    }
}
