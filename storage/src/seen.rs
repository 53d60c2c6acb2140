//! The revisions of tenants as they were last seen, so that many requests at once share one read.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::{Changes, Result};

/// Tenants whose changes are known one by one; with more than these, all are taken for changed.
const MOST: usize = 100_000;

/// How many changes there were.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Counts {
    /// Of all.
    pub(crate) value: i64,
    /// Of those that say whose they are.
    pub(crate) told: i64,
    /// Of tokens that were revoked one by one; these are no changes of a tenant.
    pub(crate) revoked: i64,
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

    /// The changes of a tenant that were seen a moment ago or, if that is too old or something was written since,
    /// those that `look`, which is given the counts seen before, sees now. Of many who ask at once one looks, and
    /// those who asked before it began take its answer.
    pub(crate) async fn get(
        &self,
        tenant: &str,
        look: impl AsyncFnOnce(Option<Counts>) -> Result<Looked>,
    ) -> Result<Changes> {
        let asked = Instant::now();
        if let Some(changes) = self.recent(tenant, asked) {
            return Ok(changes);
        }
        let _turn = self.turn.lock().await;
        if let Some(changes) = self.recent(tenant, asked) {
            return Ok(changes);
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
        Ok(state.changes(tenant))
    }

    /// Something was written: whoever asks next looks again.
    pub(crate) fn forget(&self) {
        let mut state = self.state();
        state.last = None;
        state.forgotten = state.forgotten.wrapping_add(1);
    }

    fn recent(&self, tenant: &str, asked: Instant) -> Option<Changes> {
        let state = self.state();
        state.last.filter(|begun| *begun + self.age > asked).map(|_| state.changes(tenant))
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

    fn changes(&self, tenant: &str) -> Changes {
        Changes {
            revision: self.each.get(tenant).map_or(self.all, |changed| self.all.max(*changed)),
            revoked: self.counts.map_or(0, |counts| counts.revoked),
        }
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
        Looked { counts: Counts { value, told: value, revoked: 0 }, changed }
    }

    /// The revision of that tenant.
    async fn revision(
        seen: &Seen,
        tenant: &str,
        look: impl AsyncFnOnce(Option<Counts>) -> Result<Looked>,
    ) -> i64 {
        seen.get(tenant, look).await.unwrap().revision
    }

    #[tokio::test]
    async fn a_look_that_a_write_overtook_does_not_count() {
        let seen = seen();
        let overtaken = seen.get("a", async |_| {
            seen.forget();
            Ok(looked(1, &[]))
        });
        assert_eq!(overtaken.await.unwrap().revision, 1);
        assert_eq!(revision(&seen, "a", async |_| Ok(looked(2, &[("a", 2)]))).await, 2);
        assert_eq!(revision(&seen, "a", async |_| Ok(looked(3, &[("a", 3)]))).await, 2);
        seen.forget();
        assert_eq!(revision(&seen, "a", async |_| Ok(looked(4, &[("a", 4)]))).await, 4);
    }

    #[tokio::test]
    async fn a_change_of_one_tenant_is_not_one_of_another() {
        let seen = seen();
        assert_eq!(revision(&seen, "a", async |_| Ok(looked(7, &[]))).await, 7);
        seen.forget();
        let look = async |before: Option<Counts>| {
            assert_eq!(before, Some(Counts { value: 7, told: 7, revoked: 0 }));
            Ok(looked(9, &[("b", 9)]))
        };
        assert_eq!(revision(&seen, "a", look).await, 7);
        assert_eq!(revision(&seen, "b", async |_| Ok(looked(0, &[]))).await, 9);
    }

    #[tokio::test]
    async fn a_change_that_does_not_say_whose_it_is_may_be_anybodys() {
        let seen = seen();
        assert_eq!(revision(&seen, "a", async |_| Ok(looked(7, &[]))).await, 7);
        seen.forget();
        // One by a node that tells, one by another.
        let look = async |_| {
            Ok(Looked {
                counts: Counts { value: 9, told: 8, revoked: 0 },
                changed: vec![("b".to_owned(), 9)],
            })
        };
        assert_eq!(revision(&seen, "a", look).await, 9);
    }

    #[tokio::test]
    async fn what_was_seen_grows_old_and_a_failure_is_not_kept() {
        let seen = Seen::new(Duration::from_millis(1));
        assert_eq!(revision(&seen, "a", async |_| Ok(looked(1, &[]))).await, 1);
        tokio::time::sleep(Duration::from_millis(2)).await;
        assert!(seen.get("a", async |_| Err(crate::StoreError::new("gone"))).await.is_err());
        assert_eq!(revision(&seen, "a", async |_| Ok(looked(2, &[("a", 2)]))).await, 2);
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
                revision(&seen, &n.to_string(), look).await
            })
        });
        for asked in asking.collect::<Vec<_>>() {
            assert_eq!(asked.await.unwrap(), 0);
        }
        assert_eq!(looks.load(Ordering::Relaxed), 1);
    }
}
