//! A store in the memory of one process, of a bounded number of entries.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{By, Entry, Store, Stored};
use crate::clock::system_ms;

/// Entries, unless another number is given.
const ENTRIES: usize = 100_000;

/// Keeps entries in memory. When it is full, those go first that have least time left.
pub struct MemoryStore {
    kept: Mutex<Kept>,
    most: usize,
}

#[derive(Default)]
struct Kept {
    entries: HashMap<String, (Entry, i64)>,
    locks: HashMap<String, (String, i64)>,
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::of(ENTRIES)
    }
}

impl MemoryStore {
    /// With this many entries at most.
    #[must_use]
    pub fn of(most: usize) -> Self {
        Self { kept: Mutex::default(), most: most.max(1) }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn until(ttl: Duration) -> i64 {
    system_ms().saturating_add(i64::try_from(ttl.as_millis()).unwrap_or(i64::MAX))
}

impl Kept {
    fn alive(&self, key: &str) -> Option<&Entry> {
        self.entries.get(key).filter(|(_, until)| *until > system_ms()).map(|(entry, _)| entry)
    }

    /// Makes room for one more: what has expired goes, and else a tenth of what is there, so that not every entry pays
    /// for the search.
    fn make_room(&mut self, most: usize) {
        if self.entries.len() < most {
            return;
        }
        let now = system_ms();
        self.entries.retain(|_, (_, until)| *until > now);
        if self.entries.len() < most {
            return;
        }
        let mut ends: Vec<i64> = self.entries.values().map(|(_, until)| *until).collect();
        ends.sort_unstable();
        let Some(earliest) = ends.get(most / 10).copied() else { return };
        let mut to_go = most / 10 + 1;
        self.entries.retain(|_, (_, until)| {
            let goes = to_go > 0 && *until <= earliest;
            to_go -= usize::from(goes);
            !goes
        });
    }
}

impl Store for MemoryStore {
    fn get<'a>(&'a self, key: &'a str) -> Stored<'a, Option<String>> {
        let value = self.kept().alive(key).map(|entry| entry.value.clone());
        Box::pin(async { Ok(value) })
    }

    fn put<'a>(&'a self, key: &'a str, entry: Entry) -> Stored<'a, bool> {
        let mut kept = self.kept();
        let puts = !entry.must_exist || kept.alive(key).is_some();
        if puts {
            if !kept.entries.contains_key(key) {
                kept.make_room(self.most);
            }
            let until = until(entry.ttl);
            kept.entries.insert(key.to_owned(), (entry, until));
        }
        Box::pin(async move { Ok(puts) })
    }

    fn delete<'a>(&'a self, key: &'a str) -> Stored<'a, ()> {
        self.kept().entries.remove(key);
        Box::pin(async { Ok(()) })
    }

    fn delete_by<'a>(&'a self, by: By<'a>) -> Stored<'a, ()> {
        self.kept().entries.retain(|_, (entry, _)| match by {
            By::Sid(sid) => entry.sid.as_deref() != Some(sid),
            By::Sub(sub) => entry.sub.as_deref() != Some(sub),
        });
        Box::pin(async { Ok(()) })
    }

    fn lock<'a>(&'a self, key: &'a str, holder: &'a str, ttl: Duration) -> Stored<'a, bool> {
        let (mut kept, now) = (self.kept(), system_ms());
        kept.locks.retain(|_, (_, until)| *until > now);
        let is_free = !kept.locks.contains_key(key);
        if is_free {
            kept.locks.insert(key.to_owned(), (holder.to_owned(), until(ttl)));
        }
        Box::pin(async move { Ok(is_free) })
    }

    fn unlock<'a>(&'a self, key: &'a str, holder: &'a str) -> Stored<'a, ()> {
        let mut kept = self.kept();
        if kept.locks.get(key).is_some_and(|(held_by, _)| held_by == holder) {
            kept.locks.remove(key);
        }
        Box::pin(async { Ok(()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(value: &str, sub: &str, ttl: u64) -> Entry {
        Entry {
            value: value.to_owned(),
            sid: Some(format!("sid of {value}")),
            sub: Some(sub.to_owned()),
            ttl: Duration::from_secs(ttl),
            must_exist: false,
        }
    }

    #[tokio::test]
    async fn entries_end_by_time_by_key_by_session_and_by_person() {
        let store = MemoryStore::default();
        for (key, sub, ttl) in [("a", "ada", 9), ("b", "ada", 9), ("c", "bob", 9), ("d", "bob", 0)] {
            assert!(store.put(key, entry(key, sub, ttl)).await.unwrap());
        }
        let is_there = async |key: &str| store.get(key).await.unwrap().is_some();
        assert!(is_there("a").await && !is_there("d").await);
        store.delete_by(By::Sid("sid of a")).await.unwrap();
        assert!(!is_there("a").await && is_there("b").await);
        store.delete_by(By::Sub("ada")).await.unwrap();
        assert!(!is_there("b").await && is_there("c").await);
        store.delete("c").await.unwrap();
        assert!(!store.put("c", Entry { must_exist: true, ..entry("c", "bob", 9) }).await.unwrap());
        assert!(!is_there("c").await);
    }

    #[tokio::test]
    async fn one_holds_a_lock() {
        let (store, ttl) = (MemoryStore::default(), Duration::from_secs(9));
        assert!(store.lock("a", "one", ttl).await.unwrap());
        assert!(!store.lock("a", "two", ttl).await.unwrap());
        store.unlock("a", "two").await.unwrap();
        assert!(!store.lock("a", "two", ttl).await.unwrap());
        store.unlock("a", "one").await.unwrap();
        assert!(store.lock("a", "two", Duration::ZERO).await.unwrap());
        assert!(store.lock("a", "one", ttl).await.unwrap());
    }

    #[tokio::test]
    async fn it_does_not_grow_without_end() {
        let store = MemoryStore::of(20);
        for number in 0..200 {
            let key = number.to_string();
            assert!(store.put(&key, entry(&key, "ada", 10 + number)).await.unwrap());
            assert!(store.get(&key).await.unwrap().is_some());
        }
        assert!(store.kept().entries.len() <= 20);
    }
}
