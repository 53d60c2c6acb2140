//! A limit that is shared fairly: however much one address asks for, there is room left for the others.
//!
//! An address may take more only while what it holds is less than a fixed proportion of what is free. A single greedy
//! address thus ends at its share of the whole; the more of them there are, the less each can hold, and who holds
//! nothing gets something as long as anything is free.
//!
//! What an address has taken may be counted for a client as well, once it is known which one it is: that client ends at a
//! share of its own, from however many addresses it comes.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Parts of the bookkeeping that are locked apart; a power of two.
const SHARDS: usize = 32;
/// The bits of an IPv6 address that name a site; a subscriber within it has 64.
const SITE_BITS: u32 = 48;
/// A site may hold as much as so many subscribers.
const SITE_FACTOR: u64 = 2;
/// The percentage that limits nobody.
const EVERYTHING: u64 = 100;

/// Equal parts of something, and who holds them.
#[derive(Debug)]
pub struct Shares {
    capacity: u64,
    /// What one address may hold, in percent.
    percent: u64,
    taken: AtomicU64,
    hasher: RandomState,
    held: [Held; SHARDS],
}

type Held = Mutex<HashMap<Holder, u64>>;

#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
enum Holder {
    Address(IpAddr),
    Site(Ipv6Addr),
    /// The hash of its name.
    Client(u64),
}

/// Why nothing more can be taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Short {
    /// Too little is left for anybody.
    All,
    /// The address, or the client, holds its share already.
    Own,
}

/// Parts that were taken; they are given back when it is dropped.
#[derive(Debug)]
pub struct Permit {
    shares: Arc<Shares>,
    holder: IpAddr,
    amount: u64,
}

/// One part that is counted for a client as well, until this is dropped.
#[derive(Debug)]
pub struct OfClient {
    shares: Arc<Shares>,
    client: Holder,
}

impl Shares {
    /// So many parts, of which one address may hold `percent` in a hundred.
    #[must_use]
    pub fn new(capacity: usize, percent: u8) -> Arc<Self> {
        Arc::new(Self {
            capacity: u64::try_from(capacity).unwrap_or(u64::MAX),
            percent: percent.into(),
            taken: AtomicU64::new(0),
            hasher: RandomState::new(),
            held: std::array::from_fn(|_| Mutex::default()),
        })
    }

    /// Takes parts for an address, in the form of [`crate::listener::limit_key`].
    ///
    /// # Errors
    /// [`Short`].
    pub fn take(self: &Arc<Self>, holder: IpAddr, amount: u64) -> Result<Permit, Short> {
        let free = self.reserve(amount)?;
        let site = site(holder);
        let site_percent = (self.percent * SITE_FACTOR).min(EVERYTHING);
        if site.is_some_and(|site| !self.add(site, amount, site_percent, free)) {
            self.taken.fetch_sub(amount, Ordering::Relaxed);
            return Err(Short::Own);
        }
        if !self.add(Holder::Address(holder), amount, self.percent, free) {
            if let Some(site) = site {
                self.subtract(site, amount);
            }
            self.taken.fetch_sub(amount, Ordering::Relaxed);
            return Err(Short::Own);
        }
        Ok(Permit { shares: Arc::clone(self), holder, amount })
    }

    /// Takes parts whatever the address holds already.
    ///
    /// # Errors
    /// [`Short::All`].
    pub fn take_unshared(self: &Arc<Self>, holder: IpAddr, amount: u64) -> Result<Permit, Short> {
        self.reserve(amount).map(|_| self.add_anyway(holder, amount))
    }

    /// Takes parts although there may be none left: for what exists already and can only be counted.
    #[must_use]
    pub fn take_beyond(self: &Arc<Self>, holder: IpAddr, amount: u64) -> Permit {
        self.taken.fetch_add(amount, Ordering::Relaxed);
        self.add_anyway(holder, amount)
    }

