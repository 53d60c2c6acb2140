//! The outbox: events, written with the change that they report, until they are delivered.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use credenza_protocol::event::{Actor, Event, Stamp};
use credenza_protocol::ids::TenantId;
use credenza_protocol::time::{Seconds, Time};

use crate::{Result, actor};

/// An event that could not be delivered for this long is dropped.
pub(crate) const KEPT_FOR: Seconds = Seconds(7 * 86_400);

/// Where events are delivered. Each sink has rows of its own, so that none waits for another.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
pub enum Sink {
    /// A Redis Stream.
    Redis,
    /// NATS JetStream.
    Nats,
    /// The webhooks of the tenants.
    Webhooks,
}

impl Sink {
    /// Its name, in the table and in metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Redis => "redis",
            Self::Nats => "nats",
            Self::Webhooks => "webhooks",
        }
    }
}

/// Which events a store writes: none, unless there are sinks or they are kept. Cheap to clone.
#[derive(Clone, Default)]
pub struct Events {
    wanted: Option<Arc<Wanted>>,
    actor: Option<Actor>,
}

struct Wanted {
    sinks: Vec<Sink>,
    /// How long they are kept; none is if absent.
    keep: Option<Seconds>,
    stamp: Box<dyn Fn() -> Stamp + Send + Sync>,
}

impl Events {
    /// Writes events for these sinks. `stamp` gives each its id, which must be unique, and its time.
    #[must_use]
    pub fn new(sinks: Vec<Sink>, stamp: impl Fn() -> Stamp + Send + Sync + 'static) -> Self {
        Self::kept(sinks, None, stamp)
    }

    /// The same, and keeps events for as long as that, so that [`EventLog`](crate::EventLog) has them.
    #[must_use]
    pub fn kept(
        sinks: Vec<Sink>,
        keep: Option<Seconds>,
        stamp: impl Fn() -> Stamp + Send + Sync + 'static,
    ) -> Self {
        if sinks.is_empty() && keep.is_none() {
            return Self::default();
        }
        Self { wanted: Some(Arc::new(Wanted { sinks, keep, stamp: Box::new(stamp) })), actor: None }
    }

    /// How long events are kept, if they are.
    #[must_use]
    pub fn keep(&self) -> Option<Seconds> {
        self.wanted.as_ref().and_then(|wanted| wanted.keep)
    }

    /// The sinks that events are written for.
    #[must_use]
    pub fn sinks(&self) -> &[Sink] {
        self.wanted.as_ref().map_or(&[], |wanted| &wanted.sinks)
    }

    /// Whether events are written at all.
    pub(crate) fn wanted(&self) -> bool {
        self.wanted.is_some()
    }

    /// Id and time of an event that happens now, if events are written.
    pub(crate) fn stamp(&self) -> Option<Stamp> {
        self.wanted.as_ref().map(|wanted| (wanted.stamp)())
    }

    /// For a job of this task: the job runs elsewhere, and takes with it who acts.
    pub(crate) fn of_this_task(&self) -> Self {
        Self { wanted: self.wanted.clone(), actor: actor::of_this_task() }
    }

    /// Who acts, if that is known.
    pub(crate) fn actor(&self) -> Option<Actor> {
        self.actor.clone()
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Events").field(&self.sinks()).finish()
    }
}

/// An event that waits for delivery.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Waiting {
    /// Its place in the queue of its sink, for [`Outbox::done`].
    pub seq: i64,
    /// The tenant in which it happened.
    pub tenant_id: TenantId,
    /// `id` of its envelope.
    pub event_id: String,
    /// When it happened.
    pub at: Time,
    /// Its envelope, as JSON.
    pub body: String,
}

/// The queues of the sinks, over all tenants.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// The sinks that this store writes events for.
    fn sinks(&self) -> &[Sink];

    /// What waits for that sink, the oldest first, at most `limit`. Events of one subject come in the order in
    /// which they happened; those of others may come late, but never one before an older one of its subject.
    async fn next(&self, sink: Sink, limit: u32) -> Result<Vec<Waiting>>;

    /// These were delivered to the sink; deletes them.
    async fn done(&self, sink: Sink, seqs: &[i64]) -> Result<()>;

    /// Something happened that changes nothing else.
    async fn tell(&self, tenant: &TenantId, event: Event) -> Result<()>;

    /// How many wait for that sink.
    async fn pending(&self, sink: Sink) -> Result<u64>;
}
