//! Delivers the events of the outbox to one sink: in order, from the node that holds the sink's lease.

use std::time::{Duration, Instant};

use credenza_protocol::event::Form;
use credenza_protocol::time::Seconds;
use credenza_storage::{Sink, StoreError, Waiting};
use tokio::sync::watch;
use tokio::time::sleep;

use super::sink::Target;
use crate::rng;
use crate::state::State;

/// How long a node that has failed keeps the others waiting.
const LEASE: Seconds = Seconds(10);
/// How often the lease is renewed.
const RENEW: Duration = Duration::from_secs(3);
/// How long after the lease was taken a delivery must end: well before another node can take it, although times in the
/// table are rounded to seconds.
const DELIVER: Duration = Duration::from_secs(7);
/// How often a node without the lease tries to take it.
const RETRY_LEASE: Duration = Duration::from_secs(1);
/// How often an empty outbox is read again.
const POLL: Duration = Duration::from_millis(200);
/// The most events that are read at a time.
const BATCH: u32 = 100;
/// The wait after the first failure; each further failure doubles it.
const FIRST_WAIT: Duration = Duration::from_millis(200);
/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Delivers to one sink.
pub(super) struct Relay {
    target: Box<dyn Target>,
    form: Form,
    state: State,
    lease: String,
    holder: String,
    /// When the lease was taken, while it is held.
    held: Option<Instant>,
    /// Failures since the last success.
    failures: u32,
}

/// Why a delivery failed.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("storage: {0}")]
    Store(#[from] StoreError),
    #[error("{0}")]
    Sink(String),
}

impl Relay {
    pub(super) fn new(target: Box<dyn Target>, form: Form, state: State) -> Self {
        let lease = format!("events.{}", target.sink().as_str());
        let holder = rng::id(state.rng.as_ref());
        Self { target, form, state, lease, holder, held: None, failures: 0 }
    }

    /// Delivers until it is stopped; then delivers once more and releases the lease to another node.
    pub(super) async fn run(mut self, mut stopped: watch::Receiver<bool>) {
        while !*stopped.borrow() {
            let wait = self.turn().await;
            tokio::select! {
                // Whoever could stop it is gone: nobody waits for what it delivers.
                changed = stopped.changed() => if changed.is_err() { break },
                () = sleep(wait) => {}
            }
        }
        self.turn().await;
        self.release().await;
    }

    /// One round; returns how long to wait until the next.
    async fn turn(&mut self) -> Duration {
        let sink = self.sink();
        match self.deliver().await {
            Ok(None) => RETRY_LEASE,
            Ok(Some(count)) => {
                if std::mem::take(&mut self.failures) > 0 {
                    tracing::info!(sink = sink.as_str(), "events are delivered again");
                }
                if count == 0 { POLL } else { Duration::ZERO }
            }
            Err(fault) => {
                self.state.metrics.events_failed(sink);
                if self.failures == 0 {
                    tracing::warn!(sink = sink.as_str(), error = %fault, "events cannot be delivered and stay in the outbox");
                }
                self.failures = self.failures.saturating_add(1);
                // Another node may be able to reach the sink.
                self.release().await;
                self.wait()
            }
        }
    }

    /// Delivers the next events; returns how many, or `None` when another node holds the lease.
    async fn deliver(&mut self) -> Result<Option<usize>, Fault> {
        let Some(held) = self.hold().await? else { return Ok(None) };
        let (sink, outbox) = (self.sink(), &self.state.store.outbox);
        let waiting = outbox.next(sink, BATCH).await?;
        if waiting.is_empty() {
            return Ok(Some(0));
        }
        let waiting: Vec<_> = waiting.into_iter().map(|one| in_form(self.form, one)).collect();
        let delivered = self.target.deliver(&waiting, held + DELIVER).await;
        let seqs: Vec<i64> = waiting.iter().take(delivered.count).map(|one| one.seq).collect();
        if !seqs.is_empty() {
            self.state.metrics.events_published(sink, seqs.len());
            outbox.done(sink, &seqs).await?;
        }
        match delivered.fault {
            Some(fault) => Err(Fault::Sink(fault)),
            None => Ok(Some(seqs.len())),
        }
    }

    /// Takes, renews or keeps the lease; returns when it was taken.
    async fn hold(&mut self) -> Result<Option<Instant>, StoreError> {
        if let Some(held) = self.held.filter(|held| held.elapsed() < RENEW) {
            return Ok(Some(held));
        }
        let (began, store) = (Instant::now(), &self.state.store);
        self.held = None;
        let now = self.state.clock.now();
        let taken = store.leases.take(&self.lease, &self.holder, LEASE, now).await?;
        self.state.metrics.events_pending(self.sink(), store.outbox.pending(self.sink()).await?);
        self.held = taken.then_some(began);
        Ok(self.held)
    }

    /// Releases the lease. If that fails, it expires.
    async fn release(&mut self) {
        if self.held.take().is_some() {
            let _ = self.state.store.leases.release(&self.lease, &self.holder).await;
        }
    }

    /// The wait after a number of failures: a random half to the whole of it, so that nodes do not retry in step.
    fn wait(&self) -> Duration {
        let mut byte = [0];
        self.state.rng.fill(&mut byte);
        let whole = FIRST_WAIT.saturating_mul(1 << self.failures.saturating_sub(1).min(10)).min(LONGEST_WAIT);
        whole.mul_f64(0.5 + f64::from(u8::from_ne_bytes(byte)) / 510.0)
    }

    fn sink(&self) -> Sink {
        self.target.sink()
    }
}

/// An event as it is sent.
fn in_form(form: Form, waiting: Waiting) -> Waiting {
    match form.of(&waiting.body) {
        Some(body) => Waiting { body, ..waiting },
        None => waiting,
    }
}
