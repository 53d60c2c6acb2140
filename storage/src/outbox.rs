//! The outbox: events, written with the change that they report, until they are delivered.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use credenza_protocol::event::Stamp;
use credenza_protocol::ids::TenantId;
use credenza_protocol::time::{Seconds, Time};

use crate::Result;

/// An event that could not be delivered for this long is dropped.
pub(crate) const KEPT_FOR: Seconds = Seconds(7 * 86_400);

/// Where events are delivered. Each sink has rows of its own, so that none waits for another.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
pub enum Sink {
    /// A Redis Stream.
    Redis,
    /// NATS JetStream.
    Nats,
}

impl Sink {
    /// Its name, in the table and in metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Redis => "redis",
            Self::Nats => "nats",
        }
    }
}

/// Which events a store writes: none, unless there are sinks. Cheap to clone.
#[derive(Clone, Default)]
pub struct Events(Option<Arc<Wanted>>);

struct Wanted {
    sinks: Vec<Sink>,
    stamp: Box<dyn Fn() -> Stamp + Send + Sync>,
}

impl Events {
    /// Writes events for these sinks. `stamp` gives each its id, which must be unique, and its time.
    #[must_use]
    pub fn new(sinks: Vec<Sink>, stamp: impl Fn() -> Stamp + Send + Sync + 'static) -> Self {
        if sinks.is_empty() {
            return Self::default();
        }
        Self(Some(Arc::new(Wanted { sinks, stamp: Box::new(stamp) })))
    }

    /// The sinks that events are written for.
    #[must_use]
    pub fn sinks(&self) -> &[Sink] {
        self.0.as_ref().map_or(&[], |wanted| &wanted.sinks)
    }

    /// Whether events are written at all.
    pub(crate) fn wanted(&self) -> bool {
        self.0.is_some()
    }

    /// Id and time of an event that happens now, if events are written.
    pub(crate) fn stamp(&self) -> Option<Stamp> {
        self.0.as_ref().map(|wanted| (wanted.stamp)())
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

    /// How many wait for that sink.
    async fn pending(&self, sink: Sink) -> Result<u64>;
}
