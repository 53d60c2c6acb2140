//! Tokens whose signature was verified, so that it need not be checked again.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;

use crate::claims::Payload;

/// The number of shards, so that threads rarely wait for each other.
const SHARDS: usize = 16;

/// A bounded cache keyed by the SHA-256 of the whole token. It holds only what the signature covers; everything else
/// about a token (time, audience, binding, revocation, requirement) is checked at each use, so a cached token is
/// refused as soon as an uncached one would be.
pub(crate) struct VerifiedTokens {
    shards: [Mutex<LruCache<[u8; 32], Entry>>; SHARDS],
    /// How many were kept so far.
    count: AtomicU64,
}

struct Entry {
    payload: Arc<Payload>,
    /// The key set with which it was verified: another one may lack the key.
    revision: u64,
}

impl VerifiedTokens {
    /// Room for `size` tokens; `None` for none.
    pub(crate) fn new(size: usize) -> Option<Self> {
        let each = NonZeroUsize::new(size.div_ceil(SHARDS))?;
        let shards = std::array::from_fn(|_| Mutex::new(LruCache::new(each)));
        Some(Self { shards, count: AtomicU64::new(0) })
    }

    pub(crate) fn find(&self, hash: &[u8; 32], revision: u64) -> Option<Arc<Payload>> {
        let mut shard = self.shard(hash)?.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = shard.get(hash)?;
        (entry.revision == revision).then(|| Arc::clone(&entry.payload))
    }

    /// Keeps claims under a serial number of their own.
    pub(crate) fn keep(&self, hash: [u8; 32], revision: u64, payload: Payload) -> Arc<Payload> {
        let payload = Arc::new(payload.numbered(self.count.fetch_add(1, Ordering::Relaxed)));
        if let Some(shard) = self.shard(&hash) {
            let entry = Entry { payload: Arc::clone(&payload), revision };
            shard.lock().unwrap_or_else(PoisonError::into_inner).put(hash, entry);
        }
        payload
    }

    fn shard(&self, [first, ..]: &[u8; 32]) -> Option<&Mutex<LruCache<[u8; 32], Entry>>> {
        self.shards.get(usize::from(*first) % SHARDS)
    }
}
