//! Single flight: of two fetches with one key, one is made, and the threads that need it wait.

use std::collections::HashSet;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// How long a thread waits before it looks for signals.
const SLICE: Duration = Duration::from_millis(100);

/// The fetches under way.
#[derive(Default)]
pub(crate) struct Flights {
    under_way: Mutex<HashSet<String>>,
    landed: Condvar,
}

/// A fetch under way; dropping this ends it, whatever happened.
#[must_use]
pub(crate) struct Flight<'a> {
    flights: &'a Flights,
    key: &'a str,
}

impl Flights {
    /// Starts a fetch; `None` while another of that key is under way.
    pub(crate) fn start<'a>(&'a self, key: &'a str) -> Option<Flight<'a>> {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        under_way.insert(key.to_owned()).then(|| Flight { flights: self, key })
    }

    /// Waits a while; returns whether no fetch of that key is under way any more.
    pub(crate) fn wait(&self, key: &str) -> bool {
        let under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.landed.wait_timeout_while(under_way, SLICE, |keys| keys.contains(key));
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        self.flights.under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(self.key);
        self.flights.landed.notify_all();
    }
}