    /// Counts one part, which is taken already, for a client too. It may hold `percent` in a hundred; a client that holds
    /// nothing is never refused.
    ///
    /// # Errors
    /// [`Short::Own`].
    pub fn count_for(self: &Arc<Self>, client: &impl Hash, percent: u8) -> Result<OfClient, Short> {
        let client = Holder::Client(self.hasher.hash_one(client));
        // As many as were free before the part was taken.
        let free = self.capacity.saturating_sub(self.taken.load(Ordering::Relaxed)).saturating_add(1);
        match self.add(client, 1, percent.into(), free) {
            true => Ok(OfClient { shares: Arc::clone(self), client }),
            false => Err(Short::Own),
        }
    }

    /// Takes parts out of the whole, and answers how many were free before.
    fn reserve(&self, amount: u64) -> Result<u64, Short> {
        let after = |taken: u64| taken.checked_add(amount).filter(|after| *after <= self.capacity);
        let before = self.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, after);
        before.map(|taken| self.capacity.saturating_sub(taken)).map_err(|_| Short::All)
    }

    fn add_anyway(self: &Arc<Self>, holder: IpAddr, amount: u64) -> Permit {
        if let Some(site) = site(holder) {
            self.add(site, amount, EVERYTHING, 1);
        }
        self.add(Holder::Address(holder), amount, EVERYTHING, 1);
        Permit { shares: Arc::clone(self), holder, amount }
    }

    /// Adds to what is held, unless that is its share already: `held / free` may be at most
    /// `percent / (100 - percent)`, so that a single greedy holder ends at `percent` of the whole.
    fn add(&self, holder: Holder, amount: u64, percent: u64, free: u64) -> bool {
        let mut shard = self.shard(&holder);
        let held = shard.get(&holder).copied().unwrap_or(0);
        let rest = EVERYTHING.saturating_sub(percent);
        if held.saturating_mul(rest) >= free.saturating_mul(percent) {
            return false;
        }
        shard.insert(holder, held.saturating_add(amount));
        true
    }

    fn subtract(&self, holder: Holder, amount: u64) {
        let mut shard = self.shard(&holder);
        let Some(held) = shard.get_mut(&holder) else { return };
        *held = held.saturating_sub(amount);
        if *held == 0 {
            shard.remove(&holder);
        }
    }

    fn shard(&self, holder: &Holder) -> MutexGuard<'_, HashMap<Holder, u64>> {
        let hash = usize::try_from(self.hasher.hash_one(holder) % SHARDS as u64).unwrap_or(0);
        let [first, ..] = &self.held;
        self.held.get(hash).unwrap_or(first).lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit {
    /// What it was taken from.
    #[must_use]
    pub fn shares(&self) -> &Arc<Shares> {
        &self.shares
    }

    /// Who holds it.
    #[must_use]
    pub fn holder(&self) -> IpAddr {
        self.holder
    }
}

impl Drop for OfClient {
    fn drop(&mut self) {
        self.shares.subtract(self.client, 1);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(site) = site(self.holder) {
            self.shares.subtract(site, self.amount);
        }
        self.shares.subtract(Holder::Address(self.holder), self.amount);
        self.shares.taken.fetch_sub(self.amount, Ordering::Relaxed);
    }
}

fn site(address: IpAddr) -> Option<Holder> {
    site_of(address).map(Holder::Site)
}

