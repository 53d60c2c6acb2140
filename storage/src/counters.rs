//! Counters of the work of the store, for tests and metrics.

use std::sync::atomic::{AtomicU64, Ordering};

/// Work done since the store was opened.
#[derive(Debug, Default)]
pub struct Counters {
    pub(crate) reads: AtomicU64,
    pub(crate) writes: AtomicU64,
    pub(crate) commits: AtomicU64,
    pub(crate) statements: AtomicU64,
}

impl Counters {
    /// Jobs that only read.
    #[must_use]
    pub fn reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }

    /// Jobs that write; each is whole or has no effect.
    #[must_use]
    pub fn writes(&self) -> u64 {
        self.writes.load(Ordering::Relaxed)
    }

    /// Commits of SQLite; one keeps the writes of all jobs that waited for it.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Statements sent to a database server, `BEGIN` and `COMMIT` among them: round trips.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    pub(crate) fn add(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }
}
