//! Names of things that may be used once, for as long as they could be used (RFC 9449 section 11.1).

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};
use std::sync::{Mutex, PoisonError};

/// A bounded set of names, each until its time. When it is full of living names, further ones are refused: forgetting
/// one would let it be used again.
pub(crate) struct Replays {
    capacity: usize,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    names: HashSet<[u8; 32]>,
    /// When each name may be forgotten, soonest first.
    ends: BinaryHeap<Reverse<(i64, [u8; 32])>>,
}

impl Replays {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, seen: Mutex::default() }
    }

    /// Takes note of a name until a time, after which the caller refuses it by itself. `false` when it is known, or
    /// there is no room.
    pub(crate) fn first_use(&self, name: [u8; 32], until: i64, now: i64) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(Reverse((_, old))) = seen.ends.peek().copied().filter(|Reverse((end, _))| *end < now) {
            seen.ends.pop();
            seen.names.remove(&old);
        }
        if seen.names.len() >= self.capacity || !seen.names.insert(name) {
            return false;
        }
        seen.ends.push(Reverse((until, name)));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_serves_once_until_its_time_has_passed() {
        let replays = Replays::new(2);
        assert!(replays.first_use([1; 32], 10, 0));
        assert!(!replays.first_use([1; 32], 10, 10));
        assert!(replays.first_use([1; 32], 20, 11));
    }

    #[test]
    fn full_of_living_names_it_takes_no_further_one() {
        let replays = Replays::new(2);
        assert!(replays.first_use([1; 32], 10, 0));
        assert!(replays.first_use([2; 32], 20, 0));
        assert!(!replays.first_use([3; 32], 20, 10));
        assert!(replays.first_use([3; 32], 20, 11));
        assert!(!replays.first_use([2; 32], 20, 11));
    }
}
