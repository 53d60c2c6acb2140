//! Slows down guessing: failures are counted per account and per address, in windows of a quarter of
//! an hour.
//!
//! An attempt counts before its password is looked at, so that many at once cannot slip through; one
//! that succeeds takes its own count back. The counts are of this process.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::{Seconds, Time};
use credenza_protocol::user::username_key;

/// How long failures count.
const WINDOW: Seconds = Seconds(900);
/// Failures on one account, from wherever.
const PER_ACCOUNT: u32 = 20;
/// Failures from one address, on whatever account.
const PER_ADDRESS: u32 = 100;
/// Counters kept at most; when they are all in use the oldest window goes first.
const CAPACITY: usize = 100_000;

/// The counters.
#[derive(Debug, Default)]
pub struct Throttle {
    counters: Mutex<HashMap<SecretHash, Counter>>,
}

#[derive(Clone, Copy, Debug)]
struct Counter {
    failures: u32,
    since: Time,
}

/// There were too many failures.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("too many failed attempts; again in {0:?} seconds")]
pub struct TooMany(pub Seconds);

/// An attempt that counts as failed until [`Throttle::succeeded`] is told otherwise.
#[derive(Debug)]
#[must_use]
pub struct Attempt {
    account: SecretHash,
    address: Option<SecretHash>,
}

impl Throttle {
    /// Begins an attempt to sign in as `username` from `address` (already reduced to what one party
    /// controls, such as a /64).
    ///
    /// # Errors
    /// [`TooMany`] when account or address has failed too often.
    pub fn begin(
        &self,
        tenant: &TenantId,
        username: &str,
        address: Option<IpAddr>,
        now: Time,
    ) -> Result<Attempt, TooMany> {
        let key = |kind: &str, who: &str| SecretHash::of(format!("{tenant}\0{kind}\0{who}").as_bytes());
        let attempt = Attempt {
            account: key("account", &username_key(username)),
            address: address.map(|address| key("address", &address.to_string())),
        };
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        make_room(&mut counters, now);
        let limits = std::iter::once((attempt.account, PER_ACCOUNT))
            .chain(attempt.address.map(|address| (address, PER_ADDRESS)));
        for (key, limit) in limits.clone() {
            let counter = current(&mut counters, key, now);
            if counter.failures >= limit {
                return Err(TooMany(Seconds((counter.since + WINDOW - now).0.max(1))));
            }
        }
        for (key, _) in limits {
            current(&mut counters, key, now).failures += 1;
        }
        Ok(attempt)
    }

    /// The attempt succeeded: the account's failures are forgotten, the address's but for this one stay.
    pub fn succeeded(&self, attempt: &Attempt) {
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        counters.remove(&attempt.account);
        if let Some(counter) = attempt.address.and_then(|address| counters.get_mut(&address)) {
            counter.failures = counter.failures.saturating_sub(1);
        }
    }
}

fn current(counters: &mut HashMap<SecretHash, Counter>, key: SecretHash, now: Time) -> &mut Counter {
    let counter = counters.entry(key).or_insert(Counter { failures: 0, since: now });
    // A clock that was put back must not keep anybody out for longer than a window (A256).
    counter.since = counter.since.min(now);
    if counter.since + WINDOW <= now {
        *counter = Counter { failures: 0, since: now };
    }
    counter
}

fn make_room(counters: &mut HashMap<SecretHash, Counter>, now: Time) {
    if counters.len() < CAPACITY {
        return;
    }
    counters.retain(|_, counter| counter.since + WINDOW > now);
    if counters.len() >= CAPACITY {
        let mut ages: Vec<Time> = counters.values().map(|counter| counter.since).collect();
        let middle = ages.len() / 2;
        let (_, median, _) = ages.select_nth_unstable(middle);
        let median = *median;
        counters.retain(|_, counter| counter.since > median);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_seconds(seconds)
    }

    #[test]
    fn an_account_is_closed_after_its_failures_and_opens_again() {
        let throttle = Throttle::default();
        let tenant = TenantId::new("t");
        for _ in 0..PER_ACCOUNT {
            let _ = throttle.begin(&tenant, "alice", None, at(0)).unwrap();
        }
        assert!(throttle.begin(&tenant, " ALICE ", None, at(1)).is_err());
        assert!(throttle.begin(&tenant, "bob", None, at(1)).is_ok());
        assert!(throttle.begin(&TenantId::new("u"), "alice", None, at(1)).is_ok());
        assert!(throttle.begin(&tenant, "alice", None, at(900)).is_ok());
    }

    #[test]
    fn a256_a_clock_that_was_put_back_keeps_nobody_out_for_longer() {
        let throttle = Throttle::default();
        let tenant = TenantId::new("t");
        for _ in 0..PER_ACCOUNT {
            let _ = throttle.begin(&tenant, "alice", None, at(86_400)).unwrap();
        }
        assert_eq!(throttle.begin(&tenant, "alice", None, at(0)).unwrap_err(), TooMany(WINDOW));
        assert!(throttle.begin(&tenant, "alice", None, at(900)).is_ok());
    }

    #[test]
    fn a_success_forgets_the_account_but_not_the_address() {
        let throttle = Throttle::default();
        let tenant = TenantId::new("t");
        let address = Some("192.0.2.1".parse().unwrap());
        for round in 0..PER_ADDRESS {
            let attempt = throttle.begin(&tenant, &format!("user{round}"), address, at(0)).unwrap();
            if round == 0 {
                throttle.succeeded(&attempt);
            }
        }
        assert!(throttle.begin(&tenant, "somebody", address, at(0)).is_ok());
        assert!(throttle.begin(&tenant, "else", address, at(0)).is_err());
        assert!(throttle.begin(&tenant, "else", Some("192.0.2.2".parse().unwrap()), at(0)).is_ok());
    }
}
