//! The place of one request among those in flight. It is given up while the request waits for somebody else's host:
//! then the request counts among those that wait, of which there may be few, and nobody else waits with it.
//!
//! Once the client is known that a request is from, the request is counted for it as well, to its end.

use std::hash::Hash;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{OfClient, Permit, Shares};

tokio::task_local! {
    static TICKET: Arc<Ticket>;
}

/// The place of one request.
#[derive(Debug)]
pub struct Ticket {
    working: Arc<Shares>,
    waiting: Arc<Shares>,
    /// What one client may hold of all that are worked on, in percent.
    client_percent: u8,
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
    /// Once the client is known.
    of_client: Option<OfClient>,
}

/// Too many requests wait for somebody else's host already.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("too many requests are waiting for other hosts")]
pub struct Busy;

/// Too many requests of this client are in flight already.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("too many requests of this client are in flight")]
pub struct Crowded;

impl Ticket {
    /// A place among those that are worked on; it may be exchanged for one among those that wait. One client may hold
    /// `client_percent` in a hundred of such places.
    #[must_use]
    pub fn new(working: Permit, waiting: &Arc<Shares>, client_percent: u8) -> Arc<Self> {
        Arc::new(Self {
            working: Arc::clone(working.shares()),
            waiting: Arc::clone(waiting),
            client_percent,
            holder: working.holder(),
            place: Mutex::new(Place { permit: working, waits: 0, of_client: None }),
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

    fn count_for(&self, client: &impl Hash) -> Result<(), Crowded> {
        let mut place = self.place();
        if place.of_client.is_none() {
            let counted = self.working.count_for(client, self.client_percent);
            place.of_client = Some(counted.map_err(|_| Crowded)?);
        }
        Ok(())
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

/// Counts the request of this work for the client that it is from, which has proven that. Work that no request asked for
/// just goes on.
///
/// # Errors
/// [`Crowded`].
pub fn count_for(client: &impl Hash) -> Result<(), Crowded> {
    TICKET.try_with(|ticket| ticket.count_for(client)).unwrap_or(Ok(()))
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
        Ticket::new(working.take(ADDRESS, 1).unwrap(), waiting, 50)
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
    async fn a_client_has_its_share_of_the_places_until_its_requests_end() {
        let (working, waiting) = (Shares::new(4, 100), Shares::new(1, 100));
        let ask = async |client: &str| count_for(&client);
        let stay = |client: &'static str| {
            let stay = async move {
                assert_eq!((count_for(&client), count_for(&client)), (Ok(()), Ok(())), "it is counted once");
                pending::<()>().await;
            };
            tokio::spawn(ticket(&working, &waiting).hold(stay))
        };
        let stuck = [stay("a"), stay("a")];
        tokio::task::yield_now().await;
        assert_eq!(ticket(&working, &waiting).hold(ask("a")).await, Err(Crowded));
        assert_eq!(ticket(&working, &waiting).hold(ask("b")).await, Ok(()));
        for stuck in stuck {
            stuck.abort();
            let _ = stuck.await;
        }
        assert_eq!(ticket(&working, &waiting).hold(ask("a")).await, Ok(()));
    }

    #[tokio::test]
    async fn work_without_a_request_just_goes_on() {
        assert_eq!((aside(ready(1)).await, holder()), (Ok(1), None));
        assert_eq!(count_for(&"a"), Ok(()));
    }
}
