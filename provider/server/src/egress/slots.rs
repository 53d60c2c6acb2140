//! The number of fetches at a time, in total and from one host: a slow host delays only the fetches from that
//! host, and of those that wait for it one address has only its share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::EgressError;
use crate::in_flight::{Permit, Shares, holder, note_refusal};

/// Fetches of requests that may wait for one host or be under way, for each that may be under way.
const QUEUE: usize = 8;
/// What one address may hold of them, in percent.
const SHARE: u8 = 12;

pub(super) struct Slots {
    all: Arc<Semaphore>,
    of_host: usize,
    hosts: Mutex<HashMap<String, Weak<Host>>>,
}

/// What is known about a host while something is fetched from it.
struct Host {
    running: Arc<Semaphore>,
    queue: Arc<Shares>,
}

/// The right to one fetch, given back when it is dropped.
pub(super) struct Slot {
    _of_all: Option<OwnedSemaphorePermit>,
    _of_host: Option<OwnedSemaphorePermit>,
    _in_queue: Option<Permit>,
    _host: Arc<Host>,
}

impl Slots {
    pub(super) fn new(all: usize, of_host: usize) -> Self {
        Self { all: Arc::new(Semaphore::new(all)), of_host, hosts: Mutex::default() }
    }

    /// Waits for a slot: first of the host, so that fetches that wait for it do not occupy the total.
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
        // The semaphores are never closed, so a permit always comes.
        let of_host = Arc::clone(&host.running).acquire_owned().await.ok();
        let of_all = Arc::clone(&self.all).acquire_owned().await.ok();
        Ok(Slot { _of_all: of_all, _of_host: of_host, _in_queue: in_queue, _host: host })
    }

    fn host(&self, name: String) -> Arc<Host> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        hosts.retain(|_, host| host.strong_count() > 0);
        if let Some(host) = hosts.get(&name).and_then(Weak::upgrade) {
            return host;
        }
        let host = Arc::new(Host {
            running: Arc::new(Semaphore::new(self.of_host)),
            queue: Shares::new(self.of_host * QUEUE, SHARE),
        });
        hosts.insert(name, Arc::downgrade(&host));
        host
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
        assert_eq!(slots.hosts.lock().unwrap().len(), 1);
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
}
