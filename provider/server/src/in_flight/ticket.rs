//! The place of one request among those in flight. It is given up while the request waits for somebody else's host:
//! then the request counts among those that wait, of which there may be few, and nobody else waits with it.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Permit, Shares};

tokio::task_local! {
    static TICKET: Arc<Ticket>;
}

/// The place of one request.
#[derive(Debug)]
pub struct Ticket {
    working: Arc<Shares>,
    waiting: Arc<Shares>,
    holder: IpAddr,
    place: Mutex<Place>,
    was_refused: AtomicBool,
}

#[derive(Debug)]
struct Place {
    /// Among those that are worked on, or among those that wait.
    permit: Permit,
    /// How many waits have begun and not ended.
    waits: usize,
}

/// Too many requests wait for somebody else's host already.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("too many requests are waiting for other hosts")]
pub struct Busy;

impl Ticket {
    /// A place among those that are worked on; it may be exchanged for one among those that wait.
    #[must_use]
    pub fn new(working: Permit, waiting: &Arc<Shares>) -> Arc<Self> {
        Arc::new(Self {
            working: Arc::clone(working.shares()),
            waiting: Arc::clone(waiting),
            holder: working.holder(),
            place: Mutex::new(Place { permit: working, waits: 0 }),
            was_refused: AtomicBool::new(false),
        })
    }

    /// Does the work of the request at this place.
    pub async fn hold<T>(self: Arc<Self>, work: impl Future<Output = T>) -> T {
        TICKET.scope(self, work).await
    }

    /// Whether the request would have had to wait for another host and was not allowed to.
    #[must_use]
    pub fn was_refused(&self) -> bool {
        self.was_refused.load(Ordering::Relaxed)
    }

    fn step_aside(self: Arc<Self>) -> Result<Aside, Busy> {
        let mut place = self.place();
        if place.waits == 0 {
            match self.waiting.take(self.holder, 1) {
                Ok(permit) => place.permit = permit,
                Err(_) => {
                    self.was_refused.store(true, Ordering::Relaxed);
                    return Err(Busy);
                }
            }
        }
        place.waits += 1;
        drop(place);
        Ok(Aside(self))
    }

    /// A request that has waited goes on at once: waiting again would make it wait for those that came later.
    fn step_back(&self) {
        let mut place = self.place();
        place.waits = place.waits.saturating_sub(1);
        if place.waits == 0 {
            place.permit = self.working.take_beyond(self.holder, 1);
        }
    }

    fn place(&self) -> MutexGuard<'_, Place> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A wait that has begun.
struct Aside(Arc<Ticket>);

impl Drop for Aside {
    fn drop(&mut self) {
        self.0.step_back();
    }
}

/// Waits for somebody else's host without a place among the requests that are worked on. Work that no request asked
/// for just goes on.
///
/// # Errors
/// [`Busy`]; then nothing was done.
pub async fn aside<T>(work: impl Future<Output = T>) -> Result<T, Busy> {
    let ticket = TICKET.try_with(Arc::clone).ok();
    let _aside = ticket.map(Ticket::step_aside).transpose()?;
    Ok(work.await)
}

/// Notes that the request of this work was not allowed to wait, as [`Busy`] of [`aside`] does.
pub fn note_refusal() {
    let _ = TICKET.try_with(|ticket| ticket.was_refused.store(true, Ordering::Relaxed));
}

/// The address on whose behalf this is done, if it is done for a request.
#[must_use]
pub fn holder() -> Option<IpAddr> {
    TICKET.try_with(|ticket| ticket.holder).ok()
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::net::Ipv4Addr;

    use super::*;

    const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    fn ticket(working: &Arc<Shares>, waiting: &Arc<Shares>) -> Arc<Ticket> {
        Ticket::new(working.take(ADDRESS, 1).unwrap(), waiting)
    }

    #[tokio::test]
    async fn who_waits_gives_up_the_place_and_gets_it_back() {
        let (working, waiting) = (Shares::new(1, 100), Shares::new(1, 100));
        let done = ticket(&working, &waiting).hold(async {
            assert!(working.take(ADDRESS, 1).is_err());
            let waited = aside(async {
                // A wait within a wait needs no other place.
                assert_eq!(aside(ready(1)).await, Ok(1));
                (working.take(ADDRESS, 1).is_ok(), waiting.take(ADDRESS, 1).is_err())
            });
            assert_eq!(waited.await, Ok((true, true)));
            assert!(working.take(ADDRESS, 1).is_err() && waiting.take(ADDRESS, 1).is_ok());
            holder()
        });
        assert_eq!(done.await, Some(ADDRESS));
        assert!(working.take(ADDRESS, 1).is_ok());
    }

    #[tokio::test]
    async fn no_more_wait_than_may() {
        let (working, waiting) = (Shares::new(2, 100), Shares::new(1, 100));
        let stuck = tokio::spawn(ticket(&working, &waiting).hold(aside(pending::<()>())));
        tokio::task::yield_now().await;
        let second = ticket(&working, &waiting);
        assert_eq!(Arc::clone(&second).hold(aside(ready(1))).await, Err(Busy));
        assert!(second.was_refused());
        stuck.abort();
        let _ = stuck.await;
        let third = ticket(&working, &waiting);
        assert_eq!(Arc::clone(&third).hold(aside(ready(1))).await, Ok(1));
        assert!(!third.was_refused());
    }

    #[tokio::test]
    async fn work_without_a_request_just_goes_on() {
        assert_eq!((aside(ready(1)).await, holder()), (Ok(1), None));
    }
}
