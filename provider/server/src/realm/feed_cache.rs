//! The revocation feed of a tenant, kept for a second.

use std::sync::Arc;

use credenza_protocol::time::{Seconds, Time};
use tokio::sync::Mutex;

use crate::failure::Failure;

/// The feed as it was made last. All who ask within a second get the same one, made once: a thousand validators cost
/// one read of the store and one signature a second, in each process.
#[derive(Default)]
pub struct FeedCache(Mutex<Option<Made>>);

struct Made {
    at: Time,
    /// `None` when it could not be made.
    feed: Option<Arc<str>>,
}

impl FeedCache {
    /// The feed at that time. Whoever asks while it is being made waits for it. After a failure it is not tried again
    /// within the same second.
    ///
    /// # Errors
    /// That of `make` for the caller that tried; [`Failure::Busy`] for the others.
    pub async fn at(
        &self,
        now: Time,
        make: impl AsyncFnOnce() -> Result<String, Failure>,
    ) -> Result<Arc<str>, Failure> {
        let mut last = self.0.lock().await;
        // A caller that waited may have asked a second ago.
        let is_fresh = |made: &&Made| made.at == now || made.at == now + Seconds(1);
        if let Some(made) = last.as_ref().filter(is_fresh) {
            return made.feed.clone().ok_or(Failure::Busy);
        }
        let made = make().await.map(Arc::from);
        *last = Some(Made { at: now, feed: made.as_ref().ok().cloned() });
        made
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_seconds(seconds)
    }

    #[tokio::test]
    async fn many_who_ask_within_a_second_share_one() {
        let (feed, made) = (Arc::new(FeedCache::default()), Arc::new(AtomicU32::new(0)));
        let ask = |now| {
            let (feed, made) = (Arc::clone(&feed), Arc::clone(&made));
            async move {
                let make = async || {
                    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                    Ok(made.fetch_add(1, Ordering::Relaxed).to_string())
                };
                feed.at(at(now), make).await.unwrap()
            }
        };
        let asked: Vec<_> = (0..64).map(|_| tokio::spawn(ask(7))).collect();
        for asked in asked {
            assert_eq!(&*asked.await.unwrap(), "0");
        }
        assert_eq!(&*ask(8).await, "1", "a second later it is made again");
        assert_eq!(&*ask(7).await, "1", "a caller that waited takes the newer one");
        assert_eq!(&*ask(5).await, "2", "the clock stepped back");
    }

    #[tokio::test]
    async fn one_that_fails_is_tried_once_a_second_and_is_never_an_older_one() {
        let feed = FeedCache::default();
        let ask = async |now, works: bool| {
            let make = async || if works { Ok("feed".to_owned()) } else { Err(Failure::Internal("broken")) };
            feed.at(at(now), make).await
        };
        assert_eq!(&*ask(1, true).await.unwrap(), "feed");
        assert!(matches!(ask(2, false).await, Err(Failure::Internal(_))));
        assert!(matches!(ask(2, true).await, Err(Failure::Busy)));
        assert_eq!(&*ask(3, true).await.unwrap(), "feed");
    }
}
