//! Caches that are bounded, and take their memory as they grow.

use std::hash::Hash;
use std::num::NonZeroUsize;

use lru::LruCache;

/// A cache with room for that many. [`LruCache::new`] would take the memory for all of them at once, for each of a thousand
/// issuers.
pub(crate) fn cache<K: Hash + Eq, V>(size: NonZeroUsize) -> LruCache<K, V> {
    let mut cache = LruCache::unbounded();
    cache.resize(size);
    cache
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_makes_room() {
        let mut cache = cache(NonZeroUsize::new(2).unwrap());
        for number in 0..1000 {
            cache.put(number, ());
        }
        assert_eq!(cache.iter().map(|(number, ())| *number).collect::<Vec<_>>(), [999, 998]);
    }
}
