//! Requests that wait for the same thing, such as what the host of one client takes its time to send: there is a limit to
//! how many do.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Busy;

/// How many requests wait for each thing.
#[derive(Debug)]
pub struct Waiters<K: Eq + Hash> {
    most: u32,
    counts: Mutex<HashMap<K, u32>>,
}

/// A request that waits; it is counted until this is dropped.
#[derive(Debug)]
pub struct Waiter<'a, K: Eq + Hash> {
    waiters: &'a Waiters<K>,
    thing: K,
}

impl<K: Clone + Eq + Hash> Waiters<K> {
    /// For each thing, at most so many may wait.
    #[must_use]
    pub fn new(most: u32) -> Self {
        Self { most, counts: Mutex::default() }
    }

    /// Counts one that waits for this.
    ///
    /// # Errors
    /// [`Busy`] when as many wait already as may.
    pub fn join(&self, thing: K) -> Result<Waiter<'_, K>, Busy> {
        let mut counts = self.counts();
        let count = counts.entry(thing.clone()).or_default();
        if *count >= self.most {
            return Err(Busy);
        }
        *count += 1;
        Ok(Waiter { waiters: self, thing })
    }
}

impl<K: Eq + Hash> Waiters<K> {
    fn counts(&self) -> MutexGuard<'_, HashMap<K, u32>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + Hash> Drop for Waiter<'_, K> {
    fn drop(&mut self) {
        let mut counts = self.waiters.counts();
        let Some(count) = counts.get_mut(&self.thing) else { return };
        *count = count.saturating_sub(1);
        if *count == 0 {
            counts.remove(&self.thing);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_wait_for_one_thing_and_none_is_left_behind() {
        let waiters = Waiters::new(2);
        let first = waiters.join("a").unwrap();
        let second = waiters.join("a").unwrap();
        assert_eq!(waiters.join("a").unwrap_err(), Busy);
        assert!(waiters.join("b").is_ok(), "others are not concerned");
        drop(first);
        assert!(waiters.join("a").is_ok());
        drop(second);
        assert!(waiters.counts().is_empty());
    }
}
