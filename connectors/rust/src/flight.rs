//! One of many: tasks that want the same thing at the same time wait for one that gets it. It goes on when whoever
//! began it is gone.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

type Landings<T> = Mutex<HashMap<String, watch::Receiver<Option<T>>>>;

/// What is under way, by its key.
pub(crate) struct Flights<T>(Arc<Landings<T>>);

impl<T> Default for Flights<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T: Clone + Send + Sync + 'static> Flights<T> {
    /// Waits for what is under way by this key, or begins it. `None`: it panicked.
    pub(crate) async fn join(&self, key: &str, begin: impl Future<Output = T> + Send + 'static) -> Option<T> {
        let mut landing = self.landing(key, begin);
        let landed = landing.wait_for(Option::is_some).await.ok()?;
        landed.clone()
    }

    fn landing(
        &self,
        key: &str,
        begin: impl Future<Output = T> + Send + 'static,
    ) -> watch::Receiver<Option<T>> {
        let mut landings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // One whose sender is gone has panicked.
        if let Some(landing) = landings.get(key).filter(|landing| landing.has_changed().is_ok()) {
            return landing.clone();
        }
        let (sender, landing) = watch::channel(None);
        landings.insert(key.to_owned(), landing.clone());
        let (all, key) = (Arc::clone(&self.0), key.to_owned());
        tokio::spawn(async move {
            let value = begin.await;
            all.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
            sender.send_replace(Some(value));
        });
        landing
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn one_for_all_who_wait_and_another_for_the_next() {
        let (flights, count) = (Flights::default(), Arc::new(AtomicUsize::new(0)));
        let begin = || {
            let count = Arc::clone(&count);
            async move {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                count.fetch_add(1, Ordering::Relaxed)
            }
        };
        let (one, two) = tokio::join!(flights.join("a", begin()), flights.join("a", begin()));
        assert_eq!((one, two), (Some(0), Some(0)));
        assert_eq!(flights.join("a", begin()).await, Some(1));
    }

    #[tokio::test]
    async fn one_that_panics_ends_nobody_else() {
        let flights: Flights<u8> = Flights::default();
        assert_eq!(flights.join("a", async { panic!("on purpose") }).await, None);
        assert_eq!(flights.join("a", async { 1 }).await, Some(1));
    }
}
