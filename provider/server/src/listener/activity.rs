//! What goes on on one connection: by this it is known to be idle, or to have a client that does not read.
//!
//! Only requests count. A client that sends nothing but PING (RFC 9113 6.7) is idle, and one that reads nothing is not
//! excused by what it sends.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, Interval, MissedTickBehavior, Sleep, interval, sleep};

use crate::telemetry::Closed;

/// Rounds that an answer has to be read, of half a timeout each: it begins within one of them, and all of two more
/// belong to it.
const ROUNDS: u32 = 2;

/// The requests and answers of one connection.
#[derive(Debug)]
pub(super) struct Activity {
    begin: Instant,
    open: AtomicUsize,
    working: AtomicUsize,
    /// Answers that are not read yet, by the round in which they were given.
    unread: [AtomicUsize; 4],
    round: AtomicUsize,
    /// When something ended last, in milliseconds since the beginning.
    last: AtomicU64,
    displaced: Notify,
}

/// What is counted until it is dropped.
#[derive(Debug)]
pub(super) struct Counted {
    activity: Arc<Activity>,
    what: What,
}

#[derive(Clone, Copy, Debug)]
enum What {
    Open,
    Working,
    Unread(usize),
}

impl Activity {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            begin: Instant::now(),
            open: AtomicUsize::new(0),
            working: AtomicUsize::new(0),
            unread: Default::default(),
            round: AtomicUsize::new(0),
            last: AtomicU64::new(0),
            displaced: Notify::new(),
        })
    }

    /// A request, from its head to its answer.
    pub(super) fn open(self: &Arc<Self>) -> Counted {
        self.count(What::Open)
    }

    /// A request that is being worked on.
    pub(super) fn working(self: &Arc<Self>) -> Counted {
        self.count(What::Working)
    }

    /// An answer that waits for its client to read it.
    pub(super) fn unread(self: &Arc<Self>) -> Counted {
        self.count(What::Unread(self.round.load(Ordering::Relaxed)))
    }

    /// Whether nothing was asked that is not answered.
    pub(super) fn is_idle(&self) -> bool {
        let is_read = self.unread.iter().all(|round| round.load(Ordering::Relaxed) == 0);
        is_read && self.open.load(Ordering::Relaxed) == 0
    }

    /// Whether something is being worked on: otherwise the connection waits for its client.
    pub(super) fn is_working(&self) -> bool {
        self.working.load(Ordering::Relaxed) > 0
    }

    /// Tells the connection to close, since another one needs its place.
    pub(super) fn displace(&self) {
        self.displaced.notify_one();
    }

    /// Waits until it is told to.
    pub(super) async fn displaced(&self) {
        self.displaced.notified().await;
    }

    fn count(self: &Arc<Self>, what: What) -> Counted {
        self.counter(what).fetch_add(1, Ordering::Relaxed);
        Counted { activity: Arc::clone(self), what }
    }

    fn counter(&self, what: What) -> &AtomicUsize {
        let [first, second, third, fourth] = &self.unread;
        match what {
            What::Open => &self.open,
            What::Working => &self.working,
            What::Unread(round) => match round % 4 {
                0 => first,
                1 => second,
                2 => third,
                _ => fourth,
            },
        }
    }

    /// Begins the next round, and answers whether an answer of the one before the last two is unread still.
    fn next_round(&self) -> bool {
        let round = self.round.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        // Three rounds ago, and the counter that the round after this one will use.
        self.counter(What::Unread(round.wrapping_add(1))).load(Ordering::Relaxed) > 0
    }

    fn since_begin(&self) -> Duration {
        self.begin.elapsed()
    }

    /// For how long nothing was asked.
    fn idle_for(&self) -> Duration {
        if !self.is_idle() {
            return Duration::ZERO;
        }
        self.since_begin().saturating_sub(Duration::from_millis(self.last.load(Ordering::Relaxed)))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.activity.counter(self.what).fetch_sub(1, Ordering::Relaxed);
        let now = u64::try_from(self.activity.since_begin().as_millis()).unwrap_or(u64::MAX);
        self.activity.last.store(now, Ordering::Relaxed);
    }
}

/// Tells when a connection is to be closed.
pub(super) struct Watch {
    activity: Arc<Activity>,
    idle: Duration,
    idle_end: Pin<Box<Sleep>>,
    rounds: Interval,
}

impl Watch {
    /// A connection may be idle for so long, and leave an answer unread for so long or half as long again.
    pub(super) fn new(activity: &Arc<Activity>, idle: Duration, unread: Duration) -> Self {
        let round = (unread / ROUNDS).max(Duration::from_millis(1));
        let mut rounds = interval(round);
        rounds.reset();
        // A process that was suspended blames nobody for it.
        rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { activity: Arc::clone(activity), idle, idle_end: Box::pin(sleep(idle)), rounds }
    }

    /// The next reason to close it. It may be awaited again.
    pub(super) async fn next(&mut self) -> Closed {
        loop {
            tokio::select! {
                () = self.activity.displaced() => return Closed::Displaced,
                _ = self.rounds.tick() => if self.activity.next_round() {
                    return Closed::Unread;
                },
                () = self.idle_end.as_mut() => {
                    let idle_for = self.activity.idle_for();
                    let is_idle = idle_for >= self.idle;
                    let left = if is_idle { self.idle } else { self.idle.saturating_sub(idle_for) };
                    self.idle_end.as_mut().reset(Instant::now() + left.max(Duration::from_millis(1)));
                    if is_idle {
                        return Closed::Idle;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;

    const SPAN: Duration = Duration::from_millis(100);
    const FAR: Duration = Duration::from_secs(60);

    async fn soon(watch: &mut Watch) -> Option<Closed> {
        timeout(SPAN * 20, watch.next()).await.ok()
    }

    #[tokio::test]
    async fn without_requests_it_is_idle() {
        let activity = Activity::new();
        let mut watch = Watch::new(&activity, SPAN, FAR);
        assert_eq!(soon(&mut watch).await, Some(Closed::Idle));
        let open = activity.open();
        assert_eq!(timeout(SPAN * 5, watch.next()).await.ok(), None);
        drop(open);
        assert_eq!(soon(&mut watch).await, Some(Closed::Idle));
    }

    #[tokio::test]
    async fn an_answer_may_be_unread_only_for_so_long() {
        let activity = Activity::new();
        let mut watch = Watch::new(&activity, FAR, SPAN);
        // Answers that are read are no reason to close, however many there are.
        let answers = async {
            for _ in 0..20 {
                let unread = activity.unread();
                tokio::time::sleep(SPAN / 4).await;
                drop(unread);
            }
        };
        tokio::select! { why = watch.next() => panic!("{why:?}"), () = answers => {} }
        let (_unread, start) = (activity.unread(), Instant::now());
        assert_eq!(soon(&mut watch).await, Some(Closed::Unread));
        assert!(start.elapsed() >= SPAN, "{:?}", start.elapsed());
    }

    #[tokio::test]
    async fn it_can_be_told_to_make_room() {
        let activity = Activity::new();
        let mut watch = Watch::new(&activity, FAR, FAR);
        activity.displace();
        assert_eq!(soon(&mut watch).await, Some(Closed::Displaced));
        let (open, working) = (activity.open(), activity.working());
        assert!(!activity.is_idle() && activity.is_working());
        drop((open, working));
        assert!(activity.is_idle() && !activity.is_working());
    }
}
