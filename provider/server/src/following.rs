//! Who waits for events: how many may, what wakes them, and what sends them home.

use std::time::Duration;

use credenza_protocol::ids::TenantId;
use tokio::sync::{Notify, watch};
use tokio::time::sleep;

use crate::in_flight::{Busy, Waiter, Waiters};

/// Followers that may wait at one tenant.
const PER_TENANT: u32 = 32;
/// Followers that may wait at all of them.
const ALL: u32 = 256;
/// How long a follower sleeps at most: events of other nodes wake nobody here, and rights may end.
const TURN: Duration = Duration::from_secs(1);
/// The longest that a follower may wait for an answer.
const LONGEST: Duration = Duration::from_secs(20);
/// What is left of the time of a request to answer in.
const MARGIN: Duration = Duration::from_secs(5);

/// The followers of events at this node.
#[derive(Debug)]
pub struct Following {
    waiters: Waiters<TenantId>,
    all: Waiters<()>,
    longest: Duration,
    news: Notify,
    closed: watch::Sender<bool>,
}

/// A place among those who wait, until this is dropped.
#[derive(Debug)]
pub struct Place<'a> {
    _at_tenant: Waiter<'a, TenantId>,
    _of_all: Waiter<'a, ()>,
}

impl Following {
    /// Followers may wait for a while that is well within what a request may take.
    #[must_use]
    pub fn new(request_timeout: Duration) -> Self {
        Self {
            waiters: Waiters::new(PER_TENANT),
            all: Waiters::new(ALL),
            longest: LONGEST.min(request_timeout.saturating_sub(MARGIN)),
            news: Notify::new(),
            closed: watch::Sender::new(false),
        }
    }

    /// The longest that a follower may wait.
    #[must_use]
    pub fn longest(&self) -> Duration {
        self.longest
    }

    /// A place among those who wait at that tenant.
    ///
    /// # Errors
    /// [`Busy`] when as many wait as may.
    pub fn join(&self, tenant: &TenantId) -> Result<Place<'_>, Busy> {
        Ok(Place { _at_tenant: self.waiters.join(tenant.clone())?, _of_all: self.all.join(())? })
    }

    /// Sleeps until something may have changed. What was told before this is not waited for: the next turn sees it.
    pub async fn turn(&self) {
        let mut closed = self.closed.subscribe();
        tokio::select! {
            () = self.news.notified() => {}
            () = sleep(TURN) => {}
            _ = closed.wait_for(|closed| *closed) => {}
        }
    }

    /// There are new events.
    pub fn tell(&self) {
        self.news.notify_waiters();
    }

    /// The server stops: nobody waits any longer.
    pub fn close(&self) {
        self.closed.send_replace(true);
    }

    /// Whether nobody waits any longer.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        *self.closed.borrow()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[tokio::test]
    async fn news_and_the_end_wake_whoever_waits() {
        let following = Following::new(Duration::from_secs(30));
        assert_eq!(following.longest(), Duration::from_secs(20));
        let began = Instant::now();
        tokio::join!(following.turn(), async { following.tell() });
        following.close();
        assert!(following.is_closed());
        following.turn().await;
        assert!(began.elapsed() < TURN, "{:?}", began.elapsed());
    }

    #[test]
    fn so_many_wait_at_one_tenant_within_the_time_of_a_request() {
        let following = Following::new(Duration::from_secs(3));
        assert_eq!(following.longest(), Duration::ZERO);
        let tenant = TenantId::new("acme");
        let all: Vec<_> = (0..PER_TENANT).map(|_| following.join(&tenant).unwrap()).collect();
        assert_eq!(following.join(&tenant).unwrap_err(), Busy);
        assert!(following.join(&TenantId::new("other")).is_ok());
        drop(all);
        assert!(following.join(&tenant).is_ok());
    }
}
