//! The revision of the store as it was last seen, so that many requests at once share one read.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How old it may be. A change by another process is seen after this; a change by this one at once.
const AGE: Duration = Duration::from_millis(1);

/// What was seen, and how often it was made to be forgotten.
#[derive(Debug, Default)]
pub(crate) struct Seen(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    last: Option<(Instant, i64)>,
    forgotten: u64,
}

/// A read that has begun; what it finds counts only if nothing was written meanwhile.
pub(crate) struct Look {
    begun: Instant,
    forgotten: u64,
}

impl Seen {
    /// What was seen a moment ago, or the beginning of another look.
    pub(crate) fn recent(&self) -> Result<i64, Look> {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = Instant::now();
        match state.last {
            Some((at, value)) if begun.duration_since(at) < AGE => Ok(value),
            _ => Err(Look { begun, forgotten: state.forgotten }),
        }
    }

    /// The look has ended.
    pub(crate) fn keep(&self, look: Look, value: i64) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.forgotten == look.forgotten {
            state.last = Some((look.begun, value));
        }
    }

    /// Something was written: nothing seen before counts.
    pub(crate) fn forget(&self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.last = None;
        state.forgotten = state.forgotten.wrapping_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_that_a_write_overtook_does_not_count() {
        let seen = Seen::default();
        let overtaken = seen.recent().err().unwrap();
        seen.forget();
        seen.keep(overtaken, 1);
        let look = seen.recent().err().unwrap();
        seen.keep(look, 2);
        assert!(matches!(seen.recent(), Ok(2)));
        seen.forget();
        assert!(seen.recent().is_err());
    }

    #[test]
    fn what_was_seen_grows_old() {
        let seen = Seen::default();
        let look = seen.recent().err().unwrap();
        seen.keep(look, 1);
        std::thread::sleep(AGE * 2);
        assert!(seen.recent().is_err());
    }
}
