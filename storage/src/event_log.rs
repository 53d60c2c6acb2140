//! The events that are kept for a while, to be searched and followed.
//!
//! An event is written twice. First with the change that it reports, in the same transaction, into a queue; then
//! [`EventLog::take_in`] moves it into the log, and gives it the next number. Transactions commit in another order than
//! they begin, so that no number that is given within one is an order in which events could be followed: a follower who
//! has seen 8 would miss 7, whose transaction was slower. Numbers of the log are given to events that are committed
//! already, by one job at a time: a follower who has seen 8 has seen all before it, however slow anything was, and
//! whatever the clocks say.

use async_trait::async_trait;
use credenza_protocol::ids::TenantId;
use credenza_protocol::time::{Seconds, Time};

use crate::Result;

/// An event that is kept.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeptEvent {
    /// When it happened, by the clock of the node on which it did, and its number: its place in lists.
    pub place: EventPlace,
    /// `id` of its envelope.
    pub event_id: String,
    /// Its envelope, as JSON.
    pub body: String,
}

/// A place in the list of events: by time and, within one second, by number.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct EventPlace {
    /// When it happened.
    pub at: Time,
    /// Its number, which grows with each event that is kept and has gaps.
    pub position: i64,
}

/// Which events are asked for: those that match everything that is given here.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct EventsAsked {
    /// Of this type.
    pub kind: Option<String>,
    /// Of the types that begin with this word and a dot.
    pub noun: Option<String>,
    /// About this subject.
    pub subject: Option<String>,
    /// Done by this actor.
    pub actor: Option<String>,
    /// Whose data name this user.
    pub user_id: Option<String>,
    /// Whose data name this client.
    pub client_id: Option<String>,
    /// Not before this time.
    pub from: Option<Time>,
    /// Before this time.
    pub to: Option<Time>,
}

/// In which order events are listed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum EventOrder {
    /// The newest first.
    #[default]
    Newest,
    /// The oldest first.
    Oldest,
}

/// What came since a follower last asked.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Batch {
    /// The events, in the order of their numbers.
    pub events: Vec<KeptEvent>,
    /// The number up to which everything that was asked for is in this batch or was before: where to go on.
    pub position: i64,
}

/// Kept events.
#[async_trait]
pub trait EventLog: Send + Sync {
    /// How long events are kept, if they are.
    fn keep(&self) -> Option<Seconds>;

    /// Numbers events that were written, at most `limit`; answers how many were taken from the queue. Of several callers
    /// one works at a time. Events of a tenant that was deleted are dropped; that it was is kept at the default tenant.
    async fn take_in(&self, limit: u32) -> Result<u32>;

    /// The events of a tenant, in their places, at most `limit`; those that come `after` a place, if one is given.
    async fn list(
        &self,
        tenant: &TenantId,
        asked: &EventsAsked,
        order: EventOrder,
        after: Option<EventPlace>,
        limit: u32,
    ) -> Result<Vec<KeptEvent>>;

    /// The event of that id.
    async fn find(&self, tenant: &TenantId, event_id: &str) -> Result<Option<KeptEvent>>;

    /// What has come after that number, at most `limit`. None is missed that was written before, and none comes twice.
    async fn after(&self, tenant: &TenantId, asked: &EventsAsked, position: i64, limit: u32)
    -> Result<Batch>;

    /// The number of the last event of a tenant; 0 if none is kept.
    async fn last(&self, tenant: &TenantId) -> Result<i64>;
}
