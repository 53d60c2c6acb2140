//! The number of fetches at a time, in total and from one host: a slow host delays only the fetches from that
//! host, and of those that wait for it one address has only its share.
//!
//! The fewer places are left in total, the fewer one host may take of them: several slow ones fill what they share, and
//! leave the rest to others.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use super::EgressError;
use crate::in_flight::{Permit, Shares, holder, note_refusal};

/// Fetches of requests that may wait for one host or be under way, for each that may be under way.
const QUEUE: usize = 8;
/// What one address may hold of them, in percent.
const SHARE: u8 = 12;
/// What each host may have while any place is left.
const ALWAYS: usize = 2;

/// Places for fetches; cheap to clone.
#[derive(Clone)]
pub(super) struct Slots(Arc<Parts>);

struct Parts {
    all: usize,
    of_host: usize,
    free: Mutex<usize>,
    freed: Notify,
    hosts: Mutex<HashMap<String, Weak<Host>>>,
}

/// What is known about a host while something is fetched from it.
struct Host {
    /// As many as may ever be under way; whoever waits is served in turn.
    turns: Arc<Semaphore>,
    queue: Arc<Shares>,
    under_way: AtomicUsize,
}

/// The right to one fetch, given back when it is dropped.
pub(super) struct Slot {
    _place: Place,
    _turn: Option<OwnedSemaphorePermit>,
    _in_queue: Option<Permit>,
}

/// One of the places in total.
struct Place {
    slots: Slots,
    host: Arc<Host>,
}

impl Slots {
    pub(super) fn new(all: usize, of_host: usize) -> Self {
        Self(Arc::new(Parts {
            all,
            of_host,
            free: Mutex::new(all),
            freed: Notify::new(),
            hosts: Mutex::default(),
        }))
    }

    /// Waits for a slot: first for one of the host, so that fetches that wait for it do not occupy the total.
    ///
    /// # Errors
    /// [`EgressError::Busy`] when too many wait for this host already.
    pub(super) async fn take(&self, host: String) -> Result<Slot, EgressError> {
        let host = self.host(host);
        // What is fetched for no request is bounded by those who do it.
        let in_queue = holder().map(|holder| host.queue.take(holder, 1)).transpose();
        let in_queue = in_queue.map_err(|_| {
            note_refusal();
            EgressError::Busy
        })?;
        // The semaphore is never closed, so a permit always comes.
        let turn = Arc::clone(&host.turns).acquire_owned().await.ok();
        Ok(Slot { _place: self.place(&host).await, _turn: turn, _in_queue: in_queue })
    }

    /// Waits until there is a place that this host may take.
    async fn place(&self, host: &Arc<Host>) -> Place {
        loop {
            // Made before it is looked, so that what is freed in between is not missed.
            let freed = self.0.freed.notified();
            if let Some(place) = self.free_place(host) {
                return place;
            }
            freed.await;
        }
    }

    fn free_place(&self, host: &Arc<Host>) -> Option<Place> {
        let mut free = self.free();
        // All that a host may have while nothing is taken, and as much less as is taken, but always a few of those that are left.
        let allowed = self.0.of_host.saturating_mul(*free).div_ceil(self.0.all).max(ALWAYS);
        if *free == 0 || host.under_way.load(Ordering::Relaxed) >= allowed {
            return None;
        }
        *free -= 1;
        host.under_way.fetch_add(1, Ordering::Relaxed);
        Some(Place { slots: self.clone(), host: Arc::clone(host) })
    }

    /// The places that are left. What a host has under way changes while this is held.
    fn free(&self) -> MutexGuard<'_, usize> {
        self.0.free.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn host(&self, name: String) -> Arc<Host> {
        let mut hosts = self.0.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        hosts.retain(|_, host| host.strong_count() > 0);
        if let Some(host) = hosts.get(&name).and_then(Weak::upgrade) {
            return host;
        }
        let host = Arc::new(Host {
            turns: Arc::new(Semaphore::new(self.0.of_host)),
            queue: Shares::new(self.0.of_host * QUEUE, SHARE),
            under_way: AtomicUsize::new(0),
        });
        hosts.insert(name, Arc::downgrade(&host));
        host
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut free = self.slots.free();
        *free += 1;
        self.host.under_way.fetch_sub(1, Ordering::Relaxed);
        drop(free);
        self.slots.0.freed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};
    use std::time::Duration;

    use tokio::time::timeout;

    use super::{Slot, Slots};
    use crate::egress::EgressError;
    use crate::in_flight::{Shares, Ticket};

    async fn waits(slots: &Slots, host: &str) -> bool {
        timeout(Duration::from_millis(20), slots.take(host.to_owned())).await.is_err()
    }

    async fn taken(slots: &Slots, host: &str) -> Slot {
        slots.take(host.to_owned()).await.unwrap()
    }

    #[tokio::test]
    async fn one_host_takes_nothing_from_others_and_nothing_is_left_behind() {
        let slots = Slots::new(3, 2);
        let first = taken(&slots, "a").await;
        let second = taken(&slots, "a").await;
        assert!(waits(&slots, "a").await);
        let third = taken(&slots, "b").await;
        assert!(waits(&slots, "c").await);
        drop(first);
        assert!(!waits(&slots, "a").await);
        assert!(!waits(&slots, "c").await);
        drop((second, third));
        let _last = taken(&slots, "d").await;
        assert_eq!(slots.0.hosts.lock().unwrap().len(), 1);
    }

    /// Waits for slots on behalf of requests from an address, and returns how many were refused.
    async fn refused(slots: &Slots, last: u8, requests: usize) -> usize {
        let (working, waiting) = (Shares::new(1000, 100), Shares::new(1000, 100));
        let address = IpAddr::V4(Ipv4Addr::new(127, 0, 0, last));
        let ask = || async {
            let ticket = Ticket::new(working.take(address, 1).unwrap(), &waiting, 100);
            let taken = ticket.hold(slots.take("a".to_owned()));
            matches!(timeout(Duration::from_millis(50), taken).await, Ok(Err(EgressError::Busy)))
        };
        let asked = futures_util::future::join_all((0..requests).map(|_| ask())).await;
        asked.into_iter().filter(|refused| *refused).count()
    }

    #[tokio::test]
    async fn one_address_has_its_share_of_those_that_wait_for_a_host() {
        let slots = Slots::new(64, 4);
        let _slow = [taken(&slots, "a").await, taken(&slots, "a").await, taken(&slots, "a").await];
        let _last = taken(&slots, "a").await;
        let (greedy, other) = tokio::join!(refused(&slots, 2, 100), refused(&slots, 3, 1));
        assert!((90..100).contains(&greedy), "{greedy}");
        assert_eq!(other, 0);
    }

    #[tokio::test]
    async fn however_many_places_hosts_may_have_there_is_one_for_another() {
        let slots = Slots::new(64, 16);
        let mut held = vec![];
        for host in 0..12 {
            while let Ok(slot) = timeout(Duration::from_millis(2), slots.take(host.to_string())).await {
                held.push(slot.unwrap());
            }
        }
        assert!((48..64).contains(&held.len()), "{}", held.len());
        let another = taken(&slots, "another").await;
        // What is given back is for those who wait, in turn.
        let waiting = tokio::spawn({
            let slots = slots.clone();
            async move { slots.take("0".to_owned()).await.is_ok() }
        });
        tokio::task::yield_now().await;
        drop((held, another));
        assert!(waiting.await.unwrap());
        assert_eq!(*slots.free(), 64, "nothing is left behind");
    }
}
