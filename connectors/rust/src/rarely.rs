//! A cause that lasts is one line of the log a minute, however often it is met.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

const QUIET_SECONDS: i64 = 60;
const REMEMBERED: usize = 1000;

/// When each cause was last told.
#[derive(Default)]
pub(crate) struct Rarely(Mutex<HashMap<String, i64>>);

impl Rarely {
    /// Whether a line about this cause is due.
    pub(crate) fn is_due(&self, cause: String, now: i64) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if told.get(&cause).is_some_and(|at| now.abs_diff(*at) < QUIET_SECONDS.unsigned_abs()) {
            return false;
        }
        if told.len() >= REMEMBERED {
            told.clear();
        }
        told.insert(cause, now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn once_a_minute_for_each_cause() {
        let rarely = Rarely::default();
        let is_due = |cause: &str, now| rarely.is_due(cause.to_owned(), now);
        assert!(is_due("a", 0) && is_due("b", 1));
        assert!(!is_due("a", 59) && is_due("a", 60) && !is_due("b", 60));
    }
}
