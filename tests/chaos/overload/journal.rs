//! What was asked, how it was answered, and how long that took.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

/// The requests of ordinary users.
#[derive(Default)]
pub(crate) struct Journal(Mutex<Vec<Entry>>);

struct Entry {
    took: Duration,
    fault: Option<String>,
}

/// The requests of a span.
#[derive(Debug)]
pub(crate) struct Summary {
    /// How many there were.
    pub(crate) requests: usize,
    /// How many of them were answered as ever.
    pub(crate) answered: usize,
    /// The 99th percentile of the time that those answers took.
    pub(crate) p99: Duration,
    /// What came instead, and how often.
    pub(crate) faults: BTreeMap<String, usize>,
}

impl Journal {
    /// Writes down a request: what went wrong, if anything did.
    pub(crate) fn record(&self, took: Duration, fault: Option<String>) {
        self.0.lock().unwrap().push(Entry { took, fault });
    }

    /// Sums up, and begins anew.
    pub(crate) fn take(&self) -> Summary {
        let entries = std::mem::take(&mut *self.0.lock().unwrap());
        let mut times: Vec<_> = entries.iter().filter(|e| e.fault.is_none()).map(|e| e.took).collect();
        times.sort_unstable();
        let last = times.len().saturating_sub(1);
        let mut faults = BTreeMap::new();
        for fault in entries.iter().filter_map(|entry| entry.fault.clone()) {
            *faults.entry(fault).or_default() += 1;
        }
        Summary {
            requests: entries.len(),
            answered: times.len(),
            p99: times.get(last * 99 / 100).copied().unwrap_or(Duration::MAX),
            faults,
        }
    }
}

impl Summary {
    /// The share that was answered as ever, of one.
    #[expect(clippy::cast_precision_loss, reason = "a few thousand at most")]
    pub(crate) fn share(&self) -> f64 {
        self.answered as f64 / self.requests.max(1) as f64
    }
}
