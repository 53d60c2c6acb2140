//! The revision of the store as it was last seen, so that many requests at once share one read.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::Result;

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
    last: Option<(Instant, i64)>,
    forgotten: u64,
}

impl Seen {
    pub(crate) fn new(age: Duration) -> Self {
        Self { age, state: Mutex::default(), turn: tokio::sync::Mutex::default() }
    }

    /// What was seen a moment ago or, if that is too old or something was written since, what `look` sees
    /// now. Of many who ask at once one looks, and those who asked before it began take its answer.
    pub(crate) async fn get(&self, look: impl AsyncFnOnce() -> Result<i64>) -> Result<i64> {
        let asked = Instant::now();
        if let Some(value) = self.recent(asked) {
            return Ok(value);
        }
        let _turn = self.turn.lock().await;
        if let Some(value) = self.recent(asked) {
            return Ok(value);
        }
        let (begun, forgotten) = (Instant::now(), self.state().forgotten);
        let value = look().await?;
        self.keep(begun, forgotten, value);
        Ok(value)
    }

    /// Something was written: nothing seen before counts.
    pub(crate) fn forget(&self) {
        let mut state = self.state();
        state.last = None;
        state.forgotten = state.forgotten.wrapping_add(1);
    }

    fn recent(&self, asked: Instant) -> Option<i64> {
        let seen = self.state().last;
        seen.filter(|(begun, _)| *begun + self.age > asked).map(|(_, value)| value)
    }

    fn keep(&self, begun: Instant, forgotten: u64, value: i64) {
        let mut state = self.state();
        if state.forgotten == forgotten {
            state.last = Some((begun, value));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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

    #[tokio::test]
    async fn a_look_that_a_write_overtook_does_not_count() {
        let seen = seen();
        let overtaken = seen.get(async || {
            seen.forget();
            Ok(1)
        });
        assert_eq!(overtaken.await.unwrap(), 1);
        assert_eq!(seen.get(async || Ok(2)).await.unwrap(), 2);
        assert_eq!(seen.get(async || Ok(3)).await.unwrap(), 2);
        seen.forget();
        assert_eq!(seen.get(async || Ok(4)).await.unwrap(), 4);
    }

    #[tokio::test]
    async fn what_was_seen_grows_old_and_a_failure_is_not_kept() {
        let seen = Seen::new(Duration::from_millis(1));
        assert_eq!(seen.get(async || Ok(1)).await.unwrap(), 1);
        tokio::time::sleep(Duration::from_millis(2)).await;
        assert!(seen.get(async || Err(crate::StoreError::new("gone"))).await.is_err());
        assert_eq!(seen.get(async || Ok(2)).await.unwrap(), 2);
    }

    #[tokio::test]
    async fn many_at_once_share_a_look() {
        let seen = Arc::new(seen());
        let looks = Arc::new(AtomicI64::new(0));
        let asking = (0..64).map(|_| {
            let (seen, looks) = (Arc::clone(&seen), Arc::clone(&looks));
            tokio::spawn(async move {
                let look = async || {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    Ok(looks.fetch_add(1, Ordering::Relaxed))
                };
                seen.get(look).await.unwrap()
            })
        });
        for asked in asking.collect::<Vec<_>>() {
            assert_eq!(asked.await.unwrap(), 0);
        }
        assert_eq!(looks.load(Ordering::Relaxed), 1);
    }
}
