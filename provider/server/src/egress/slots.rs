//! The number of fetches at a time, in total and from one host: a slow host delays only the fetches from that
//! host.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub(super) struct Slots {
    all: Arc<Semaphore>,
    of_host: usize,
    hosts: Mutex<HashMap<String, Weak<Semaphore>>>,
}

/// The right to one fetch, given back when it is dropped.
pub(super) struct Slot {
    _of_host: Option<OwnedSemaphorePermit>,
    _of_all: Option<OwnedSemaphorePermit>,
}

impl Slots {
    pub(super) fn new(all: usize, of_host: usize) -> Self {
        Self { all: Arc::new(Semaphore::new(all)), of_host, hosts: Mutex::default() }
    }

    /// Waits for a slot: first of the host, so that fetches that wait for it do not occupy the total.
    pub(super) async fn take(&self, host: String) -> Slot {
        // The semaphores are never closed, so a permit always comes.
        let of_host = self.host(host).acquire_owned().await.ok();
        let of_all = Arc::clone(&self.all).acquire_owned().await.ok();
        Slot { _of_host: of_host, _of_all: of_all }
    }

    fn host(&self, host: String) -> Arc<Semaphore> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        hosts.retain(|_, semaphore| semaphore.strong_count() > 0);
        if let Some(semaphore) = hosts.get(&host).and_then(Weak::upgrade) {
            return semaphore;
        }
        let semaphore = Arc::new(Semaphore::new(self.of_host));
        hosts.insert(host, Arc::downgrade(&semaphore));
        semaphore
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::Slots;

    async fn waits(slots: &Slots, host: &str) -> bool {
        timeout(Duration::from_millis(20), slots.take(host.to_owned())).await.is_err()
    }

    #[tokio::test]
    async fn one_host_takes_nothing_from_others_and_nothing_is_left_behind() {
        let slots = Slots::new(3, 2);
        let first = slots.take("a".to_owned()).await;
        let second = slots.take("a".to_owned()).await;
        assert!(waits(&slots, "a").await);
        let third = slots.take("b".to_owned()).await;
        assert!(waits(&slots, "c").await);
        drop(first);
        assert!(!waits(&slots, "a").await);
        assert!(!waits(&slots, "c").await);
        drop((second, third));
        let _last = slots.take("d".to_owned()).await;
        assert_eq!(slots.hosts.lock().unwrap().len(), 1);
    }
}
