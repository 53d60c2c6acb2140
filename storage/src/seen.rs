//! The revisions of tenants as they were last seen, so that many requests at once share one read.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::Result;

/// Tenants whose changes are known one by one; with more than these, all are taken for changed.
const MOST: usize = 100_000;

/// How many changes there were.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Counts {
    /// Of all.
    pub(crate) value: i64,
    /// Of those that say whose they are.
    pub(crate) told: i64,
}

impl Counts {
    /// Those that may be anybody's.
    pub(crate) const fn untold(self) -> i64 {
        self.value.wrapping_sub(self.told)
    }
}

/// What a look at the database sees.
#[derive(Debug)]
pub(crate) struct Looked {
    pub(crate) counts: Counts,
    /// The tenants, by name, that changed since the look before, with their revisions.
    pub(crate) changed: Vec<(String, i64)>,
}

/// What was seen, and how often it was made to be forgotten.
#[derive(Debug)]
pub(crate) struct Seen {
    /// How old it may be. A change by another process is seen after this; a change by this one at once.
    age: Duration,
    state: Mutex<State>,
    /// Held by the one who looks.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    /// When the look began that still counts.
    last: Option<Instant>,
    forgotten: u64,
    counts: Option<Counts>,
    /// When all tenants changed.
    all: i64,
    /// When the tenants changed that did so since.
    each: HashMap<String, i64>,
}

impl Seen {
    pub(crate) fn new(age: Duration) -> Self {
        Self { age, state: Mutex::default(), turn: tokio::sync::Mutex::default() }
    }

    /// The revision of a tenant that was seen a moment ago or, if that is too old or something was written since,
    /// the one that `look`, which is given the counts seen before, sees now. Of many who ask at once one looks, and
    /// those who asked before it began take its answer.
    pub(crate) async fn get(
        &self,
        tenant: &str,
        look: impl AsyncFnOnce(Option<Counts>) -> Result<Looked>,
    ) -> Result<i64> {
        let asked = Instant::now();
        if let Some(revision) = self.recent(tenant, asked) {
            return Ok(revision);
        }
        let _turn = self.turn.lock().await;
        if let Some(revision) = self.recent(tenant, asked) {
            return Ok(revision);
        }
        let (begun, forgotten, before) = {
            let state = self.state();
            (Instant::now(), state.forgotten, state.counts)
        };
        let looked = look(before).await?;
        let mut state = self.state();
        state.learn(looked);
        if state.forgotten == forgotten {
            state.last = Some(begun);
        }
        Ok(state.revision(tenant))
    }

    /// Something was written: whoever asks next looks again.
    pub(crate) fn forget(&self) {
        let mut state = self.state();
        state.last = None;
        state.forgotten = state.forgotten.wrapping_add(1);
    }

    fn recent(&self, tenant: &str, asked: Instant) -> Option<i64> {
        let state = self.state();
        state.last.filter(|begun| *begun + self.age > asked).map(|_| state.revision(tenant))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn learn(&mut self, Looked { counts, changed }: Looked) {
        let same = self
            .counts
            .is_some_and(|before| before.untold() == counts.untold() && before.value <= counts.value);
        if !same || self.each.len() > MOST {
            self.all = counts.value;
            self.each.clear();
        }
        self.each.extend(changed);
        self.counts = Some(counts);
    }

    fn revision(&self, tenant: &str) -> i64 {
        self.each.get(tenant).map_or(self.all, |changed| self.all.max(*changed))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    fn seen() -> Seen {
        Seen::new(Duration::from_secs(60))
    }

    /// So many changes, all by nodes that say whose they are, and these of them since.
    fn looked(value: i64, changed: &[(&str, i64)]) -> Looked {
        let changed = changed.iter().map(|(name, at)| ((*name).to_owned(), *at)).collect();
        Looked { counts: Counts { value, told: value }, changed }
    }

    #[tokio::test]
    async fn a_look_that_a_write_overtook_does_not_count() {
        let seen = seen();
        let overtaken = seen.get("a", async |_| {
            seen.forget();
            Ok(looked(1, &[]))
        });
        assert_eq!(overtaken.await.unwrap(), 1);
        assert_eq!(seen.get("a", async |_| Ok(looked(2, &[("a", 2)]))).await.unwrap(), 2);
        assert_eq!(seen.get("a", async |_| Ok(looked(3, &[("a", 3)]))).await.unwrap(), 2);
        seen.forget();
        assert_eq!(seen.get("a", async |_| Ok(looked(4, &[("a", 4)]))).await.unwrap(), 4);
    }

    #[tokio::test]
    async fn a_change_of_one_tenant_is_not_one_of_another() {
        let seen = seen();
        assert_eq!(seen.get("a", async |_| Ok(looked(7, &[]))).await.unwrap(), 7);
        seen.forget();
        let look = async |before: Option<Counts>| {
            assert_eq!(before, Some(Counts { value: 7, told: 7 }));
            Ok(looked(9, &[("b", 9)]))
        };
        assert_eq!(seen.get("a", look).await.unwrap(), 7);
        assert_eq!(seen.get("b", async |_| Ok(looked(0, &[]))).await.unwrap(), 9);
    }

    #[tokio::test]
    async fn a_change_that_does_not_say_whose_it_is_may_be_anybodys() {
        let seen = seen();
        assert_eq!(seen.get("a", async |_| Ok(looked(7, &[]))).await.unwrap(), 7);
        seen.forget();
        // One by a node that tells, one by another.
        let look =
            async |_| Ok(Looked { counts: Counts { value: 9, told: 8 }, changed: vec![("b".to_owned(), 9)] });
        assert_eq!(seen.get("a", look).await.unwrap(), 9);
    }

    #[tokio::test]
    async fn what_was_seen_grows_old_and_a_failure_is_not_kept() {
        let seen = Seen::new(Duration::from_millis(1));
        assert_eq!(seen.get("a", async |_| Ok(looked(1, &[]))).await.unwrap(), 1);
        tokio::time::sleep(Duration::from_millis(2)).await;
        assert!(seen.get("a", async |_| Err(crate::StoreError::new("gone"))).await.is_err());
        assert_eq!(seen.get("a", async |_| Ok(looked(2, &[("a", 2)]))).await.unwrap(), 2);
    }

    #[tokio::test]
    async fn many_at_once_share_a_look() {
        let seen = Arc::new(seen());
        let looks = Arc::new(AtomicI64::new(0));
        let asking = (0..64).map(|n| {
            let (seen, looks) = (Arc::clone(&seen), Arc::clone(&looks));
            tokio::spawn(async move {
                let look = async |_| {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    Ok(looked(looks.fetch_add(1, Ordering::Relaxed), &[]))
                };
                seen.get(&n.to_string(), look).await.unwrap()
            })
        });
        for asked in asking.collect::<Vec<_>>() {
            assert_eq!(asked.await.unwrap(), 0);
        }
        assert_eq!(looks.load(Ordering::Relaxed), 1);
    }
}
