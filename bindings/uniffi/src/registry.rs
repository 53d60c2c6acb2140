//! What the entry points for the JVM find by number.
//!
//! A stale number finds nothing: no addresses are passed, so none can dangle.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock, PoisonError, RwLock, Weak};

/// Objects by their numbers; it keeps none of them alive.
pub(crate) struct Registry<T> {
    next: AtomicI64,
    objects: LazyLock<RwLock<HashMap<i64, Weak<T>>>>,
}

impl<T> Registry<T> {
    pub(crate) const fn new() -> Self {
        Self { next: AtomicI64::new(1), objects: LazyLock::new(RwLock::default) }
    }

    /// A number for a new object.
    pub(crate) fn number(&self) -> i64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn insert(&self, number: i64, object: &Arc<T>) {
        let mut objects = self.objects.write().unwrap_or_else(PoisonError::into_inner);
        objects.insert(number, Arc::downgrade(object));
    }

    pub(crate) fn find(&self, number: i64) -> Option<Arc<T>> {
        self.objects.read().unwrap_or_else(PoisonError::into_inner).get(&number)?.upgrade()
    }

    pub(crate) fn remove(&self, number: i64) {
        self.objects.write().unwrap_or_else(PoisonError::into_inner).remove(&number);
    }
}