/// The site of an IPv6 address, a /48, of which one party may hold all the networks of subscribers.
#[must_use]
pub fn site_of(address: IpAddr) -> Option<Ipv6Addr> {
    match address {
        IpAddr::V4(_) => None,
        IpAddr::V6(address) => {
            let prefix = address.to_bits() & (u128::MAX << (u128::BITS - SITE_BITS));
            Some(Ipv6Addr::from_bits(prefix))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// Takes one by one until it is refused.
    fn greedy(shares: &Arc<Shares>, holder: &str) -> (Vec<Permit>, Short) {
        let mut permits = vec![];
        loop {
            match shares.take(address(holder), 1) {
                Ok(permit) => permits.push(permit),
                Err(short) => return (permits, short),
            }
        }
    }

    #[test]
    fn one_address_gets_its_share_and_leaves_the_rest() {
        let shares = Shares::new(1000, 12);
        let (permits, short) = greedy(&shares, "127.0.0.2");
        assert_eq!((permits.len(), short), (120, Short::Own));
        assert!(shares.take(address("127.0.0.3"), 1).is_ok());
        drop(permits);
        assert!(shares.take(address("127.0.0.2"), 1).is_ok());
        assert!(shares.held.iter().all(|shard| shard.lock().unwrap().is_empty()), "nothing is left behind");
        assert_eq!(shares.taken.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn many_greedy_addresses_hold_less_each_and_never_everything() {
        let shares = Shares::new(1000, 12);
        let all: Vec<_> = (1..=20).map(|n| greedy(&shares, &format!("127.0.1.{n}")).0).collect();
        let last = all.last().unwrap().len();
        assert!((1..120).contains(&last), "{last}");
        assert!(shares.take(address("127.0.0.9"), 1).is_ok(), "who holds nothing is let in");
    }

    #[test]
    fn without_shares_only_the_whole_is_a_limit() {
        let shares = Shares::new(10, 100);
        let (permits, short) = greedy(&shares, "127.0.0.2");
        assert_eq!((permits.len(), short), (10, Short::All));
        assert_eq!(shares.take_unshared(address("127.0.0.3"), 1).unwrap_err(), Short::All);
        let beyond = shares.take_beyond(address("127.0.0.3"), 5);
        drop(permits);
        assert_eq!(greedy(&shares, "127.0.0.2").0.len(), 5);
        drop(beyond);
        assert_eq!(greedy(&shares, "127.0.0.2").0.len(), 10);
    }

    #[test]
    fn a_site_of_many_subscribers_has_a_share_as_well() {
        let shares = Shares::new(1000, 12);
        let of_site: Vec<_> =
            (0..500).flat_map(|n| greedy(&shares, &format!("2001:db8:1:{n:x}::")).0).collect();
        assert!((200..=240).contains(&of_site.len()), "{}", of_site.len());
        assert!(shares.take(address("2001:db8:2::"), 1).is_ok());
    }

    /// Requests of one client, each from an address of its own, until one is refused.
    fn of_client(shares: &Arc<Shares>, client: &str, percent: u8) -> Vec<(Permit, OfClient)> {
        let ask = |n: u64| {
            let from = address(&format!("127.1.{}.{}", n / 256, n % 256));
            let permit = shares.take(from, 1).ok()?;
            Some((permit, shares.count_for(&client, percent).ok()?))
        };
        (0..1000).map_while(ask).collect()
    }

    #[test]
    fn one_client_gets_its_share_from_however_many_addresses() {
        let shares = Shares::new(100, 100);
        let greedy = of_client(&shares, "a", 75);
        assert_eq!(greedy.len(), 75);
        let other = of_client(&shares, "b", 75);
        assert_eq!(other.len(), 19, "three quarters of what is free");
        assert_eq!(of_client(&shares, "a", 75).len(), 0);
        drop(greedy);
        assert_eq!(of_client(&shares, "a", 75).len(), 61, "three quarters of what the other has left");
        drop(other);
        assert!(shares.held.iter().all(|shard| shard.lock().unwrap().is_empty()), "nothing is left behind");
        assert_eq!(of_client(&shares, "a", 100).len(), 100, "without shares only the whole is a limit");
    }

    #[test]
    fn a_client_that_holds_nothing_is_let_in_whenever_its_address_is() {
        let shares = Shares::new(4, 100);
        let _others = greedy(&shares, "127.0.0.3").0.split_off(1);
        assert_eq!(of_client(&shares, "a", 1).len(), 1);
        // What could not be refused is beyond what there is.
        let _beyond = shares.take_beyond(address("127.0.0.4"), 9);
        assert!(shares.count_for(&"b", 1).is_ok());
    }

    #[test]
    fn one_part_can_be_taken_even_of_one() {
        let shares = Shares::new(1, 12);
        let (permits, short) = greedy(&shares, "127.0.0.2");
        assert_eq!((permits.len(), short), (1, Short::All));
    }
}
