//! Counts in the memory of one process.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

use super::{Counted, Left, milliseconds};

/// How many counts are kept before those that have expired are looked for.
const MANY: usize = 10_000;

/// A window: how many requests came in it, and when it ends.
struct Window {
    requests: u64,
    end: Instant,
}

/// Windows by their keys. They begin with their first requests.
#[derive(Default)]
pub(super) struct Memory(Mutex<HashMap<String, Window>>);

impl Memory {
    /// Counts a request, unless one of the limits is spent. What is left of each.
    pub(super) fn take(&self, counted: &[Counted]) -> (bool, Vec<Left>) {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if windows.len() > MANY {
            windows.retain(|_, window| window.end > now);
        }
        let used = |windows: &HashMap<String, Window>, one: &Counted| {
            windows.get(&one.key).filter(|window| window.end > now).map_or(0, |window| window.requests)
        };
        let is_allowed = counted.iter().all(|one| used(&windows, one) < one.quota.requests);
        let mut left = Vec::new();
        for one in counted {
            let requests = used(&windows, one).saturating_add(u64::from(is_allowed));
            let end = match windows.get_mut(&one.key).filter(|window| window.end > now) {
                Some(window) => {
                    window.requests = requests;
                    window.end
                }
                None => {
                    let end = now + one.quota.window;
                    windows.insert(one.key.clone(), Window { requests, end });
                    end
                }
            };
            let reset = milliseconds(end.duration_since(now));
            left.push(Left { requests: one.quota.requests.saturating_sub(requests), reset });
        }
        (is_allowed, left)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::Quota;
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_refused_request_counts_for_no_limit() {
        let memory = Memory::default();
        let counted = |caller: &str| {
            [("caller", caller, 2), ("tenant", "t", 3)].map(|(name, key, requests)| Counted {
                name,
                key: key.to_owned(),
                quota: Quota { requests, window: Duration::from_secs(2) },
            })
        };
        assert_eq!(
            memory.take(&counted("a")),
            (true, vec![Left { requests: 1, reset: 2000 }, Left { requests: 2, reset: 2000 }])
        );
        assert!(memory.take(&counted("a")).0 && !memory.take(&counted("a")).0);
        assert!(memory.take(&counted("b")).0 && !memory.take(&counted("c")).0);
        tokio::time::advance(Duration::from_secs(2)).await;
        assert!(memory.take(&counted("a")).0);
    }
}
